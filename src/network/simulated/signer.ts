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
  const mac = (signer: string, message: Uint8Array): Uint32Array => {
    let key = keys.of.get(signer)
    if (!key) {
      key = keyedHash(keys.root, encoder.encode(signer))
      if (keys.of.size >= MAX_KEYS) keys.of.clear()
      keys.of.set(signer, key)
    }
    return keyedHash(key, message)
  }
  return {
    id,
    sign: (message) => new Uint8Array(mac(id, message).buffer),
    verify(signer, message, signature) {
      const expected = new Uint8Array(mac(signer, message).buffer)
      if (signature.length !== expected.length) return false
      for (let i = 0; i < expected.length; i++) if (signature[i] !== expected[i]) return false
      return true
    },
  }
}

/** The keys of the signers of one world, which all of its machines ask for. */
interface Keys {
  readonly secret: string
  readonly root: Uint32Array
  readonly of: Map<string, Uint32Array>
}

let latest: Keys | undefined

function keysOf(secret: string): Keys {
  if (latest?.secret !== secret) {
    latest = { secret, root: keyedHash(new Uint32Array(WORDS), encoder.encode(secret)), of: new Map() }
  }
  return latest
}

/** Four multiplicative hashes in one pass, each begun with a word of the key and fed with its neighbour's state. */
function keyedHash(key: Uint32Array, message: Uint8Array): Uint32Array {
  let [a = 0, b = 0, c = 0, d = 0] = key
  for (let i = 0; i < message.length; i++) {
    const byte = message[i] as number
    a = Math.imul(a ^ byte, 0x01000193) ^ (d >>> 15)
    b = Math.imul(b ^ byte ^ a, 0x85ebca6b) ^ (a >>> 13)
    c = Math.imul(c ^ byte ^ b, 0xc2b2ae35) ^ (b >>> 16)
    d = Math.imul(d ^ byte ^ c, 0x27d4eb2f) ^ (c >>> 14)
  }
  return Uint32Array.of(a ^ message.length, b, c, d)
}
