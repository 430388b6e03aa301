import type { Signer } from '../../lib/signer.ts'

/** 32-bit words of a signature. */
const WORDS = 4
/** Keys of signers that are kept: more than machines in any simulation. */
const MAX_KEYS = 4096
const encoder = new TextEncoder()

/**
 * Signatures of the simulator: a hash keyed with a secret of the world that honest code never sees. It tells every altered
 * and replayed message from an honest one and would not stop a cryptanalyst, who takes no part in a simulation; a
 * cryptographic hash was most of what a mesh of 200 nodes that starts at once cost.
 */
export function simulatedSigner(id: string, secret: string): Signer {
  const keys = keysOf(secret)
  const keyOf = (signer: string): Uint32Array => {
    let key = keys.of.get(signer)
    if (!key) {
      key = keyedHash(keys.root, encoder.encode(signer), new Uint32Array(WORDS))
      if (keys.of.size >= MAX_KEYS) keys.of.clear()
      keys.of.set(signer, key)
    }
    return key
  }
  return {
    id,
    sign: (message) => new Uint8Array(keyedHash(keyOf(id), message, new Uint32Array(WORDS)).buffer),
    verify(signer, message, signature) {
      if (signature.length !== expectedBytes.length) return false
      keyedHash(keyOf(signer), message, expected)
      for (let i = 0; i < expectedBytes.length; i++) if (signature[i] !== expectedBytes[i]) return false
      return true
    },
  }
}

/** The signature that is expected, as words and as bytes: one for all, since each of 200 nodes checks those of all others. */
const expected = new Uint32Array(WORDS)
const expectedBytes = new Uint8Array(expected.buffer)

/** The keys of the signers of one world, which all of its machines ask for. */
interface Keys {
  readonly secret: string
  readonly root: Uint32Array
  readonly of: Map<string, Uint32Array>
}

let latest: Keys | undefined

function keysOf(secret: string): Keys {
  if (latest?.secret !== secret) {
    latest = {
      secret,
      root: keyedHash(new Uint32Array(WORDS), encoder.encode(secret), new Uint32Array(WORDS)),
      of: new Map(),
    }
  }
  return latest
}

/** Four multiplicative hashes in one pass, each begun with a word of the key and fed with its neighbour's state; into `out`. */
function keyedHash(key: Uint32Array, message: Uint8Array, out: Uint32Array): Uint32Array {
  let [a = 0, b = 0, c = 0, d = 0] = key
  const { length } = message
  for (let i = 0; i < length; i += 4) {
    // Beyond the end stands nothing; the length, which comes last, tells that from zeros.
    const word =
      i + 4 <= length
        ? (message[i] as number) |
          ((message[i + 1] as number) << 8) |
          ((message[i + 2] as number) << 16) |
          ((message[i + 3] as number) << 24)
        : lastWord(message, i)
    a = Math.imul(a ^ word, 0x01000193) ^ (d >>> 15)
    b = Math.imul(b ^ word ^ a, 0x85ebca6b) ^ (a >>> 13)
    c = Math.imul(c ^ word ^ b, 0xc2b2ae35) ^ (b >>> 16)
    d = Math.imul(d ^ word ^ c, 0x27d4eb2f) ^ (c >>> 14)
  }
  out[0] = a ^ length
  out[1] = b
  out[2] = c
  out[3] = d
  return out
}

function lastWord(message: Uint8Array, from: number): number {
  let word = 0
  for (let i = message.length - 1; i >= from; i--) word = (word << 8) | (message[i] as number)
  return word
}
