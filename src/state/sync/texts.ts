import { StateFormatError } from '../codec.ts'
import { ByteWriter, ColumnReader, ColumnWriter, FIRST_BYTES } from './columns.ts'

/** UTF-8 bytes of the longest character, a unit of UTF-16 counted as one. */
const MAX_BYTES_A_CHAR = 3
const encoder = new TextEncoder()
/** Texts of more characters are encoded by the runtime. */
const MAX_BY_HAND = 64

/** A column of texts: of each how many bytes it shares with the one before, how many follow, and those. */
export interface TextColumn {
  readonly shared: Uint8Array<ArrayBuffer>
  readonly lengths: Uint8Array<ArrayBuffer>
  readonly text: Uint8Array<ArrayBuffer>
}

export class TextWriter {
  readonly #shared = new ColumnWriter()
  readonly #lengths = new ColumnWriter()
  readonly #text = new ByteWriter()
  #before = new Uint8Array(FIRST_BYTES)
  #beforeLength = 0
  #now = new Uint8Array(FIRST_BYTES)

  push(text: string): void {
    if (text === '') {
      this.#shared.push(0)
      this.#lengths.push(0)
      this.#beforeLength = 0
      return
    }
    const room = text.length * MAX_BYTES_A_CHAR
    if (room > this.#now.length) this.#now = new Uint8Array(room)
    const now = this.#now
    const written = writeAscii(text, now) ? text.length : encoder.encodeInto(text, now).written
    const before = this.#before
    const limit = Math.min(written, this.#beforeLength)
    let shared = 0
    while (shared < limit && now[shared] === before[shared]) shared++
    this.#shared.push(shared)
    this.#lengths.push(written - shared)
    this.#text.append(now, shared, written)
    this.#now = before
    this.#before = now
    this.#beforeLength = written
  }

  take(): TextColumn {
    return { shared: this.#shared.take(), lengths: this.#lengths.take(), text: this.#text.take() }
  }
}

/** Writes a short text of ASCII alone, as most are: faster than a call into the runtime. False where it is none. */
function writeAscii(text: string, out: Uint8Array): boolean {
  const { length } = text
  if (length > MAX_BY_HAND) return false
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return false
    out[i] = code
  }
  return true
}

/** Reads what `TextWriter` wrote. */
export class TextReader {
  readonly #shared: ColumnReader
  readonly #lengths: ColumnReader
  readonly #text: Uint8Array
  readonly #scratch: Buffer
  /** How many bytes of the text before are known to be ASCII. */
  #ascii = 0
  #at = 0
  #beforeLength = 0

  /** @param maxBytes of one text; longer ones are no error of a column but of who wrote it, and end the reading alike */
  constructor({ shared, lengths, text }: TextColumn, maxBytes: number) {
    this.#shared = new ColumnReader(shared)
    this.#lengths = new ColumnReader(lengths)
    this.#text = text
    this.#scratch = Buffer.allocUnsafe(Math.min(maxBytes, text.length))
  }

  next(): string {
    const shared = this.#shared.next()
    const length = this.#lengths.next()
    const total = shared + length
    if (total === 0) {
      this.#beforeLength = 0
      return ''
    }
    if (shared > this.#beforeLength || total > this.#scratch.length || this.#at + length > this.#text.length) {
      throw new StateFormatError('a column of texts that does not add up')
    }
    this.#append(shared, length)
    this.#at += length
    this.#beforeLength = total
    // What is ASCII throughout is read in half the time.
    return this.#scratch.toString(this.#ascii >= total ? 'latin1' : 'utf8', 0, total)
  }

  /** Puts the next bytes of the column behind what is shared. */
  #append(shared: number, length: number): void {
    const scratch = this.#scratch
    const text = this.#text
    const at = this.#at
    if (this.#ascii < shared || length > MAX_BY_HAND) {
      scratch.set(text.subarray(at, at + length), shared)
      this.#ascii = Math.min(this.#ascii, shared)
      return
    }
    let all = 0
    for (let i = 0; i < length; i++) {
      const byte = text[at + i] as number
      scratch[shared + i] = byte
      all |= byte
    }
    this.#ascii = all < 128 ? shared + length : shared
  }

  end(): void {
    this.#shared.end()
    this.#lengths.end()
    if (this.#at !== this.#text.length) throw new StateFormatError('a column of texts with more than was announced')
  }
}
