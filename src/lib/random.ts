/** The randomness port: seeded in a simulation, the operating system's elsewhere. */
export interface Random {
  /** Uniform in [0, 1). */
  float(): number
  /** Uniform integer in [0, limit). */
  below(limit: number): number
  /** `length` random bytes. */
  bytes(length: number): Uint8Array
}

/** Cryptographically strong randomness of the operating system. */
export const systemRandom: Random = {
  float: () => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32,
  below: (limit) => Math.floor(systemRandom.float() * limit),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
}

/**
 * A small seeded generator (sfc32, Chris Doty-Humphrey, PractRand): fast, passes PractRand, not for keys.
 * The same seed gives the same sequence on every machine.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return t >>> 0
  }
  // The first outputs still show the seed's small differences.
  for (let i = 0; i < 15; i++) next()
  const random: Random = {
    float: () => next() / 2 ** 32,
    below: (limit) => Math.floor((next() / 2 ** 32) * limit),
    bytes(length) {
      const out = new Uint8Array(length)
      for (let i = 0; i < length; i++) out[i] = next() & 0xff
      return out
    },
  }
  return random
}

/** Shuffles in place (Fisher-Yates) and returns the same array. */
export function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const item = items[i] as T
    items[i] = items[j] as T
    items[j] = item
  }
  return items
}

/** Places that are looked through one by one: a set of so few costs more. */
const FEW = 16

/** At most `count` distinct items, in random order; the input stays as it is. Work is O(count), not O(items). */
export function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  if (count >= items.length) return shuffle([...items], random)
  const chosen = count <= FEW ? fewPlaces(items.length, count, random) : places(items.length, count, random)
  const out = new Array<T>(count)
  let at = 0
  for (const i of chosen) out[at++] = items[i] as T
  return shuffle(out, random)
}

/** `count` distinct numbers below `limit`: Floyd's algorithm (Bentley and Floyd 1987). */
function places(limit: number, count: number, random: Random): Iterable<number> {
  const chosen = new Set<number>()
  for (let i = limit - count; i < limit; i++) {
    const j = random.below(i + 1)
    chosen.add(chosen.has(j) ? i : j)
  }
  return chosen
}

function fewPlaces(limit: number, count: number, random: Random): number[] {
  const chosen = new Array<number>(count)
  for (let at = 0; at < count; at++) {
    const i = limit - count + at
    const j = random.below(i + 1)
    chosen[at] = chosen.includes(j) ? i : j
  }
  return chosen
}

const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A random id of `length` characters, 5 bits each (Crockford's base 32 in lower case). */
export function randomId(random: Random, length = 20): string {
  let id = ''
  for (const byte of random.bytes(length)) id += ID_ALPHABET[byte & 31]
  return id
}
