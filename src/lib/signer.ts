/**
 * The signing port. Synchronous, because in a simulation nothing may await a thread: a WebCrypto signature takes a
 * number of event-loop turns that differs from run to run.
 */
export interface Signer {
  /** The id that `verify` takes for signatures of this signer. */
  readonly id: string
  /** Signs with this node's key. */
  sign(message: Uint8Array): Uint8Array
  /** Whether `signature` over `message` was made by the holder of `id`. Never throws: a malformed id or signature is false. */
  verify(id: string, message: Uint8Array, signature: Uint8Array): boolean
}
