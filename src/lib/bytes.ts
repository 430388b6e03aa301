/** FNV-1a over bytes, as 30 bits: a number that V8 keeps without a box. To find bytes that were met before, not against forgers. */
export function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash & 0x3fffffff
}

/** Of short ones this takes less than a call of `Buffer.compare`. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
