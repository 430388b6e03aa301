// Generated from protocols/roster/roster.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface ConfirmRequest {
  replica: string
}

export namespace ConfirmRequest {
  let _codec: Codec<ConfirmRequest>

  export const codec = (): Codec<ConfirmRequest> => {
    if (_codec == null) {
      _codec = message<ConfirmRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.replica != null && obj.replica !== '')) {
          w.uint32(10)
          w.string(obj.replica)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          replica: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.replica = reader.string()
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
                field: `${prefix}.replica`,
                value: reader.string()
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

  export interface ConfirmRequestReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export function encode (obj: Partial<ConfirmRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ConfirmRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmRequest>): ConfirmRequest {
    return decodeMessage(buf, ConfirmRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmRequest>): Generator<ConfirmRequestReplicaFieldEvent> {
    return streamMessage(buf, ConfirmRequest.codec(), opts)
  }
}

export interface ConfirmAnswer {
  highest: number
  peers: string[]
  over: boolean
}

export namespace ConfirmAnswer {
  let _codec: Codec<ConfirmAnswer>

  export const codec = (): Codec<ConfirmAnswer> => {
    if (_codec == null) {
      _codec = message<ConfirmAnswer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.highest != null && obj.highest !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.highest)
        }

        if (obj.peers != null && obj.peers.length > 0) {
          for (const value of obj.peers) {
            w.uint32(18)
            w.string(value)
          }
        }

        if ((obj.over != null && obj.over !== false)) {
          w.uint32(24)
          w.bool(obj.over)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          highest: 0,
          peers: [],
          over: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.highest = reader.uint64Number()
              break
            }
            case 2: {
              if (opts.limits?.peers != null && obj.peers.length === opts.limits.peers) {
                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements')
              }

              obj.peers.push(reader.string())
              break
            }
            case 3: {
              obj.over = reader.bool()
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
          peers: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.highest`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              if (opts.limits?.peers != null && obj.peers === opts.limits.peers) {
                throw new MaxLengthError('Streaming decode error - repeated field "peers" had too many elements')
              }

              yield {
                field: `${prefix}.peers[]`,
                index: obj.peers,
                value: reader.string()
              }

              obj.peers++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.over`,
                value: reader.bool()
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

  export interface ConfirmAnswerHighestFieldEvent {
    field: '$.highest'
    value: number
  }

  export interface ConfirmAnswerPeersFieldEvent {
    field: '$.peers[]'
    index: number
    value: string
  }

  export interface ConfirmAnswerOverFieldEvent {
    field: '$.over'
    value: boolean
  }

  export function encode (obj: Partial<ConfirmAnswer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ConfirmAnswer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmAnswer>): ConfirmAnswer {
    return decodeMessage(buf, ConfirmAnswer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmAnswer>): Generator<ConfirmAnswerHighestFieldEvent | ConfirmAnswerPeersFieldEvent | ConfirmAnswerOverFieldEvent> {
    return streamMessage(buf, ConfirmAnswer.codec(), opts)
  }
}

export interface Meeting {
  hello?: RosterHello
  held: Run[]
  partial: boolean
  empty: boolean
}

export namespace Meeting {
  let _codec: Codec<Meeting>

  export const codec = (): Codec<Meeting> => {
    if (_codec == null) {
      _codec = message<Meeting>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.hello != null) {
          w.uint32(10)
          RosterHello.codec().encode(obj.hello, w)
        }

        if (obj.held != null && obj.held.length > 0) {
          for (const value of obj.held) {
            w.uint32(18)
            Run.codec().encode(value, w)
          }
        }

        if ((obj.partial != null && obj.partial !== false)) {
          w.uint32(24)
          w.bool(obj.partial)
        }

        if ((obj.empty != null && obj.empty !== false)) {
          w.uint32(32)
          w.bool(obj.empty)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          held: [],
          partial: false,
          empty: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.hello = RosterHello.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.hello
              })
              break
            }
            case 2: {
              if (opts.limits?.held != null && obj.held.length === opts.limits.held) {
                throw new MaxLengthError('Decode error - repeated field "held" had too many elements')
              }

              obj.held.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.held$
              }))
              break
            }
            case 3: {
              obj.partial = reader.bool()
              break
            }
            case 4: {
              obj.empty = reader.bool()
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
          held: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * RosterHello.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                limits: opts.limits?.hello
              })

              break
            }
            case 2: {
              if (opts.limits?.held != null && obj.held === opts.limits.held) {
                throw new MaxLengthError('Streaming decode error - repeated field "held" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.held[]`, {
                limits: opts.limits?.held$
              })) {
                yield {
                  ...evt,
                  index: obj.held
                }
              }

              obj.held++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.partial`,
                value: reader.bool()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.empty`,
                value: reader.bool()
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

  export interface MeetingHelloCollectedReplicaFieldEvent {
    field: '$.hello.collected[].replica'
    value: string
    index: number
  }

  export interface MeetingHelloCollectedSequenceFieldEvent {
    field: '$.hello.collected[].sequence'
    value: number
    index: number
  }

  export interface MeetingHelloAcknowledgedReplicaFieldEvent {
    field: '$.hello.acknowledged[].replica'
    value: string
    index: number
  }

  export interface MeetingHelloAcknowledgedSequenceFieldEvent {
    field: '$.hello.acknowledged[].sequence'
    value: number
    index: number
  }

  export interface MeetingHelloMembersFieldEvent {
    field: '$.hello.members'
    value: number
  }

  export interface MeetingHelloFirstFieldEvent {
    field: '$.hello.first'
    value: string
  }

  export interface MeetingHelloKnownFieldEvent {
    field: '$.hello.known'
    value: boolean
  }

  export interface MeetingHelloTimeFieldEvent {
    field: '$.hello.time'
    value: number
  }

  export interface MeetingHeldReplicaFieldEvent {
    field: '$.held[].replica'
    value: string
    index: number
  }

  export interface MeetingHeldSequenceFieldEvent {
    field: '$.held[].sequence'
    value: number
    index: number
  }

  export interface MeetingPartialFieldEvent {
    field: '$.partial'
    value: boolean
  }

  export interface MeetingEmptyFieldEvent {
    field: '$.empty'
    value: boolean
  }

  export function encode (obj: Partial<Meeting>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Meeting.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Meeting>): Meeting {
    return decodeMessage(buf, Meeting.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Meeting>): Generator<MeetingHelloCollectedReplicaFieldEvent | MeetingHelloCollectedSequenceFieldEvent | MeetingHelloAcknowledgedReplicaFieldEvent | MeetingHelloAcknowledgedSequenceFieldEvent | MeetingHelloMembersFieldEvent | MeetingHelloFirstFieldEvent | MeetingHelloKnownFieldEvent | MeetingHelloTimeFieldEvent | MeetingHeldReplicaFieldEvent | MeetingHeldSequenceFieldEvent | MeetingPartialFieldEvent | MeetingEmptyFieldEvent> {
    return streamMessage(buf, Meeting.codec(), opts)
  }
}

