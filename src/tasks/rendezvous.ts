/**
 * Rendezvous hashing (Thaler and Ravishankar 1998): of several nodes, the one with the greatest hash of (key, node) is
 * chosen. The same everywhere, and over many keys each node is chosen equally often.
 */

/** A 32-bit hash of two texts: FNV-1a, then murmur3's finalizer, because FNV alone mixes the last characters badly. */
export function rendezvousHash(key: string, node: string): number {
  let hash = fnv1a(node, fnv1a('\0', fnv1a(key, 0x811c9dc5)))
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function fnv1a(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
