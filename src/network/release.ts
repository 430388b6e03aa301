/** Smaller buffers come from a pool that others share, or cost less to collect than to release. In bytes. */
const WORTH_RELEASING_BYTES = 4096

/** Of so many bytes, a buffer that `release` can give back: not one from the pool, where it is worth it. */
export function releasable(bytes: number): Buffer {
  return bytes < WORTH_RELEASING_BYTES ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes)
}

/**
 * Gives the memory of `bytes` back now; nobody may look at them again. V8 starts a full collection after every 64 MB of
 * buffers, however short they lived, and a full collection walks all that libp2p has loaded: at 10 KB a message that was
 * a third of the processor's time. What is a view of a larger buffer stays as it is.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (bytes.length < WORTH_RELEASING_BYTES || bytes.length !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer && !buffer.resizable) buffer.transfer(0)
}
