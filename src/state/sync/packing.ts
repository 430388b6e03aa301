import { compress, uncompress } from 'snappyjs'
import { StateFormatError } from '../codec.ts'
import { MAX_UNPACKED_BYTES, MIN_PACKED_BYTES } from './limits.ts'

/** What packing must save to be worth unpacking: one part in so many. */
const WORTH = 8

/**
 * The values of a batch, compressed by Snappy where that pays; undefined where it does not. Snappy, in JavaScript, since it is
 * synchronous and takes some 5 us a KiB: deflate makes half as much of it for several times the time.
 */
export function pack(values: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  if (values.length < MIN_PACKED_BYTES) return undefined
  const packed = compress(values)
  return packed.length <= values.length - values.length / WORTH ? packed : undefined
}

/** Throws `StateFormatError` on bytes that `pack` cannot have made, or that would become too many. */
export function unpack(packed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    return uncompress(packed, MAX_UNPACKED_BYTES)
  } catch (cause) {
    throw new StateFormatError('values that cannot be unpacked', { cause })
  }
}
