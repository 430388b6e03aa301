// Generated from protocols/vote/vote.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface VoteMessage {
  call?: VoteCall
  ballot?: VoteBallot
}

export namespace VoteMessage {
  let _codec: Codec<VoteMessage>

  export const codec = (): Codec<VoteMessage> => {
    if (_codec == null) {
      _codec = message<VoteMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.call != null) {
          w.uint32(10)
          VoteCall.codec().encode(obj.call, w)
        }

        if (obj.ballot != null) {
          w.uint32(18)
          VoteBallot.codec().encode(obj.ballot, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.call = VoteCall.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.call
              })
              break
            }
            case 2: {
              obj.ballot = VoteBallot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ballot
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * VoteCall.codec().stream(reader, reader.uint32(), `${prefix}.call`, {
                limits: opts.limits?.call
              })

              break
            }
            case 2: {
              yield * VoteBallot.codec().stream(reader, reader.uint32(), `${prefix}.ballot`, {
                limits: opts.limits?.ballot
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface VoteMessageCallVoteFieldEvent {
    field: '$.call.vote'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VoteMessageCallRemainingMsFieldEvent {
    field: '$.call.remainingMs'
    value: number
  }

  export interface VoteMessageBallotBodyFieldEvent {
    field: '$.ballot.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VoteMessageBallotSignatureFieldEvent {
    field: '$.ballot.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<VoteMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, VoteMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteMessage>): VoteMessage {
    return decodeMessage(buf, VoteMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteMessage>): Generator<VoteMessageCallVoteFieldEvent | VoteMessageCallRemainingMsFieldEvent | VoteMessageBallotBodyFieldEvent | VoteMessageBallotSignatureFieldEvent> {
    return streamMessage(buf, VoteMessage.codec(), opts)
  }
}

export interface VoteCall {
  vote: Uint8Array<ArrayBuffer>
  remainingMs: number
}

export namespace VoteCall {
  let _codec: Codec<VoteCall>

  export const codec = (): Codec<VoteCall> => {
    if (_codec == null) {
      _codec = message<VoteCall>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.vote != null && obj.vote.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.vote)
        }

        if ((obj.remainingMs != null && obj.remainingMs !== 0)) {
          w.uint32(17)
          w.double(obj.remainingMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          vote: NO_BYTES,
          remainingMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.vote = reader.bytes()
              break
            }
            case 2: {
              obj.remainingMs = reader.double()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.vote`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.remainingMs`,
                value: reader.double()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface VoteCallVoteFieldEvent {
    field: '$.vote'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VoteCallRemainingMsFieldEvent {
    field: '$.remainingMs'
    value: number
  }

  export function encode (obj: Partial<VoteCall>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, VoteCall.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteCall>): VoteCall {
    return decodeMessage(buf, VoteCall.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteCall>): Generator<VoteCallVoteFieldEvent | VoteCallRemainingMsFieldEvent> {
    return streamMessage(buf, VoteCall.codec(), opts)
  }
}

export interface VoteBallot {
  body: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

export namespace VoteBallot {
  let _codec: Codec<VoteBallot>

  export const codec = (): Codec<VoteBallot> => {
    if (_codec == null) {
      _codec = message<VoteBallot>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.body != null && obj.body.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.body)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          body: NO_BYTES,
          signature: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.body = reader.bytes()
              break
            }
            case 2: {
              obj.signature = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.body`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface VoteBallotBodyFieldEvent {
    field: '$.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VoteBallotSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<VoteBallot>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, VoteBallot.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteBallot>): VoteBallot {
    return decodeMessage(buf, VoteBallot.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteBallot>): Generator<VoteBallotBodyFieldEvent | VoteBallotSignatureFieldEvent> {
    return streamMessage(buf, VoteBallot.codec(), opts)
  }
}

export interface VoteTaken {
  ballot?: VoteBallot
}

export namespace VoteTaken {
  let _codec: Codec<VoteTaken>

  export const codec = (): Codec<VoteTaken> => {
    if (_codec == null) {
      _codec = message<VoteTaken>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ballot != null) {
          w.uint32(10)
          VoteBallot.codec().encode(obj.ballot, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ballot = VoteBallot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ballot
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * VoteBallot.codec().stream(reader, reader.uint32(), `${prefix}.ballot`, {
                limits: opts.limits?.ballot
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface VoteTakenBallotBodyFieldEvent {
    field: '$.ballot.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VoteTakenBallotSignatureFieldEvent {
    field: '$.ballot.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<VoteTaken>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, VoteTaken.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteTaken>): VoteTaken {
    return decodeMessage(buf, VoteTaken.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VoteTaken>): Generator<VoteTakenBallotBodyFieldEvent | VoteTakenBallotSignatureFieldEvent> {
    return streamMessage(buf, VoteTaken.codec(), opts)
  }
}
