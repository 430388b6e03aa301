/** A hash of 64 bits as two halves, each a signed or unsigned 32-bit integer. */
export interface Hash64 {
  high: number
  low: number
}

/** A sum of hashes: the same in whatever order they came, and a hash can be taken out again. */
export class HashSum implements Hash64 {
  high = 0
  low = 0

  /** @param sign 1 adds, -1 takes out */
  add({ high, low }: Hash64, sign: number): void {
    this.high = (this.high + sign * high) | 0
    this.low = (this.low + sign * low) | 0
  }
}

/** Seeds of the two halves. */
const HIGH_SEED = 0
const LOW_SEED = 0x9747b28c

/**
 * Two MurmurHash3 x86_32 (Appleby 2011) of the first `length` bytes, in one pass. Told apart are honest replicas, not
 * enemies: whoever makes two contents with one hash keeps only their own writes from being repaired.
 */
export function hash64(bytes: Uint8Array, length: number = bytes.length): Hash64 {
  let high = HIGH_SEED
  let low = LOW_SEED
  const words = length & ~3
  for (let i = 0; i < words; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24)
    const mixed = mixWord(word)
    high = mixState(high, mixed)
    low = mixState(low, mixed)
  }
  let tail = 0
  for (let i = length - 1; i >= words; i--) tail = (tail << 8) | (bytes[i] as number)
  if (words < length) {
    const mixed = mixWord(tail)
    high ^= mixed
    low ^= mixed
  }
  return { high: finish(high ^ length), low: finish(low ^ length) }
}

function mixWord(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}

function mixState(state: number, mixed: number): number {
  const sum = state ^ mixed
  return (Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64) | 0
}

function finish(state: number): number {
  let hash = state
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Bytes of a hash on the wire. */
export const HASH_BYTES = 8

/** Big-endian, as a number is written. */
export function writeHash({ high, low }: Hash64, out: Uint8Array, at: number): void {
  for (let i = 0; i < 4; i++) {
    out[at + i] = high >>> (24 - 8 * i)
    out[at + 4 + i] = low >>> (24 - 8 * i)
  }
}

/** 16 hexadecimal digits: what hashes are compared and looked up by. */
export const hexOf = (bytes: Uint8Array, at = 0): string => Buffer.prototype.hexSlice.call(bytes, at, at + HASH_BYTES)
