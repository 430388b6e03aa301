// Generated from protocols/bid/bid.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
import { decodeMessage, encodeMessage } from '../lib/protobuf.ts'
import { MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface CallForBids {
  capability: string
  version: string
  tags: string[]
}

export namespace CallForBids {
  let _codec: Codec<CallForBids>

  export const codec = (): Codec<CallForBids> => {
    if (_codec == null) {
      _codec = message<CallForBids>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.capability != null && obj.capability !== '')) {
          w.uint32(10)
          w.string(obj.capability)
        }

        if ((obj.version != null && obj.version !== '')) {
          w.uint32(18)
          w.string(obj.version)
        }

        if (obj.tags != null && obj.tags.length > 0) {
          for (const value of obj.tags) {
            w.uint32(26)
            w.string(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          capability: '',
          version: '',
          tags: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.capability = reader.string()
              break
            }
            case 2: {
              obj.version = reader.string()
              break
            }
            case 3: {
              if (opts.limits?.tags != null && obj.tags.length === opts.limits.tags) {
                throw new MaxLengthError('Decode error - repeated field "tags" had too many elements')
              }

              obj.tags.push(reader.string())
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
          tags: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.capability`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.version`,
                value: reader.string()
              }
              break
            }
            case 3: {
              if (opts.limits?.tags != null && obj.tags === opts.limits.tags) {
                throw new MaxLengthError('Streaming decode error - repeated field "tags" had too many elements')
              }

              yield {
                field: `${prefix}.tags[]`,
                index: obj.tags,
                value: reader.string()
              }

              obj.tags++

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

  export interface CallForBidsCapabilityFieldEvent {
    field: '$.capability'
    value: string
  }

  export interface CallForBidsVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export interface CallForBidsTagsFieldEvent {
    field: '$.tags[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<CallForBids>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, CallForBids.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CallForBids>): CallForBids {
    return decodeMessage(buf, CallForBids.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CallForBids>): Generator<CallForBidsCapabilityFieldEvent | CallForBidsVersionFieldEvent | CallForBidsTagsFieldEvent> {
    return streamMessage(buf, CallForBids.codec(), opts)
  }
}

export interface BidAnswer {
  bid?: WorkerBid
  refusal?: BidRefusal
}

export namespace BidAnswer {
  let _codec: Codec<BidAnswer>

  export const codec = (): Codec<BidAnswer> => {
    if (_codec == null) {
      _codec = message<BidAnswer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.bid != null) {
          w.uint32(10)
          WorkerBid.codec().encode(obj.bid, w)
        }

        if (obj.refusal != null) {
          w.uint32(18)
          BidRefusal.codec().encode(obj.refusal, w)
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
              obj.bid = WorkerBid.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.bid
              })
              break
            }
            case 2: {
              obj.refusal = BidRefusal.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refusal
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
              yield * WorkerBid.codec().stream(reader, reader.uint32(), `${prefix}.bid`, {
                limits: opts.limits?.bid
              })

              break
            }
            case 2: {
              yield * BidRefusal.codec().stream(reader, reader.uint32(), `${prefix}.refusal`, {
                limits: opts.limits?.refusal
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

  export interface BidAnswerBidAgentFieldEvent {
    field: '$.bid.agent'
    value: string
  }

  export interface BidAnswerBidVersionFieldEvent {
    field: '$.bid.version'
    value: string
  }

  export interface BidAnswerBidFitFieldEvent {
    field: '$.bid.fit'
    value: number
  }

  export interface BidAnswerBidRunningFieldEvent {
    field: '$.bid.running'
    value: number
  }

  export interface BidAnswerBidQueuedFieldEvent {
    field: '$.bid.queued'
    value: number
  }

  export interface BidAnswerBidSlotsFieldEvent {
    field: '$.bid.slots'
    value: number
  }

  export interface BidAnswerBidRoomFieldEvent {
    field: '$.bid.room'
    value: number
  }

  export interface BidAnswerBidStartMsFieldEvent {
    field: '$.bid.startMs'
    value: number
  }

  export interface BidAnswerBidMeanMsFieldEvent {
    field: '$.bid.meanMs'
    value: number
  }

  export interface BidAnswerBidCpuFieldEvent {
    field: '$.bid.cpu'
    value: number
  }

  export interface BidAnswerRefusalCodeFieldEvent {
    field: '$.refusal.code'
    value: string
  }

  export interface BidAnswerRefusalReasonFieldEvent {
    field: '$.refusal.reason'
    value: string
  }

  export function encode (obj: Partial<BidAnswer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BidAnswer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BidAnswer>): BidAnswer {
    return decodeMessage(buf, BidAnswer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BidAnswer>): Generator<BidAnswerBidAgentFieldEvent | BidAnswerBidVersionFieldEvent | BidAnswerBidFitFieldEvent | BidAnswerBidRunningFieldEvent | BidAnswerBidQueuedFieldEvent | BidAnswerBidSlotsFieldEvent | BidAnswerBidRoomFieldEvent | BidAnswerBidStartMsFieldEvent | BidAnswerBidMeanMsFieldEvent | BidAnswerBidCpuFieldEvent | BidAnswerRefusalCodeFieldEvent | BidAnswerRefusalReasonFieldEvent> {
    return streamMessage(buf, BidAnswer.codec(), opts)
  }
}

export interface WorkerBid {
  agent: string
  version: string
  fit: number
  running: number
  queued: number
  slots: number
  room: number
  startMs: number
  meanMs?: number
  cpu: number
}

export namespace WorkerBid {
  let _codec: Codec<WorkerBid>

  export const codec = (): Codec<WorkerBid> => {
    if (_codec == null) {
      _codec = message<WorkerBid>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.agent != null && obj.agent !== '')) {
          w.uint32(10)
          w.string(obj.agent)
        }

        if ((obj.version != null && obj.version !== '')) {
          w.uint32(18)
          w.string(obj.version)
        }

        if ((obj.fit != null && obj.fit !== 0)) {
          w.uint32(25)
          w.double(obj.fit)
        }

        if ((obj.running != null && obj.running !== 0)) {
          w.uint32(32)
          w.uint32(obj.running)
        }

        if ((obj.queued != null && obj.queued !== 0)) {
          w.uint32(40)
          w.uint32(obj.queued)
        }

        if ((obj.slots != null && obj.slots !== 0)) {
          w.uint32(48)
          w.uint32(obj.slots)
        }

        if ((obj.room != null && obj.room !== 0)) {
          w.uint32(56)
          w.uint32(obj.room)
        }

        if ((obj.startMs != null && obj.startMs !== 0)) {
          w.uint32(65)
          w.double(obj.startMs)
        }

        if (obj.meanMs != null) {
          w.uint32(73)
          w.double(obj.meanMs)
        }

        if ((obj.cpu != null && obj.cpu !== 0)) {
          w.uint32(81)
          w.double(obj.cpu)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          agent: '',
          version: '',
          fit: 0,
          running: 0,
          queued: 0,
          slots: 0,
          room: 0,
          startMs: 0,
          cpu: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.agent = reader.string()
              break
            }
            case 2: {
              obj.version = reader.string()
              break
            }
            case 3: {
              obj.fit = reader.double()
              break
            }
            case 4: {
              obj.running = reader.uint32()
              break
            }
            case 5: {
              obj.queued = reader.uint32()
              break
            }
            case 6: {
              obj.slots = reader.uint32()
              break
            }
            case 7: {
              obj.room = reader.uint32()
              break
            }
            case 8: {
              obj.startMs = reader.double()
              break
            }
            case 9: {
              obj.meanMs = reader.double()
              break
            }
            case 10: {
              obj.cpu = reader.double()
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
                field: `${prefix}.agent`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.version`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.fit`,
                value: reader.double()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.running`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.queued`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.slots`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.room`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.startMs`,
                value: reader.double()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.meanMs`,
                value: reader.double()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.cpu`,
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

  export interface WorkerBidAgentFieldEvent {
    field: '$.agent'
    value: string
  }

  export interface WorkerBidVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export interface WorkerBidFitFieldEvent {
    field: '$.fit'
    value: number
  }

  export interface WorkerBidRunningFieldEvent {
    field: '$.running'
    value: number
  }

  export interface WorkerBidQueuedFieldEvent {
    field: '$.queued'
    value: number
  }

  export interface WorkerBidSlotsFieldEvent {
    field: '$.slots'
    value: number
  }

  export interface WorkerBidRoomFieldEvent {
    field: '$.room'
    value: number
  }

  export interface WorkerBidStartMsFieldEvent {
    field: '$.startMs'
    value: number
  }

  export interface WorkerBidMeanMsFieldEvent {
    field: '$.meanMs'
    value: number
  }

  export interface WorkerBidCpuFieldEvent {
    field: '$.cpu'
    value: number
  }

  export function encode (obj: Partial<WorkerBid>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, WorkerBid.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WorkerBid>): WorkerBid {
    return decodeMessage(buf, WorkerBid.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WorkerBid>): Generator<WorkerBidAgentFieldEvent | WorkerBidVersionFieldEvent | WorkerBidFitFieldEvent | WorkerBidRunningFieldEvent | WorkerBidQueuedFieldEvent | WorkerBidSlotsFieldEvent | WorkerBidRoomFieldEvent | WorkerBidStartMsFieldEvent | WorkerBidMeanMsFieldEvent | WorkerBidCpuFieldEvent> {
    return streamMessage(buf, WorkerBid.codec(), opts)
  }
}

export interface BidRefusal {
  code: string
  reason: string
}

export namespace BidRefusal {
  let _codec: Codec<BidRefusal>

  export const codec = (): Codec<BidRefusal> => {
    if (_codec == null) {
      _codec = message<BidRefusal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.code != null && obj.code !== '')) {
          w.uint32(10)
          w.string(obj.code)
        }

        if ((obj.reason != null && obj.reason !== '')) {
          w.uint32(18)
          w.string(obj.reason)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          code: '',
          reason: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.code = reader.string()
              break
            }
            case 2: {
              obj.reason = reader.string()
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
                field: `${prefix}.code`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.reason`,
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

  export interface BidRefusalCodeFieldEvent {
    field: '$.code'
    value: string
  }

  export interface BidRefusalReasonFieldEvent {
    field: '$.reason'
    value: string
  }

  export function encode (obj: Partial<BidRefusal>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BidRefusal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BidRefusal>): BidRefusal {
    return decodeMessage(buf, BidRefusal.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BidRefusal>): Generator<BidRefusalCodeFieldEvent | BidRefusalReasonFieldEvent> {
    return streamMessage(buf, BidRefusal.codec(), opts)
  }
}
