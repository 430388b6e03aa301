import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrames, FrameDecoder, FrameError } from '../../../src/network/libp2p/frames.ts'
import { MAX_FRAME_BYTES } from '../../../src/network/network.ts'

const LIMIT = 1024

function wireOf(frames: readonly Uint8Array[]): Uint8Array {
  const pieces = encodeFrames(frames, LIMIT)
  expect(pieces.every((piece) => piece.byteLength > 0 && piece.byteLength <= LIMIT)).toBe(true)
  return Buffer.concat(pieces.map((piece) => piece.subarray()))
}

function decode(chunks: readonly Uint8Array[]): Uint8Array[] {
  const decoder = new FrameDecoder()
  const frames: Uint8Array[] = []
  for (const chunk of chunks) decoder.push(chunk, frames)
  expect(decoder.idle).toBe(true)
  return frames
}

describe('frames', () => {
  it('come out as they went in, however the bytes are cut', () => {
    const sizes = fc.array(fc.oneof(fc.nat(20), fc.nat(300), fc.integer({ min: 1000, max: 9000 })), { maxLength: 30 })
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (lengths, cuts) => {
        const frames = lengths.map((length, i) => new Uint8Array(length).fill(i + 1))
        const wire = wireOf(frames)
        const chunks: Uint8Array[] = []
        for (let at = 0, i = 0; at < wire.length; i++) {
          const next = at + (cuts[i % cuts.length] as number)
          chunks.push(wire.subarray(at, next))
          at = next
        }
        const decoded = decode(chunks)
        expect(decoded.map((frame) => frame.length)).toEqual(lengths)
        for (const [i, frame] of decoded.entries()) expect(Buffer.compare(frame, frames[i] as Uint8Array)).toBe(0)
      }),
    )
  })

  it('small ones are joined into pieces of at most the limit', () => {
    const frames = Array.from({ length: 100 }, () => new Uint8Array(100))
    const pieces = encodeFrames(frames, LIMIT)
    expect(pieces.length).toBeLessThanOrEqual(12)
    expect(Math.max(...pieces.map((piece) => piece.byteLength))).toBeLessThanOrEqual(LIMIT)
  })

  it('one byte at a time is enough', () => {
    const frame = Uint8Array.from({ length: 200 }, (_, i) => i)
    const wire = wireOf([frame, frame])
    expect(decode([...wire].map((byte) => Uint8Array.of(byte)))).toEqual([frame, frame].map((f) => Buffer.from(f)))
  })

  it('a frame over the limit is refused at both ends, the largest one is not', () => {
    expect(() => encodeFrames([new Uint8Array(MAX_FRAME_BYTES + 1)], LIMIT)).toThrow(FrameError)
    expect(decode([wireOf([new Uint8Array(MAX_FRAME_BYTES)])])[0]).toHaveLength(MAX_FRAME_BYTES)
    const announced = prefix(MAX_FRAME_BYTES + 1)
    expect(() => new FrameDecoder().push(announced, [])).toThrow(/1064961 bytes was announced/)
  })

  it('a prefix that does not end is refused', () => {
    expect(() => new FrameDecoder().push(Uint8Array.of(0x80, 0x80, 0x80, 0x80), [])).toThrow(/does not end/)
  })

  it('an announced frame costs memory only as its bytes arrive', () => {
    const before = process.memoryUsage().arrayBuffers
    const decoders = Array.from({ length: 1000 }, () => {
      const decoder = new FrameDecoder()
      decoder.push(prefix(MAX_FRAME_BYTES), [])
      return decoder
    })
    expect(decoders.every((decoder) => !decoder.idle)).toBe(true)
    // All of them at once would be 1 GB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024)
  })
})

function prefix(length: number): Uint8Array {
  return Uint8Array.of((length & 0x7f) | 0x80, ((length >>> 7) & 0x7f) | 0x80, length >>> 14)
}
