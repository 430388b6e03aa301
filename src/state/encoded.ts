/**
 * A value as a replica keeps it: the bytes that travel (one that says which kind it is, then JSON in UTF-8, or bytes), or, where
 * those are short JSON in ASCII, which most are, the text alone: it takes a sixth of the memory of so short an array, and
 * less time to make. A value has just one of the two forms.
 */
export type Encoded = string | Uint8Array

/** The first byte of JSON, and of bytes. */
export const JSON_TAG = 0
export const BYTES_TAG = 1
/** Longest text that is kept as one, in characters: of more the size of the array itself counts for little. */
const MAX_TEXT_CHARS = 128

const encoder = new TextEncoder()

/** The encoded form of JSON text. */
export function encodedText(text: string): Encoded {
  if (isShort(text)) return text
  const body = encoder.encode(text)
  const out = new Uint8Array(body.length + 1)
  out[0] = JSON_TAG
  out.set(body, 1)
  return out
}

/** How many bytes it has when it travels. */
export const encodedSize = (encoded: Encoded): number =>
  typeof encoded === 'string' ? encoded.length + 1 : encoded.length

/** The bytes that travel; not to be changed. */
export function bytesOfEncoded(encoded: Encoded): Uint8Array {
  if (typeof encoded !== 'string') return encoded
  const out = new Uint8Array(encoded.length + 1)
  for (let i = 0; i < encoded.length; i++) out[i + 1] = encoded.charCodeAt(i)
  return out
}

/** What travelled as these bytes: copied, since one value that lives long must not keep all that came with it. */
export function readEncoded(bytes: Buffer, from = 0, to: number = bytes.length): Encoded {
  const length = to - from - 1
  if (bytes[from] === JSON_TAG && length > 0 && length <= MAX_TEXT_CHARS) {
    let all = 0
    for (let i = from + 1; i < to; i++) all |= bytes[i] as number
    if (all < 128) return bytes.toString('latin1', from + 1, to)
  }
  return new Uint8Array(bytes.subarray(from, to))
}

/** The comparison of values that needs no decoding. */
export function sameEncoded(a: Encoded, b: Encoded): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  const [left, right] = [bytesOfEncoded(a), bytesOfEncoded(b)]
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}

function isShort(text: string): boolean {
  const { length } = text
  if (length > MAX_TEXT_CHARS) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}
