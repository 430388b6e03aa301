import type { Codec, DecodeOptions } from 'protons-runtime'

/**
 * Reading and writing of protobuf messages for the generated codecs of `wire/`: what they use of the runtime of protons, several
 * times as fast, because nearly every message of the mesh is small. A message is written once, in place, and its texts are mostly ASCII.
 */

/** Messages are cut from slabs of so many bytes: allocating each by itself costs more than writing it. */
const SLAB_BYTES = 8192
/** What does not fit a slab gets one of its own, by so much larger than it is so far. */
const GROWTH = 1.5
/** The longest text that is written character by character, in UTF-16 units: its length takes one byte as UTF-8, too. */
const SHORT_TEXT = 40
/** The longest text that is looked for among those read before, in bytes: ids and names come again and again. */
const KNOWN_BYTES = 64
/** Texts that were read before, at the most: 64 KB of them. */
const MAX_KNOWN = 1024
/** A varint of 64 bits takes so many bytes at most. */
const MAX_VARINT_BYTES = 10

/** A field of bytes that did not come. */
export const NO_BYTES = new Uint8Array(0)

export function encodeMessage<T>(message: Partial<T>, codec: Pick<Codec<T>, 'encode'>): Uint8Array<ArrayBuffer> {
  writer.begin()
  codec.encode(message, writer as unknown as Parameters<Codec<T>['encode']>[1], { lengthDelimited: false })
  return writer.finish()
}

/** Throws `RangeError` on bytes that are no message. */
export function decodeMessage<T>(
  bytes: Uint8Array | { subarray(): Uint8Array },
  codec: Pick<Codec<T>, 'decode'>,
  options?: DecodeOptions<T>,
): T {
  const reader = new Reader(bytes instanceof Uint8Array ? bytes : bytes.subarray())
  return codec.decode(reader as unknown as Parameters<Codec<T>['decode']>[0], undefined, options)
}

const NONE = Buffer.allocUnsafeSlow(0)

/** Writes one message after the other, each to its end before the next begins. */
class Writer {
  #slab = NONE
  #begin = 0
  #at = 0
  /** Where the lengths of the messages go that are not over, from the beginning of the whole. */
  #forks: number[] = []

  begin(): void {
    // What threw left its beginnings behind.
    this.#forks.length = 0
    this.#at = this.#begin
  }

  finish(): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(this.#slab.buffer, this.#begin, this.#at - this.#begin)
    this.#begin = this.#at
    // A small message shall not keep the bytes of a large one alive.
    if (this.#slab.length > SLAB_BYTES) {
      this.#slab = NONE
      this.#begin = 0
    }
    return message
  }

  fork(): void {
    this.#reserve(1)
    this.#forks.push(this.#at - this.#begin)
    this.#at++
  }