export interface RosterRequest {
  confirm?: ConfirmRequest
  meeting?: Meeting
}

export namespace RosterRequest {
  let _codec: Codec<RosterRequest>

  export const codec = (): Codec<RosterRequest> => {
    if (_codec == null) {
      _codec = message<RosterRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.confirm != null) {
          w.uint32(10)
          ConfirmRequest.codec().encode(obj.confirm, w)
        }

        if (obj.meeting != null) {
          w.uint32(18)
          Meeting.codec().encode(obj.meeting, w)
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
              obj.confirm = ConfirmRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.confirm
              })
              break
            }
            case 2: {
              obj.meeting = Meeting.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.meeting
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
              yield * ConfirmRequest.codec().stream(reader, reader.uint32(), `${prefix}.confirm`, {
                limits: opts.limits?.confirm
              })

              break
            }
            case 2: {
              yield * Meeting.codec().stream(reader, reader.uint32(), `${prefix}.meeting`, {
                limits: opts.limits?.meeting
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

  export interface RosterRequestConfirmReplicaFieldEvent {
    field: '$.confirm.replica'
    value: string
  }

  export interface RosterRequestMeetingHelloCollectedReplicaFieldEvent {
    field: '$.meeting.hello.collected[].replica'
    value: string
    index: number
  }

  export interface RosterRequestMeetingHelloCollectedSequenceFieldEvent {
    field: '$.meeting.hello.collected[].sequence'
    value: number
    index: number
  }

  export interface RosterRequestMeetingHelloAcknowledgedReplicaFieldEvent {
    field: '$.meeting.hello.acknowledged[].replica'
    value: string
    index: number
  }

  export interface RosterRequestMeetingHelloAcknowledgedSequenceFieldEvent {
    field: '$.meeting.hello.acknowledged[].sequence'
    value: number
    index: number
  }

  export interface RosterRequestMeetingHelloMembersFieldEvent {
    field: '$.meeting.hello.members'
    value: number
  }

  export interface RosterRequestMeetingHelloFirstFieldEvent {
    field: '$.meeting.hello.first'
    value: string
  }

  export interface RosterRequestMeetingHelloKnownFieldEvent {
    field: '$.meeting.hello.known'
    value: boolean
  }

  export interface RosterRequestMeetingHelloTimeFieldEvent {
    field: '$.meeting.hello.time'
    value: number
  }

  export interface RosterRequestMeetingHeldReplicaFieldEvent {
    field: '$.meeting.held[].replica'
    value: string
    index: number
  }

  export interface RosterRequestMeetingHeldSequenceFieldEvent {
    field: '$.meeting.held[].sequence'
    value: number
    index: number
  }

  export interface RosterRequestMeetingPartialFieldEvent {
    field: '$.meeting.partial'
    value: boolean
  }

  export interface RosterRequestMeetingEmptyFieldEvent {
    field: '$.meeting.empty'
    value: boolean
  }

  export function encode (obj: Partial<RosterRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RosterRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RosterRequest>): RosterRequest {
    return decodeMessage(buf, RosterRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RosterRequest>): Generator<RosterRequestConfirmReplicaFieldEvent | RosterRequestMeetingHelloCollectedReplicaFieldEvent | RosterRequestMeetingHelloCollectedSequenceFieldEvent | RosterRequestMeetingHelloAcknowledgedReplicaFieldEvent | RosterRequestMeetingHelloAcknowledgedSequenceFieldEvent | RosterRequestMeetingHelloMembersFieldEvent | RosterRequestMeetingHelloFirstFieldEvent | RosterRequestMeetingHelloKnownFieldEvent | RosterRequestMeetingHelloTimeFieldEvent | RosterRequestMeetingHeldReplicaFieldEvent | RosterRequestMeetingHeldSequenceFieldEvent | RosterRequestMeetingPartialFieldEvent | RosterRequestMeetingEmptyFieldEvent> {
    return streamMessage(buf, RosterRequest.codec(), opts)
  }
}

export enum Step {
  JOIN = 'JOIN',
  LEAVE = 'LEAVE',
  EVICT = 'EVICT'
}

enum __StepValues {
  JOIN = 0,
  LEAVE = 1,
  EVICT = 2
}

export namespace Step {
  export const codec = (): Codec<Step> => {
    return enumeration<Step>(__StepValues)
  }
}

export interface MemberRecord {
  term: number
  step: Step
  by: string
  time: number
  reason: string
  signature: Uint8Array<ArrayBuffer>
}

export namespace MemberRecord {
  let _codec: Codec<MemberRecord>

  export const codec = (): Codec<MemberRecord> => {
    if (_codec == null) {
      _codec = message<MemberRecord>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.term != null && obj.term !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.term)
        }

        if (obj.step != null && __StepValues[obj.step] !== 0) {
          w.uint32(16)
          Step.codec().encode(obj.step, w)
        }

        if ((obj.by != null && obj.by !== '')) {
          w.uint32(26)
          w.string(obj.by)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.time)
        }

        if ((obj.reason != null && obj.reason !== '')) {
          w.uint32(42)
          w.string(obj.reason)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          term: 0,
          step: Step.JOIN,
          by: '',
          time: 0,
          reason: '',
          signature: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.term = reader.uint64Number()
              break
            }
            case 2: {
              obj.step = Step.codec().decode(reader)
              break
            }
            case 3: {
              obj.by = reader.string()
              break
            }
            case 4: {
              obj.time = reader.uint64Number()
              break
            }
            case 5: {
              obj.reason = reader.string()
              break
            }
            case 6: {
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
                field: `${prefix}.term`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.step`,
                value: Step.codec().decode(reader)
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.by`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.time`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.reason`,
                value: reader.string()
              }
              break
            }
            case 6: {
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

  export interface MemberRecordTermFieldEvent {
    field: '$.term'
    value: number
  }

  export interface MemberRecordStepFieldEvent {
    field: '$.step'
    value: Step
  }

  export interface MemberRecordByFieldEvent {
    field: '$.by'
    value: string
  }

  export interface MemberRecordTimeFieldEvent {
    field: '$.time'
    value: number
  }

  export interface MemberRecordReasonFieldEvent {
    field: '$.reason'
    value: string
  }

  export interface MemberRecordSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<MemberRecord>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, MemberRecord.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MemberRecord>): MemberRecord {
    return decodeMessage(buf, MemberRecord.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MemberRecord>): Generator<MemberRecordTermFieldEvent | MemberRecordStepFieldEvent | MemberRecordByFieldEvent | MemberRecordTimeFieldEvent | MemberRecordReasonFieldEvent | MemberRecordSignatureFieldEvent> {
    return streamMessage(buf, MemberRecord.codec(), opts)
  }
}

export interface Run {
  replica: string
  sequence: number
}

export namespace Run {
  let _codec: Codec<Run>

  export const codec = (): Codec<Run> => {
    if (_codec == null) {
      _codec = message<Run>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.replica != null && obj.replica !== '')) {
          w.uint32(10)
          w.string(obj.replica)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          replica: '',
          sequence: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.replica = reader.string()
              break
            }
            case 2: {
              obj.sequence = reader.uint64Number()
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
                field: `${prefix}.replica`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
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

  export interface RunReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface RunSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export function encode (obj: Partial<Run>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Run.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Run>): Run {
    return decodeMessage(buf, Run.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Run>): Generator<RunReplicaFieldEvent | RunSequenceFieldEvent> {
    return streamMessage(buf, Run.codec(), opts)
  }
}

export interface Ranges {
  replica: string
  bounds: number[]
}

export namespace Ranges {
  let _codec: Codec<Ranges>

  export const codec = (): Codec<Ranges> => {
    if (_codec == null) {
      _codec = message<Ranges>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.replica != null && obj.replica !== '')) {
          w.uint32(10)
          w.string(obj.replica)
        }

        if (obj.bounds != null && obj.bounds.length > 0) {
          for (const value of obj.bounds) {
            w.uint32(16)
            w.uint64Number(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          replica: '',
          bounds: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.replica = reader.string()
              break
            }
            case 2: {
              if (opts.limits?.bounds != null && obj.bounds.length === opts.limits.bounds) {
                throw new MaxLengthError('Decode error - repeated field "bounds" had too many elements')
              }

              obj.bounds.push(reader.uint64Number())
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
          bounds: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.replica`,
                value: reader.string()
              }
              break
            }
            case 2: {
              if (opts.limits?.bounds != null && obj.bounds === opts.limits.bounds) {
                throw new MaxLengthError('Streaming decode error - repeated field "bounds" had too many elements')
              }

              yield {
                field: `${prefix}.bounds[]`,
                index: obj.bounds,
                value: reader.uint64Number()
              }

              obj.bounds++

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

  export interface RangesReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface RangesBoundsFieldEvent {
    field: '$.bounds[]'
    index: number
    value: number
  }

  export function encode (obj: Partial<Ranges>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Ranges.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ranges>): Ranges {
    return decodeMessage(buf, Ranges.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ranges>): Generator<RangesReplicaFieldEvent | RangesBoundsFieldEvent> {
    return streamMessage(buf, Ranges.codec(), opts)
  }
}

export interface Acknowledgement {
  shown: Run[]
  settled: Run[]
  idle: string[]
  above: Ranges[]
}

export namespace Acknowledgement {
  let _codec: Codec<Acknowledgement>

  export const codec = (): Codec<Acknowledgement> => {
    if (_codec == null) {
      _codec = message<Acknowledgement>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.shown != null && obj.shown.length > 0) {
          for (const value of obj.shown) {
            w.uint32(10)
            Run.codec().encode(value, w)
          }
        }

        if (obj.settled != null && obj.settled.length > 0) {
          for (const value of obj.settled) {
            w.uint32(18)
            Run.codec().encode(value, w)
          }
        }

        if (obj.idle != null && obj.idle.length > 0) {
          for (const value of obj.idle) {
            w.uint32(26)
            w.string(value)
          }
        }

        if (obj.above != null && obj.above.length > 0) {
          for (const value of obj.above) {
            w.uint32(34)
            Ranges.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          shown: [],
          settled: [],
          idle: [],
          above: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.shown != null && obj.shown.length === opts.limits.shown) {
                throw new MaxLengthError('Decode error - repeated field "shown" had too many elements')
              }

              obj.shown.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.shown$
              }))
              break
            }
            case 2: {
              if (opts.limits?.settled != null && obj.settled.length === opts.limits.settled) {
                throw new MaxLengthError('Decode error - repeated field "settled" had too many elements')
              }

              obj.settled.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.settled$
              }))
              break
            }
            case 3: {
              if (opts.limits?.idle != null && obj.idle.length === opts.limits.idle) {
                throw new MaxLengthError('Decode error - repeated field "idle" had too many elements')
              }

              obj.idle.push(reader.string())
              break
            }
            case 4: {
              if (opts.limits?.above != null && obj.above.length === opts.limits.above) {
                throw new MaxLengthError('Decode error - repeated field "above" had too many elements')
              }

              obj.above.push(Ranges.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.above$
              }))
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
          shown: 0,
          settled: 0,
          idle: 0,
          above: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.shown != null && obj.shown === opts.limits.shown) {
                throw new MaxLengthError('Streaming decode error - repeated field "shown" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.shown[]`, {
                limits: opts.limits?.shown$
              })) {
                yield {
                  ...evt,
                  index: obj.shown
                }
              }

              obj.shown++

              break
            }
            case 2: {
              if (opts.limits?.settled != null && obj.settled === opts.limits.settled) {
                throw new MaxLengthError('Streaming decode error - repeated field "settled" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.settled[]`, {
                limits: opts.limits?.settled$
              })) {
                yield {
                  ...evt,
                  index: obj.settled
                }
              }

              obj.settled++

              break
            }
            case 3: {
              if (opts.limits?.idle != null && obj.idle === opts.limits.idle) {
                throw new MaxLengthError('Streaming decode error - repeated field "idle" had too many elements')
              }

              yield {
                field: `${prefix}.idle[]`,
                index: obj.idle,
                value: reader.string()
              }

              obj.idle++

              break
            }
            case 4: {
              if (opts.limits?.above != null && obj.above === opts.limits.above) {
                throw new MaxLengthError('Streaming decode error - repeated field "above" had too many elements')
              }

              for (const evt of Ranges.codec().stream(reader, reader.uint32(), `${prefix}.above[]`, {
                limits: opts.limits?.above$
              })) {
                yield {
                  ...evt,
                  index: obj.above
                }
              }

              obj.above++

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

  export interface AcknowledgementShownReplicaFieldEvent {
    field: '$.shown[].replica'
    value: string
    index: number
  }

  export interface AcknowledgementShownSequenceFieldEvent {
    field: '$.shown[].sequence'
    value: number
    index: number
  }

  export interface AcknowledgementSettledReplicaFieldEvent {
    field: '$.settled[].replica'
    value: string
    index: number
  }

  export interface AcknowledgementSettledSequenceFieldEvent {
    field: '$.settled[].sequence'
    value: number
    index: number
  }

  export interface AcknowledgementIdleFieldEvent {
    field: '$.idle[]'
    index: number
    value: string
  }

  export interface AcknowledgementAboveReplicaFieldEvent {
    field: '$.above[].replica'
    value: string
    index: number
  }

  export interface AcknowledgementAboveBoundsFieldEvent {
    field: '$.above[].bounds[]'
    index: number
    value: number
  }

  export function encode (obj: Partial<Acknowledgement>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Acknowledgement.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Acknowledgement>): Acknowledgement {
    return decodeMessage(buf, Acknowledgement.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Acknowledgement>): Generator<AcknowledgementShownReplicaFieldEvent | AcknowledgementShownSequenceFieldEvent | AcknowledgementSettledReplicaFieldEvent | AcknowledgementSettledSequenceFieldEvent | AcknowledgementIdleFieldEvent | AcknowledgementAboveReplicaFieldEvent | AcknowledgementAboveBoundsFieldEvent> {
    return streamMessage(buf, Acknowledgement.codec(), opts)
  }
}

export interface RetiredEpoch {
  final: number
  dropped: boolean
  voidBounds: number[]
  knownBounds: number[]
}

export namespace RetiredEpoch {
  let _codec: Codec<RetiredEpoch>

  export const codec = (): Codec<RetiredEpoch> => {
    if (_codec == null) {
      _codec = message<RetiredEpoch>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.final != null && obj.final !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.final)
        }

        if ((obj.dropped != null && obj.dropped !== false)) {
          w.uint32(16)
          w.bool(obj.dropped)
        }

        if (obj.voidBounds != null && obj.voidBounds.length > 0) {
          for (const value of obj.voidBounds) {
            w.uint32(24)
            w.uint64Number(value)
          }
        }

        if (obj.knownBounds != null && obj.knownBounds.length > 0) {
          for (const value of obj.knownBounds) {
            w.uint32(32)
            w.uint64Number(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          final: 0,
          dropped: false,
          voidBounds: [],
          knownBounds: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.final = reader.uint64Number()
              break
            }
            case 2: {
              obj.dropped = reader.bool()
              break
            }
            case 3: {
              if (opts.limits?.voidBounds != null && obj.voidBounds.length === opts.limits.voidBounds) {
                throw new MaxLengthError('Decode error - repeated field "voidBounds" had too many elements')
              }

              obj.voidBounds.push(reader.uint64Number())
              break
            }
            case 4: {
              if (opts.limits?.knownBounds != null && obj.knownBounds.length === opts.limits.knownBounds) {
                throw new MaxLengthError('Decode error - repeated field "knownBounds" had too many elements')
              }

              obj.knownBounds.push(reader.uint64Number())
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
          voidBounds: 0,
          knownBounds: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.final`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.dropped`,
                value: reader.bool()
              }
              break
            }
            case 3: {
              if (opts.limits?.voidBounds != null && obj.voidBounds === opts.limits.voidBounds) {
                throw new MaxLengthError('Streaming decode error - repeated field "voidBounds" had too many elements')
              }

              yield {
                field: `${prefix}.voidBounds[]`,
                index: obj.voidBounds,
                value: reader.uint64Number()
              }

              obj.voidBounds++

              break
            }
            case 4: {
              if (opts.limits?.knownBounds != null && obj.knownBounds === opts.limits.knownBounds) {
                throw new MaxLengthError('Streaming decode error - repeated field "knownBounds" had too many elements')
              }

              yield {
                field: `${prefix}.knownBounds[]`,
                index: obj.knownBounds,
                value: reader.uint64Number()
              }

              obj.knownBounds++

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

  export interface RetiredEpochFinalFieldEvent {
    field: '$.final'
    value: number
  }

  export interface RetiredEpochDroppedFieldEvent {
    field: '$.dropped'
    value: boolean
  }

  export interface RetiredEpochVoidBoundsFieldEvent {
    field: '$.voidBounds[]'
    index: number
    value: number
  }

  export interface RetiredEpochKnownBoundsFieldEvent {
    field: '$.knownBounds[]'
    index: number
    value: number
  }

  export function encode (obj: Partial<RetiredEpoch>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RetiredEpoch.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RetiredEpoch>): RetiredEpoch {
    return decodeMessage(buf, RetiredEpoch.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RetiredEpoch>): Generator<RetiredEpochFinalFieldEvent | RetiredEpochDroppedFieldEvent | RetiredEpochVoidBoundsFieldEvent | RetiredEpochKnownBoundsFieldEvent> {
    return streamMessage(buf, RetiredEpoch.codec(), opts)
  }
}

export interface RosterHello {
  collected: Run[]
  acknowledged: Run[]
  members: number
  first: string
  known: boolean
  time: number
}

export namespace RosterHello {
  let _codec: Codec<RosterHello>

  export const codec = (): Codec<RosterHello> => {
    if (_codec == null) {
      _codec = message<RosterHello>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.collected != null && obj.collected.length > 0) {
          for (const value of obj.collected) {
            w.uint32(10)
            Run.codec().encode(value, w)
          }
        }

        if (obj.acknowledged != null && obj.acknowledged.length > 0) {
          for (const value of obj.acknowledged) {
            w.uint32(18)
            Run.codec().encode(value, w)
          }
        }

        if ((obj.members != null && obj.members !== 0)) {
          w.uint32(24)
          w.uint32(obj.members)
        }

        if ((obj.first != null && obj.first !== '')) {
          w.uint32(34)
          w.string(obj.first)
        }

        if ((obj.known != null && obj.known !== false)) {
          w.uint32(40)
          w.bool(obj.known)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.time)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          collected: [],
          acknowledged: [],
          members: 0,
          first: '',
          known: false,
          time: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.collected != null && obj.collected.length === opts.limits.collected) {
                throw new MaxLengthError('Decode error - repeated field "collected" had too many elements')
              }

              obj.collected.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.collected$
              }))
              break
            }
            case 2: {
              if (opts.limits?.acknowledged != null && obj.acknowledged.length === opts.limits.acknowledged) {
                throw new MaxLengthError('Decode error - repeated field "acknowledged" had too many elements')
              }

              obj.acknowledged.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.acknowledged$
              }))
              break
            }
            case 3: {
              obj.members = reader.uint32()
              break
            }
            case 4: {
              obj.first = reader.string()
              break
            }
            case 5: {
              obj.known = reader.bool()
              break
            }
            case 6: {
              obj.time = reader.uint64Number()
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
          collected: 0,
          acknowledged: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.collected != null && obj.collected === opts.limits.collected) {
                throw new MaxLengthError('Streaming decode error - repeated field "collected" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.collected[]`, {
                limits: opts.limits?.collected$
              })) {
                yield {
                  ...evt,
                  index: obj.collected
                }
              }

              obj.collected++

              break
            }
            case 2: {
              if (opts.limits?.acknowledged != null && obj.acknowledged === opts.limits.acknowledged) {
                throw new MaxLengthError('Streaming decode error - repeated field "acknowledged" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.acknowledged[]`, {
                limits: opts.limits?.acknowledged$
              })) {
                yield {
                  ...evt,
                  index: obj.acknowledged
                }
              }

              obj.acknowledged++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.members`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.first`,
                value: reader.string()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.known`,
                value: reader.bool()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.time`,
                value: reader.uint64Number()
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

  export interface RosterHelloCollectedReplicaFieldEvent {
    field: '$.collected[].replica'
    value: string
    index: number
  }

  export interface RosterHelloCollectedSequenceFieldEvent {
    field: '$.collected[].sequence'
    value: number
    index: number
  }

  export interface RosterHelloAcknowledgedReplicaFieldEvent {
    field: '$.acknowledged[].replica'
    value: string
    index: number
  }

  export interface RosterHelloAcknowledgedSequenceFieldEvent {
    field: '$.acknowledged[].sequence'
    value: number
    index: number
  }

  export interface RosterHelloMembersFieldEvent {
    field: '$.members'
    value: number
  }

  export interface RosterHelloFirstFieldEvent {
    field: '$.first'
    value: string
  }

  export interface RosterHelloKnownFieldEvent {
    field: '$.known'
    value: boolean
  }

  export interface RosterHelloTimeFieldEvent {
    field: '$.time'
    value: number
  }

  export function encode (obj: Partial<RosterHello>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RosterHello.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RosterHello>): RosterHello {
    return decodeMessage(buf, RosterHello.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RosterHello>): Generator<RosterHelloCollectedReplicaFieldEvent | RosterHelloCollectedSequenceFieldEvent | RosterHelloAcknowledgedReplicaFieldEvent | RosterHelloAcknowledgedSequenceFieldEvent | RosterHelloMembersFieldEvent | RosterHelloFirstFieldEvent | RosterHelloKnownFieldEvent | RosterHelloTimeFieldEvent> {
    return streamMessage(buf, RosterHello.codec(), opts)
  }
}

