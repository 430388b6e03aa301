import type { Codec } from 'protons-runtime'
import { decodeMessage } from '../../../src/lib/protobuf.ts'

type Reader = Parameters<Codec<unknown>['decode']>[0]

/** Reads a protobuf message field by field: what `take` answers false to, having read nothing of it, is skipped. */
export function readFields(message: Uint8Array, take: (field: number, reader: Reader) => boolean): void {
  decodeMessage(message, {
    decode(reader) {
      while (reader.pos < reader.len) {
        const tag = reader.uint32()
        if (!take(tag >>> 3, reader)) reader.skipType(tag & 7)
      }
    },
  })
}
