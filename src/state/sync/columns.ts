import { StateFormatError } from '../codec.ts'
import { type Encoded, JSON_TAG } from '../encoded.ts'

const encoder = new TextEncoder()
/** Bytes of a column at first: as many as V8 keeps beside its other objects, and more than most need; others are allocated apart. */
export const FIRST_BYTES = 64
/** Longest varint: seven times seven bits and four more, what a number counts exactly. */
const MAX_VARINT_BYTES = 8

/** Bytes that grow. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  length = 0

  /** @param bytes about how many are to come */
  constructor(bytes: number = FIRST_BYTES) {
    this.#bytes = new Uint8Array(bytes)
  }

  /** UTF-8, behind its length in bytes. */
  text(text: string): void {
    // Most texts are short and ASCII: then the length is known, and one pass is enough.
    const at = this.length
    if (text.length < 128) {
      while (this.#bytes.length < at + text.length + 1) this.#grow(text.length + 1)
      const bytes = this.#bytes
      bytes[at] = text.length
      let i = 0
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code > 127) break
        bytes[at + 1 + i] = code
      }
      if (i === text.length) {
        this.length = at + 1 + i
        return
      }
    }
    const encoded = encoder.encode(text)
    this.varint(encoded.length)
    this.append(encoded)
  }

  /** The bytes of a value, without making them one by one first. */
  encoded(value: Encoded): void {
    if (typeof value !== 'string') return this.append(value)
    const { length } = value
    if (this.length + length + 1 > this.#bytes.length) this.#grow(length + 1)
    const out = this.#bytes
    const at = this.length
    out[at] = JSON_TAG
    for (let i = 0; i < length; i++) out[at + 1 + i] = value.charCodeAt(i)
    this.length = at + 1 + length
  }

  clear(): void {
    this.length = 0
  }

  byte(value: number): void {
    if (this.length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.length++] = value
  }

  /** An unsigned whole number of up to 53 bits, seven at a time, the lowest first. */
  varint(value: number): void {
    if (this.length + MAX_VARINT_BYTES > this.#bytes.length) this.#grow(MAX_VARINT_BYTES)
    const bytes = this.#bytes
    let at = this.length
    let rest = value
    // Numbers of 32 bits and more cannot be shifted: the lowest 28 bits go first, the rest can.
    if (rest >= 0x80000000) {
      const low = rest % 0x10000000
      rest = (rest - low) / 0x10000000
      bytes[at++] = (low & 127) | 128
      bytes[at++] = ((low >>> 7) & 127) | 128
      bytes[at++] = ((low >>> 14) & 127) | 128
      bytes[at++] = (low >>> 21) | 128
    }
    while (rest >= 128) {
      bytes[at++] = (rest & 127) | 128
      rest >>>= 7
    }
    bytes[at++] = rest
    this.length = at
  }

  append(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    const count = to - from
    if (this.length + count > this.#bytes.length) this.#grow(count)
    const out = this.#bytes
    const at = this.length
    // A call costs more than some bytes.
    if (count < 32) for (let i = 0; i < count; i++) out[at + i] = bytes[from + i] as number
    else out.set(count === bytes.length ? bytes : bytes.subarray(from, to), at)
    this.length += count
  }

  /** What was written so far, without a copy: valid until more is written. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length)
  }

  /** What was written stands at its beginning, `length` bytes of it: valid until more is written. */
  get room(): Uint8Array {
    return this.#bytes
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length)
  }

  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

const NOTHING = new Uint8Array(0)

/** A column of numbers, a varint each; written as nothing where all are 0. */
export class ColumnWriter {
  #out: ByteWriter | undefined
  /** How many came before the first that is not 0. */
  #zeros = 0

  push(value: number): void {
    if (this.#out) this.#out.varint(value)
    else if (value === 0) this.#zeros++
    else this.#begin().varint(value)
  }

  /** Sign in bit 6 of the first byte, six bits of the magnitude below it, the rest as a varint. */
  signed(value: number): void {
    if (!this.#out && value === 0) {
      this.#zeros++
      return
    }
    const out = this.#out ?? this.#begin()
    const magnitude = Math.abs(value)
    const sign = value < 0 ? 64 : 0
    if (magnitude < 64) return out.byte(magnitude | sign)
    const low = magnitude % 64
    out.byte(low | sign | 128)
    out.varint((magnitude - low) / 64)
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out?.take() ?? NOTHING
  }

  #begin(): ByteWriter {
    const out = new ByteWriter()
    for (let i = 0; i < this.#zeros; i++) out.byte(0)
    this.#out = out
    return out
  }
}

/** Reads what `ColumnWriter` wrote. Throws `StateFormatError` on bytes that it cannot have written. */
export class ColumnReader {
  readonly #bytes: Uint8Array
  readonly #empty: boolean
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#empty = bytes.length === 0
  }

  next(): number {
    if (this.#empty) return 0
    const first = this.#byte()
    return first < 128 ? first : this.#more(first & 127, 128)
  }

  signed(): number {
    if (this.#empty) return 0
    const first = this.#byte()
    const low = first & 63
    const magnitude = first < 128 ? low : this.#more(low, 64)
    return first & 64 ? -magnitude : magnitude
  }

  /** Throws if something is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new StateFormatError('a column with more than was announced')
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  #more(start: number, unit: number): number {
    let value = start
    let factor = unit
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte()
      value += (byte & 127) * factor
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      factor *= 128
    }
    throw new StateFormatError('a number of more than 53 bits')
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new StateFormatError('a column that ends too soon')
    return byte
  }
}
