import { describe, expect, it, vi } from 'vitest'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { Fleet } from './fleet.ts'

const PROTOCOL = '/covey/test/1.0.0'
const TIMEOUT_MS = 5000

/** Counts what the kernel is asked to write while `work` runs. */
async function writes(work: () => Promise<void>): Promise<number> {
  const { Socket } = await import('node:net')
  const write = vi.spyOn(Socket.prototype, 'write')
  try {
    await work()
    return write.mock.calls.length
  } finally {
    write.mockRestore()
  }
}

describe('what a frame costs', () => {
  it('is one write each way: no grant of window and no length goes alone', async () => {
    const fleet = new Fleet()
    try {
      const a: Libp2pNetwork = fleet.network()
      const b = fleet.network()
      b.handle(PROTOCOL, (stream) => {
        stream.listen({ frames: (frames) => stream.send(frames), drained() {}, closed() {} })
      })
      await Promise.all([a.start(), b.start()])
      await a.connect(b.self, b.addresses(), TIMEOUT_MS)
      const stream = await a.open(b.self, PROTOCOL, TIMEOUT_MS)
      let echoed = 0
      stream.listen({
        frames: (frames) => {
          echoed += frames.length
        },
        drained() {},
        closed() {},
      })
      const turn = async (): Promise<void> => {
        const before = echoed
        stream.send([new Uint8Array(100)])
        await vi.waitUntil(() => echoed === before + 1, { interval: 1 })
      }
      await turn()
      const count = await writes(async () => {
        for (let i = 0; i < 100; i++) await turn()
      })
      // 200 for the frames themselves; identify, the directory and gossip may add a few of their own.
      expect(count).toBeGreaterThanOrEqual(200)
      expect(count).toBeLessThan(260)
    } finally {
      await fleet.stop()
    }
  })
})
