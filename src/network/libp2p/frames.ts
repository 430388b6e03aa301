import { Uint8ArrayList } from 'uint8arraylist'
import { MAX_FRAME_BYTES } from '../network.ts'

/** The longest length prefix in bytes: 7 bits each, 28 bits are far beyond the largest frame. */
const MAX_PREFIX_BYTES = 4

/** The peer does not keep to the framing. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FrameError'
  }
}

/** Frames from this many bytes on are passed on by reference; below it a copy costs less than one more buffer in a list. */
const COPY_BELOW_BYTES = 2048

/** Small frames are joined up to this many bytes: of a larger batch the peer answers the first part while it reads the rest. */
const JOIN_BYTES = 16 * 1024

/**
 * Puts the length in front of each frame, as an unsigned varint, and gathers them into pieces of at most `limit` bytes, so
 * that many frames cost one write. Large frames are not copied. Throws `FrameError` where a frame is larger than allowed.
 */
export function encodeFrames(frames: readonly Uint8Array[], limit: number): Uint8ArrayList[] {
  const [only] = frames
  if (only && frames.length === 1 && only.length >= COPY_BELOW_BYTES && only.length + MAX_PREFIX_BYTES <= limit) {
    return [new Uint8ArrayList(prefixOf(only.length), only)]
  }
  const pieces: Uint8ArrayList[] = []
  let piece = new Uint8ArrayList()
  const close = (): void => {
    if (piece.byteLength > 0) pieces.push(piece)
    piece = new Uint8ArrayList()
  }
  for (let i = 0; i < frames.length; ) {
    const run = smallRun(frames, i, Math.min(limit, JOIN_BYTES))
    if (run.bytes > 0) {
      if (piece.byteLength + run.bytes > limit) close()
      piece.append(join(frames, i, run.end, run.bytes))
      i = run.end
      if (piece.byteLength >= JOIN_BYTES / 2) close()
      continue
    }
    const frame = frames[i++] as Uint8Array
    if (frame.length > MAX_FRAME_BYTES) {
      throw new FrameError(`a frame of ${frame.length} bytes is over the limit of ${MAX_FRAME_BYTES}`)
    }
    if (piece.byteLength + MAX_PREFIX_BYTES + frame.length > limit) close()
    piece.append(prefixOf(frame.length))
    for (let at = 0; at < frame.length; ) {
      const end = Math.min(frame.length, at + limit - piece.byteLength)
      piece.append(frame.subarray(at, end))
      at = end
      if (at < frame.length) close()
    }
  }
  close()
  return pieces
}

/** Where the small frames from `start` on end that fit into one piece, and how many bytes they take at most. */
function smallRun(frames: readonly Uint8Array[], start: number, limit: number): { end: number; bytes: number } {
  let bytes = 0
  let end = start
  for (; end < frames.length; end++) {
    const { length } = frames[end] as Uint8Array
    if (length >= COPY_BELOW_BYTES || bytes + length + MAX_PREFIX_BYTES > limit) break
    bytes += length + MAX_PREFIX_BYTES
  }
  return { end, bytes }
}

function join(frames: readonly Uint8Array[], from: number, to: number, capacity: number): Uint8Array {
  const out = Buffer.allocUnsafe(capacity)
  let offset = 0
  for (let i = from; i < to; i++) {
    const frame = frames[i] as Uint8Array
    offset = writeLength(out, offset, frame.length)
    out.set(frame, offset)
    offset += frame.length
  }
  return out.subarray(0, offset)
}

function prefixOf(length: number): Uint8Array {
  const out = Buffer.allocUnsafe(length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : MAX_PREFIX_BYTES)
  writeLength(out, 0, length)
  return out
}

function writeLength(out: Uint8Array, start: number, length: number): number {
  let offset = start
  let rest = length
  while (rest > 0x7f) {
    out[offset++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  out[offset++] = rest
  return offset
}

/** What is reserved at once for a frame that spans chunks, in bytes; more only as its bytes arrive. */
const FIRST_RESERVE_BYTES = 64 * 1024

/**
 * Takes the bytes of a stream as they come and gives back whole frames. A frame that lies within one chunk is a view
 * of it; one that spans several is put together in a buffer that grows with what has arrived, so that a peer that only
 * announces a large frame costs next to nothing. After a `FrameError` it is of no more use.
 */
export class FrameDecoder {
  /** Bytes of the frame being read; undefined while its prefix is being read. */
  #length: number | undefined
  #prefix = 0
  #prefixBytes = 0
  #partial: Buffer | undefined
  #filled = 0

  /** Appends the frames that `chunk` completes to `frames`. */
  push(chunk: Uint8Array, frames: Uint8Array[]): void {
    let offset = 0
    while (offset < chunk.length) {
      if (this.#length === undefined) offset = this.#readPrefix(chunk, offset)
      if (this.#length === undefined) return
      // An empty frame is whole with its prefix; of any other nothing is reserved before its first byte.
      if (offset < chunk.length || this.#length === 0) offset = this.#readBody(chunk, offset, this.#length, frames)
    }
  }

  /** Whether the stream stands between two frames: its end here loses nothing. */
  get idle(): boolean {
    return this.#length === undefined && this.#prefixBytes === 0
  }

  #readPrefix(chunk: Uint8Array, start: number): number {
    let offset = start
    while (offset < chunk.length) {
      const byte = chunk[offset++] as number
      this.#prefix |= (byte & 0x7f) << (7 * this.#prefixBytes)
      this.#prefixBytes++
      if (byte < 0x80) {
        if (this.#prefix > MAX_FRAME_BYTES) {
          throw new FrameError(`a frame of ${this.#prefix} bytes was announced, the limit is ${MAX_FRAME_BYTES}`)
        }
        this.#length = this.#prefix
        this.#prefix = 0
        this.#prefixBytes = 0
        return offset
      }
      if (this.#prefixBytes === MAX_PREFIX_BYTES) throw new FrameError('a length prefix does not end')
    }
    return offset
  }

  #readBody(chunk: Uint8Array, start: number, length: number, frames: Uint8Array[]): number {
    const end = Math.min(chunk.length, start + length - this.#filled)
    const part = chunk.subarray(start, end)
    if (part.length === length) {
      frames.push(part)
      this.#length = undefined
      return end
    }
    const partial = this.#append(part, length)
    if (this.#filled === length) {
      frames.push(partial.subarray(0, length))
      this.#length = undefined
      this.#partial = undefined
      this.#filled = 0
    }
    return end
  }

  #append(part: Uint8Array, length: number): Buffer {
    const needed = this.#filled + part.length
    let partial = this.#partial
    if (partial === undefined || partial.length < needed) {
      const reserve = Math.max(needed, FIRST_RESERVE_BYTES, 2 * (partial?.length ?? 0))
      const grown = Buffer.allocUnsafeSlow(Math.min(length, reserve))
      partial?.copy(grown, 0, 0, this.#filled)
      partial = grown
      this.#partial = partial
    }
    partial.set(part, this.#filled)
    this.#filled = needed
    return partial
  }
}
