import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import type { FrameStream } from '../../src/network/network.ts'
import { Outbox } from '../../src/network/outbox.ts'

/** Takes down what it is handed, and keeps it as long as the test says. */
class Sink {
  readonly sent: number[] = []
  readonly peer = 'peer'
  readonly protocol = '/test'
  keepsFrames = false

  send(frames: readonly Uint8Array[]): boolean {
    for (const frame of frames) this.sent.push(frame.length)
    return true
  }

  listen(): void {}
  pause(): void {}
  resume(): void {}
  close(): void {}
  abort(): void {}
}

test('a large frame is given back as soon as the stream has no more use of it, and not before', async () => {
  const sink = new Sink()
  const outbox = new Outbox(sink satisfies FrameStream, systemClock)
  const frames = Array.from({ length: 4 }, () => Buffer.allocUnsafeSlow(10_000))
  const [alone, second, third, kept] = frames as [Buffer, Buffer, Buffer, Buffer]
  outbox.push(alone)
  expect(alone).toHaveLength(0)
  outbox.push(second)
  expect(second).toHaveLength(10_000)
  outbox.push(third)
  expect([second, third].map(({ length }) => length)).toEqual([0, 0])
  await new Promise((resolve) => setImmediate(resolve))
  sink.keepsFrames = true
  outbox.push(kept)
  expect(kept).toHaveLength(10_000)
  expect(sink.sent).toEqual([10_000, 10_000, 10_000, 10_000])
})
