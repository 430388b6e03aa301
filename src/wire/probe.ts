// Generated from protocols/probe/probe.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface MemberRow {
  id: string
  state: MemberRowState
  incarnation: number
  addresses: string[]
  accusers: string[]
}

export namespace MemberRow {
  let _codec: Codec<MemberRow>

  export const codec = (): Codec<MemberRow> => {
    if (_codec == null) {
      _codec = message<MemberRow>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id !== '')) {
          w.uint32(10)
          w.string(obj.id)
        }

        if (obj.state != null && __MemberRowStateValues[obj.state] !== 0) {
          w.uint32(16)
          MemberRowState.codec().encode(obj.state, w)
        }

        if ((obj.incarnation != null && obj.incarnation !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.incarnation)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(34)
            w.string(value)
          }
        }

        if (obj.accusers != null && obj.accusers.length > 0) {
          for (const value of obj.accusers) {
            w.uint32(42)
            w.string(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: '',
          state: MemberRowState.ALIVE,
          incarnation: 0,
          addresses: [],
          accusers: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.string()
              break
            }
            case 2: {
              obj.state = MemberRowState.codec().decode(reader)
              break
            }
            case 3: {
              obj.incarnation = reader.uint64Number()
              break
            }
            case 4: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.string())
              break
            }
            case 5: {
              if (opts.limits?.accusers != null && obj.accusers.length === opts.limits.accusers) {
                throw new MaxLengthError('Decode error - repeated field "accusers" had too many elements')
              }

              obj.accusers.push(reader.string())
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
        const obj = {
          addresses: 0,
          accusers: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.id`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.state`,
                value: MemberRowState.codec().decode(reader)
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.incarnation`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              yield {
                field: `${prefix}.addresses[]`,
                index: obj.addresses,
                value: reader.string()
              }

              obj.addresses++

              break
            }
            case 5: {
              if (opts.limits?.accusers != null && obj.accusers === opts.limits.accusers) {
                throw new MaxLengthError('Streaming decode error - repeated field "accusers" had too many elements')
              }

              yield {
                field: `${prefix}.accusers[]`,
                index: obj.accusers,
                value: reader.string()
              }

              obj.accusers++

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

  export interface MemberRowIdFieldEvent {
    field: '$.id'
    value: string
  }

  export interface MemberRowStateFieldEvent {
    field: '$.state'
    value: MemberRowState
  }

  export interface MemberRowIncarnationFieldEvent {
    field: '$.incarnation'
    value: number
  }

  export interface MemberRowAddressesFieldEvent {
    field: '$.addresses[]'
    index: number
    value: string
  }

  export interface MemberRowAccusersFieldEvent {
    field: '$.accusers[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<MemberRow>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, MemberRow.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MemberRow>): MemberRow {
    return decodeMessage(buf, MemberRow.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MemberRow>): Generator<MemberRowIdFieldEvent | MemberRowStateFieldEvent | MemberRowIncarnationFieldEvent | MemberRowAddressesFieldEvent | MemberRowAccusersFieldEvent> {
    return streamMessage(buf, MemberRow.codec(), opts)
  }
}

export enum MemberRowState {
  ALIVE = 'ALIVE',
  SUSPECT = 'SUSPECT',
  DEAD = 'DEAD',
  LEFT = 'LEFT'
}

enum __MemberRowStateValues {
  ALIVE = 0,
  SUSPECT = 1,
  DEAD = 2,
  LEFT = 3
}

export namespace MemberRowState {
  export const codec = (): Codec<MemberRowState> => {
    return enumeration<MemberRowState>(__MemberRowStateValues)
  }
}

export enum ProbeKind {
  PING = 'PING',
  PING_REQ = 'PING_REQ',
  COMPARE = 'COMPARE',
  EXCHANGE = 'EXCHANGE'
}

enum __ProbeKindValues {
  PING = 0,
  PING_REQ = 1,
  COMPARE = 2,
  EXCHANGE = 3
}

export namespace ProbeKind {
  export const codec = (): Codec<ProbeKind> => {
    return enumeration<ProbeKind>(__ProbeKindValues)
  }
}

export interface ProbeRequest {
  kind: ProbeKind
  target: string
  digest: Uint8Array<ArrayBuffer>
  want: Uint8Array<ArrayBuffer>
  rows: Uint8Array<ArrayBuffer>[]
}

export namespace ProbeRequest {
  let _codec: Codec<ProbeRequest>

  export const codec = (): Codec<ProbeRequest> => {
    if (_codec == null) {
      _codec = message<ProbeRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.kind != null && __ProbeKindValues[obj.kind] !== 0) {
          w.uint32(8)
          ProbeKind.codec().encode(obj.kind, w)
        }

        if ((obj.target != null && obj.target !== '')) {
          w.uint32(18)
          w.string(obj.target)
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.digest)
        }

        if ((obj.want != null && obj.want.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.want)
        }

        if (obj.rows != null && obj.rows.length > 0) {
          for (const value of obj.rows) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          kind: ProbeKind.PING,
          target: '',
          digest: NO_BYTES,
          want: NO_BYTES,
          rows: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.kind = ProbeKind.codec().decode(reader)
              break
            }
            case 2: {
              obj.target = reader.string()
              break
            }
            case 3: {
              obj.digest = reader.bytes()
              break
            }
            case 4: {
              obj.want = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.rows != null && obj.rows.length === opts.limits.rows) {
                throw new MaxLengthError('Decode error - repeated field "rows" had too many elements')
              }

              obj.rows.push(reader.bytes())
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
        const obj = {
          rows: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.kind`,
                value: ProbeKind.codec().decode(reader)
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.target`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.want`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.rows != null && obj.rows === opts.limits.rows) {
                throw new MaxLengthError('Streaming decode error - repeated field "rows" had too many elements')
              }

              yield {
                field: `${prefix}.rows[]`,
                index: obj.rows,
                value: reader.bytes()
              }

              obj.rows++

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

  export interface ProbeRequestKindFieldEvent {
    field: '$.kind'
    value: ProbeKind
  }

  export interface ProbeRequestTargetFieldEvent {
    field: '$.target'
    value: string
  }

  export interface ProbeRequestDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProbeRequestWantFieldEvent {
    field: '$.want'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProbeRequestRowsFieldEvent {
    field: '$.rows[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ProbeRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ProbeRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeRequest>): ProbeRequest {
    return decodeMessage(buf, ProbeRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeRequest>): Generator<ProbeRequestKindFieldEvent | ProbeRequestTargetFieldEvent | ProbeRequestDigestFieldEvent | ProbeRequestWantFieldEvent | ProbeRequestRowsFieldEvent> {
    return streamMessage(buf, ProbeRequest.codec(), opts)
  }
}

export interface ProbeReply {
  reached: boolean
  differs: boolean
  keys: Uint8Array<ArrayBuffer>
  rows: Uint8Array<ArrayBuffer>[]
}

export namespace ProbeReply {
  let _codec: Codec<ProbeReply>

  export const codec = (): Codec<ProbeReply> => {
    if (_codec == null) {
      _codec = message<ProbeReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.reached != null && obj.reached !== false)) {
          w.uint32(8)
          w.bool(obj.reached)
        }

        if ((obj.differs != null && obj.differs !== false)) {
          w.uint32(16)
          w.bool(obj.differs)
        }

        if ((obj.keys != null && obj.keys.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.keys)
        }

        if (obj.rows != null && obj.rows.length > 0) {
          for (const value of obj.rows) {
            w.uint32(34)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          reached: false,
          differs: false,
          keys: NO_BYTES,
          rows: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.reached = reader.bool()
              break
            }
            case 2: {
              obj.differs = reader.bool()
              break
            }
            case 3: {
              obj.keys = reader.bytes()
              break
            }
            case 4: {
              if (opts.limits?.rows != null && obj.rows.length === opts.limits.rows) {
                throw new MaxLengthError('Decode error - repeated field "rows" had too many elements')
              }

              obj.rows.push(reader.bytes())
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
        const obj = {
          rows: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.reached`,
                value: reader.bool()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.differs`,
                value: reader.bool()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.keys`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              if (opts.limits?.rows != null && obj.rows === opts.limits.rows) {
                throw new MaxLengthError('Streaming decode error - repeated field "rows" had too many elements')
              }

              yield {
                field: `${prefix}.rows[]`,
                index: obj.rows,
                value: reader.bytes()
              }

              obj.rows++

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

  export interface ProbeReplyReachedFieldEvent {
    field: '$.reached'
    value: boolean
  }

  export interface ProbeReplyDiffersFieldEvent {
    field: '$.differs'
    value: boolean
  }

  export interface ProbeReplyKeysFieldEvent {
    field: '$.keys'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProbeReplyRowsFieldEvent {
    field: '$.rows[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ProbeReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ProbeReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeReply>): ProbeReply {
    return decodeMessage(buf, ProbeReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeReply>): Generator<ProbeReplyReachedFieldEvent | ProbeReplyDiffersFieldEvent | ProbeReplyKeysFieldEvent | ProbeReplyRowsFieldEvent> {
    return streamMessage(buf, ProbeReply.codec(), opts)
  }
}

export interface ProbeGossip {
  rows: Uint8Array<ArrayBuffer>[]
}

export namespace ProbeGossip {
  let _codec: Codec<ProbeGossip>

  export const codec = (): Codec<ProbeGossip> => {
    if (_codec == null) {
      _codec = message<ProbeGossip>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.rows != null && obj.rows.length > 0) {
          for (const value of obj.rows) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          rows: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.rows != null && obj.rows.length === opts.limits.rows) {
                throw new MaxLengthError('Decode error - repeated field "rows" had too many elements')
              }

              obj.rows.push(reader.bytes())
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
        const obj = {
          rows: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.rows != null && obj.rows === opts.limits.rows) {
                throw new MaxLengthError('Streaming decode error - repeated field "rows" had too many elements')
              }

              yield {
                field: `${prefix}.rows[]`,
                index: obj.rows,
                value: reader.bytes()
              }

              obj.rows++

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

  export interface ProbeGossipRowsFieldEvent {
    field: '$.rows[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ProbeGossip>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ProbeGossip.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeGossip>): ProbeGossip {
    return decodeMessage(buf, ProbeGossip.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeGossip>): Generator<ProbeGossipRowsFieldEvent> {
    return streamMessage(buf, ProbeGossip.codec(), opts)
  }
}