  ldelim(): void {
    const fork = this.#forks.pop() as number
    const length = this.#at - this.#begin - fork - 1
    if (length < 128) {
      this.#slab[this.#begin + fork] = length
      return
    }
    // One byte was left for the length: what follows makes room for the others.
    const more = varintBytes(length) - 1
    this.#reserve(more)
    const [at, end] = [this.#begin + fork, this.#at + more]
    this.#slab.copyWithin(at + 1 + more, at + 1, this.#at)
    this.#at = at
    this.uint32(length)
    this.#at = end
  }

  uint32(value: number): void {
    this.#reserve(5)
    const slab = this.#slab
    let left = value >>> 0
    while (left > 127) {
      slab[this.#at++] = (left & 127) | 128
      left >>>= 7
    }
    slab[this.#at++] = left
  }

  /** Of an enumeration, whose values are not negative here. */
  int32(value: number): void {
    this.uint32(value)
  }

  /** A whole number from 0 to 2^53 - 1. */
  uint64Number(value: number): void {
    if (value < 2 ** 32) return this.uint32(value)
    this.#reserve(MAX_VARINT_BYTES)
    let left = value
    for (; left > 127; left = Math.floor(left / 128)) this.#slab[this.#at++] = (left % 128) | 128
    this.#slab[this.#at++] = left
  }

  sfixed64(value: bigint): void {
    this.#reserve(8)
    this.#at = this.#slab.writeBigInt64LE(value, this.#at)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#at = this.#slab.writeDoubleLE(value, this.#at)
  }

  bool(value: boolean): void {
    this.#reserve(1)
    this.#slab[this.#at++] = value ? 1 : 0
  }

  bytes(value: Uint8Array): void {
    this.uint32(value.length)
    this.#reserve(value.length)
    this.#slab.set(value, this.#at)
    this.#at += value.length
  }

  string(value: string): void {
    if (value.length <= SHORT_TEXT && this.#shortAscii(value)) return
    const bytes = Buffer.byteLength(value)
    this.uint32(bytes)
    this.#reserve(bytes)
    this.#at += this.#slab.write(value, this.#at)
  }

  /** False, and nothing is written, where there is anything but ASCII in it. */
  #shortAscii(value: string): boolean {
    const { length } = value
    this.#reserve(length + 1)
    const slab = this.#slab
    const at = this.#at + 1
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 127) return false
      slab[at + i] = unit
    }
    slab[this.#at] = length
    this.#at = at + length
    return true
  }

  /** Makes room for `bytes` more, where need be in another slab, to which the message moves. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#slab.length) return
    const written = this.#at - this.#begin
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, Math.ceil(GROWTH * (written + bytes))))
    slab.set(this.#slab.subarray(this.#begin, this.#at))
    this.#slab = slab
    this.#begin = 0
    this.#at = written
  }
}

const writer = new Writer()

class Reader {
  readonly buf: Uint8Array
  pos = 0
  readonly len: number

  constructor(bytes: Uint8Array) {
    this.buf = bytes
    this.len = bytes.length
  }

  uint32(): number {
    let value = 0
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte()
      // Bits beyond the 32nd are those of a larger type, and dropped as by other implementations.
      if (i < 5) value |= (byte & 127) << (7 * i)
      if (byte < 128) return value >>> 0
    }
    throw new RangeError('a number of more than 64 bits')
  }

  int32(): number {
    return this.uint32() | 0
  }

  bool(): boolean {
    return this.uint32() !== 0
  }

  /** Throws where it is more than 2^53 - 1. */
  uint64Number(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte()
      value += (byte & 127) * factor
      factor *= 128
      if (byte >= 128) continue
      if (value > Number.MAX_SAFE_INTEGER) break
      return value
    }
    throw new RangeError('a number of more than 53 bits')
  }

  sfixed64(): bigint {
    const at = this.#skip(8)
    return new DataView(this.buf.buffer, this.buf.byteOffset).getBigInt64(at, true)
  }

  double(): number {
    const at = this.#skip(8)
    return new DataView(this.buf.buffer, this.buf.byteOffset).getFloat64(at, true)
  }

  /** A view: what is read stays as it is. */
  bytes(): Uint8Array {
    const length = this.uint32()
    const at = this.#skip(length)
    return new Uint8Array(this.buf.buffer, this.buf.byteOffset + at, length)
  }

  string(): string {
    const length = this.uint32()
    const at = this.#skip(length)
    return length <= KNOWN_BYTES ? knownText(this.buf, at, length) : text(this.buf, at, length)
  }

  skipType(type: number): void {
    switch (type) {
      case 0:
        for (let i = 0; this.#byte() >= 128; i++)
          if (i === MAX_VARINT_BYTES) throw new RangeError('a number of more than 64 bits')
        return
      case 1:
        this.#skip(8)
        return
      case 2:
        this.#skip(this.uint32())
        return
      case 5:
        this.#skip(4)
        return
      default:
        throw new RangeError(`a field of type ${type} at byte ${this.pos}`)
    }
  }

  #byte(): number {
    const byte = this.buf[this.pos]
    if (byte === undefined) throw new RangeError(`the message ends at byte ${this.len}, in a number`)
    this.pos++
    return byte
  }

  /** Where what is skipped begins. */
  #skip(bytes: number): number {
    const at = this.pos
    if (at + bytes > this.len)
      throw new RangeError(`the message ends at byte ${this.len}, before the ${bytes} from ${at} on`)
    this.pos = at + bytes
    return at
  }
}

/** ASCII that was read before, by a hash of its bytes. */
const known = new Array<string>(MAX_KNOWN).fill('')

/** The same string for the same bytes, mostly: it is not made again, nor its hash where it is a key. */
function knownText(bytes: Uint8Array, at: number, length: number): string {
  let hash = length
  let bits = 0
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i] as number
    hash = Math.imul(hash ^ byte, 0x01000193)
    bits |= byte
  }
  if (bits > 127) return text(bytes, at, length)
  const slot = (hash ^ (hash >>> 15)) & (MAX_KNOWN - 1)
  const candidate = known[slot] as string
  if (candidate.length === length && isText(candidate, bytes, at)) return candidate
  const read = text(bytes, at, length)
  known[slot] = read
  return read
}

function isText(ascii: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < ascii.length; i++) if (ascii.charCodeAt(i) !== bytes[at + i]) return false
  return true
}

const text = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.prototype.utf8Slice.call(bytes, at, at + length)

function varintBytes(value: number): number {
  let bytes = 1
  for (let left = value; left > 127; left >>>= 7) bytes++
  return bytes
}