export interface CopyPart {
  events: Uint8Array<ArrayBuffer>[]
  held: Run[]
  collected: Run[]
  last: boolean
}

export namespace CopyPart {
  let _codec: Codec<CopyPart>

  export const codec = (): Codec<CopyPart> => {
    if (_codec == null) {
      _codec = message<CopyPart>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.events != null && obj.events.length > 0) {
          for (const value of obj.events) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if (obj.held != null && obj.held.length > 0) {
          for (const value of obj.held) {
            w.uint32(18)
            Run.codec().encode(value, w)
          }
        }

        if (obj.collected != null && obj.collected.length > 0) {
          for (const value of obj.collected) {
            w.uint32(26)
            Run.codec().encode(value, w)
          }
        }

        if ((obj.last != null && obj.last !== false)) {
          w.uint32(32)
          w.bool(obj.last)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          events: [],
          held: [],
          collected: [],
          last: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.events != null && obj.events.length === opts.limits.events) {
                throw new MaxLengthError('Decode error - repeated field "events" had too many elements')
              }

              obj.events.push(reader.bytes())
              break
            }
            case 2: {
              if (opts.limits?.held != null && obj.held.length === opts.limits.held) {
                throw new MaxLengthError('Decode error - repeated field "held" had too many elements')
              }

              obj.held.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.held$
              }))
              break
            }
            case 3: {
              if (opts.limits?.collected != null && obj.collected.length === opts.limits.collected) {
                throw new MaxLengthError('Decode error - repeated field "collected" had too many elements')
              }

              obj.collected.push(Run.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.collected$
              }))
              break
            }
            case 4: {
              obj.last = reader.bool()
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
          events: 0,
          held: 0,
          collected: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.events != null && obj.events === opts.limits.events) {
                throw new MaxLengthError('Streaming decode error - repeated field "events" had too many elements')
              }

              yield {
                field: `${prefix}.events[]`,
                index: obj.events,
                value: reader.bytes()
              }

              obj.events++

              break
            }
            case 2: {
              if (opts.limits?.held != null && obj.held === opts.limits.held) {
                throw new MaxLengthError('Streaming decode error - repeated field "held" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.held[]`, {
                limits: opts.limits?.held$
              })) {
                yield {
                  ...evt,
                  index: obj.held
                }
              }

              obj.held++

              break
            }
            case 3: {
              if (opts.limits?.collected != null && obj.collected === opts.limits.collected) {
                throw new MaxLengthError('Streaming decode error - repeated field "collected" had too many elements')
              }

              for (const evt of Run.codec().stream(reader, reader.uint32(), `${prefix}.collected[]`, {
                limits: opts.limits?.collected$
              })) {
                yield {
                  ...evt,
                  index: obj.collected
                }
              }

              obj.collected++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.last`,
                value: reader.bool()
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

  export interface CopyPartEventsFieldEvent {
    field: '$.events[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface CopyPartHeldReplicaFieldEvent {
    field: '$.held[].replica'
    value: string
    index: number
  }

  export interface CopyPartHeldSequenceFieldEvent {
    field: '$.held[].sequence'
    value: number
    index: number
  }

  export interface CopyPartCollectedReplicaFieldEvent {
    field: '$.collected[].replica'
    value: string
    index: number
  }

  export interface CopyPartCollectedSequenceFieldEvent {
    field: '$.collected[].sequence'
    value: number
    index: number
  }

  export interface CopyPartLastFieldEvent {
    field: '$.last'
    value: boolean
  }

  export function encode (obj: Partial<CopyPart>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, CopyPart.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CopyPart>): CopyPart {
    return decodeMessage(buf, CopyPart.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CopyPart>): Generator<CopyPartEventsFieldEvent | CopyPartHeldReplicaFieldEvent | CopyPartHeldSequenceFieldEvent | CopyPartCollectedReplicaFieldEvent | CopyPartCollectedSequenceFieldEvent | CopyPartLastFieldEvent> {
    return streamMessage(buf, CopyPart.codec(), opts)
  }
}
