import { createPublicKey, type KeyObject } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import type { PeerId } from '../network.ts'

/**
 * A node's id is the base58btc form of the identity multihash of its Ed25519 public key in libp2p's protobuf envelope
 * (libp2p specs, peer-ids): whoever knows the id knows the key.
 */
const ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
/** Bytes of a raw Ed25519 public key (RFC 8032). */
const PUBLIC_KEY_BYTES = 32
/** What stands before a raw Ed25519 key in a DER SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export function peerIdOf(publicKey: KeyObject): PeerId {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length)
  return base58btc.baseEncode(Buffer.concat([ID_PREFIX, raw]))
}

/** The public key that `id` carries; undefined where it is no Ed25519 peer id. Never throws. */
export function publicKeyOf(id: PeerId): KeyObject | undefined {
  try {
    const bytes = base58btc.baseDecode(id)
    if (bytes.length !== ID_PREFIX.length + PUBLIC_KEY_BYTES) return undefined
    if (ID_PREFIX.some((byte, i) => bytes[i] !== byte)) return undefined
    const der = Buffer.concat([SPKI_PREFIX, bytes.subarray(ID_PREFIX.length)])
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    // Not base58, or not a point on the curve: either way this is no id of a node.
    return undefined
  }
}
