import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { ICryptoInterface } from '@libp2p/noise'
import { defaultCrypto } from '@libp2p/noise/crypto'
import { Uint8ArrayList } from 'uint8arraylist'
import { UNDECIPHERABLE } from './refusal.ts'

const ALGORITHM = 'chacha20-poly1305'
/** Bytes of a Poly1305 tag (RFC 8439). */
const TAG_BYTES = 16
/** What stands before a raw X25519 key in a DER SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')
/** Bytes of a key or hash of Noise_XX_25519_ChaChaPoly_SHA256. */
const KEY_BYTES = 32
/** From this many bytes on OpenSSL outruns the wasm that noise brings along; measured by scripts/bench. */
const NATIVE_FROM_BYTES = 400

/**
 * The cryptography of noise: its own for small messages, node:crypto with keys prepared once for larger ones, and for the
 * handshake too, whose key derivation in JavaScript takes longer than all the rest of it before the compiler has warmed up.
 * A message that does not decipher throws an error whose text is `UNDECIPHERABLE`: in a handshake it means that the other
 * end started from another prologue.
 */
export function noiseCrypto(): ICryptoInterface {
  // By the array that noise keeps a key in for as long as its connection lives.
  const prepared = new WeakMap<Uint8Array, KeyObject>()
  const keyOf = (bytes: Uint8Array): KeyObject => {
    let key = prepared.get(bytes)
    if (key === undefined) {
      key = createSecretKey(bytes)
      prepared.set(bytes, key)
    }
    return key
  }

  // A private key stays where OpenSSL keeps it; noise, which only hands it back, gets something to find it again by.
  const privateKeys = new WeakMap<Uint8Array, KeyObject>()

  return {
    ...defaultCrypto,
    getHKDF(ck, ikm) {
      const okm = new Uint8Array(hkdfSync('sha256', ikm, ck, '', 3 * KEY_BYTES))
      return [okm.subarray(0, KEY_BYTES), okm.subarray(KEY_BYTES, 2 * KEY_BYTES), okm.subarray(2 * KEY_BYTES)]
    },
    generateX25519KeyPair() {
      const { publicKey, privateKey } = generateKeyPairSync('x25519')
      const handle = new Uint8Array(0)
      privateKeys.set(handle, privateKey)
      return {
        publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length),
        privateKey: handle,
      }
    },
    generateX25519SharedKey(handle, publicKey) {
      const privateKey = handle instanceof Uint8Array ? privateKeys.get(handle) : undefined
      if (privateKey === undefined) return defaultCrypto.generateX25519SharedKey(handle, publicKey)
      const der = Buffer.concat([SPKI_PREFIX, publicKey.subarray()])
      return diffieHellman({ privateKey, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) })
    },
    chaCha20Poly1305Encrypt(plaintext, nonce, ad, k) {
      if (plaintext.byteLength < NATIVE_FROM_BYTES)
        return defaultCrypto.chaCha20Poly1305Encrypt(plaintext, nonce, ad, k)
      const cipher = createCipheriv(ALGORITHM, keyOf(k), nonce, { authTagLength: TAG_BYTES })
      // Only the handshake has any.
      if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.byteLength })
      const sealed = cipher.update(bytesOf(plaintext))
      cipher.final()
      return new Uint8ArrayList(sealed, cipher.getAuthTag())
    },
    chaCha20Poly1305Decrypt(ciphertext, nonce, ad, k, dst) {
      try {
        if (ciphertext.byteLength < NATIVE_FROM_BYTES) {
          return defaultCrypto.chaCha20Poly1305Decrypt(ciphertext, nonce, ad, k, dst)
        }
        const bytes = bytesOf(ciphertext)
        const end = bytes.length - TAG_BYTES
        const decipher = createDecipheriv(ALGORITHM, keyOf(k), nonce, { authTagLength: TAG_BYTES })
        if (ad.length > 0) decipher.setAAD(ad, { plaintextLength: end })
        decipher.setAuthTag(bytes.subarray(end))
        const opened = decipher.update(bytes.subarray(0, end))
        decipher.final()
        return opened
      } catch (cause) {
        throw new Error(UNDECIPHERABLE, { cause })
      }
    },
  }
}

/** Of bytes in one piece no view is made. */
function bytesOf(data: Uint8Array | Uint8ArrayList): Uint8Array {
  return data instanceof Uint8Array ? data : data.subarray()
}
