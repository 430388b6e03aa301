import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { encodeFrame, FrameKind } from '../../src/network/frame.ts'
import type { FrameStream } from '../../src/network/network.ts'
import { MAX_OUTBOX_BYTES, Outbox } from '../../src/network/outbox.ts'
import { release } from '../../src/network/release.ts'

/** Takes down what it is handed, and keeps it as long as the test says. */
class Sink {
  readonly sent: number[] = []
  readonly peer = 'peer'
  readonly protocol = '/test'
  keepsFrames = false
  /** The frames of each send. */
  readonly sends: number[] = []
  /** Sends until it is saturated. */
  room = Number.POSITIVE_INFINITY

  send(frames: readonly Uint8Array[]): boolean {
    for (const frame of frames) this.sent.push(frame.length)
    this.sends.push(frames.length)
    return --this.room > 0
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

test('much that waits leaves in bites, and what the stream has no room for stays', () => {
  const sink = new Sink()
  const outbox = new Outbox(sink satisfies FrameStream, systemClock)
  const frames = [...Array.from({ length: 12 }, () => 10_240), 100_000, 10, 10]
  outbox.cork()
  sink.room = 1
  outbox.push(encodeFrame(FrameKind.cancel, 1, 0))
  outbox.uncork()
  for (const length of frames) outbox.push(Buffer.allocUnsafeSlow(length))
  expect(sink.sends).toEqual([1])
  sink.room = 2
  outbox.drained()
  expect(sink.sends).toEqual([1, 6, 6])
  expect(outbox.hasRoom(MAX_OUTBOX_BYTES - 100_020)).toBe(true)
  expect(outbox.hasRoom(MAX_OUTBOX_BYTES - 100_019)).toBe(false)
  sink.room = Number.POSITIVE_INFINITY
  outbox.drained()
  expect(sink.sends).toEqual([1, 6, 6, 1, 2])
  expect(sink.sent.slice(1)).toEqual(frames)
  expect(outbox.hasRoom(MAX_OUTBOX_BYTES)).toBe(true)
})

test('the frame of a large body can be given back: it lies in no pool', () => {
  const large = encodeFrame(FrameKind.request, 1, 0, new Uint8Array(10_240))
  release(large)
  expect(large).toHaveLength(0)
})
