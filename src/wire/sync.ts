// Generated from protocols/sync/sync.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface PastDot {
  replica: string
  sequence: number
}

export namespace PastDot {
  let _codec: Codec<PastDot>

  export const codec = (): Codec<PastDot> => {
    if (_codec == null) {
      _codec = message<PastDot>((obj, w, opts = {}) => {
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

  export interface PastDotReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface PastDotSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export function encode (obj: Partial<PastDot>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, PastDot.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PastDot>): PastDot {
    return decodeMessage(buf, PastDot.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PastDot>): Generator<PastDotReplicaFieldEvent | PastDotSequenceFieldEvent> {
    return streamMessage(buf, PastDot.codec(), opts)
  }
}

export interface StateDot {
  replica: string
  sequence: number
}

export namespace StateDot {
  let _codec: Codec<StateDot>

  export const codec = (): Codec<StateDot> => {
    if (_codec == null) {
      _codec = message<StateDot>((obj, w, opts = {}) => {
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

  export interface StateDotReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface StateDotSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export function encode (obj: Partial<StateDot>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StateDot.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateDot>): StateDot {
    return decodeMessage(buf, StateDot.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateDot>): Generator<StateDotReplicaFieldEvent | StateDotSequenceFieldEvent> {
    return streamMessage(buf, StateDot.codec(), opts)
  }
}

export interface StateEntry {
  namespace: string
  key: string
  path: string
  value?: Uint8Array<ArrayBuffer>
  fence: number
  rank: number
  past: PastDot[]
}

export namespace StateEntry {
  let _codec: Codec<StateEntry>

  export const codec = (): Codec<StateEntry> => {
    if (_codec == null) {
      _codec = message<StateEntry>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.namespace != null && obj.namespace !== '')) {
          w.uint32(10)
          w.string(obj.namespace)
        }

        if ((obj.key != null && obj.key !== '')) {
          w.uint32(18)
          w.string(obj.key)
        }

        if ((obj.path != null && obj.path !== '')) {
          w.uint32(26)
          w.string(obj.path)
        }

        if (obj.value != null) {
          w.uint32(34)
          w.bytes(obj.value)
        }

        if ((obj.fence != null && obj.fence !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.fence)
        }

        if ((obj.rank != null && obj.rank !== 0)) {
          w.uint32(48)
          w.uint32(obj.rank)
        }

        if (obj.past != null && obj.past.length > 0) {
          for (const value of obj.past) {
            w.uint32(58)
            PastDot.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          namespace: '',
          key: '',
          path: '',
          fence: 0,
          rank: 0,
          past: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.namespace = reader.string()
              break
            }
            case 2: {
              obj.key = reader.string()
              break
            }
            case 3: {
              obj.path = reader.string()
              break
            }
            case 4: {
              obj.value = reader.bytes()
              break
            }
            case 5: {
              obj.fence = reader.uint64Number()
              break
            }
            case 6: {
              obj.rank = reader.uint32()
              break
            }
            case 7: {
              if (opts.limits?.past != null && obj.past.length === opts.limits.past) {
                throw new MaxLengthError('Decode error - repeated field "past" had too many elements')
              }

              obj.past.push(PastDot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.past$
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
          past: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.namespace`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.key`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.path`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.value`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.fence`,
                value: reader.uint64Number()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.rank`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              if (opts.limits?.past != null && obj.past === opts.limits.past) {
                throw new MaxLengthError('Streaming decode error - repeated field "past" had too many elements')
              }

              for (const evt of PastDot.codec().stream(reader, reader.uint32(), `${prefix}.past[]`, {
                limits: opts.limits?.past$
              })) {
                yield {
                  ...evt,
                  index: obj.past
                }
              }

              obj.past++

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

  export interface StateEntryNamespaceFieldEvent {
    field: '$.namespace'
    value: string
  }

  export interface StateEntryKeyFieldEvent {
    field: '$.key'
    value: string
  }

  export interface StateEntryPathFieldEvent {
    field: '$.path'
    value: string
  }

  export interface StateEntryValueFieldEvent {
    field: '$.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StateEntryFenceFieldEvent {
    field: '$.fence'
    value: number
  }

  export interface StateEntryRankFieldEvent {
    field: '$.rank'
    value: number
  }

  export interface StateEntryPastReplicaFieldEvent {
    field: '$.past[].replica'
    value: string
    index: number
  }

  export interface StateEntryPastSequenceFieldEvent {
    field: '$.past[].sequence'
    value: number
    index: number
  }

  export function encode (obj: Partial<StateEntry>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StateEntry.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateEntry>): StateEntry {
    return decodeMessage(buf, StateEntry.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateEntry>): Generator<StateEntryNamespaceFieldEvent | StateEntryKeyFieldEvent | StateEntryPathFieldEvent | StateEntryValueFieldEvent | StateEntryFenceFieldEvent | StateEntryRankFieldEvent | StateEntryPastReplicaFieldEvent | StateEntryPastSequenceFieldEvent> {
    return streamMessage(buf, StateEntry.codec(), opts)
  }
}

export interface StateEvent {
  replica: string
  sequence: number
  time: number
  entries: StateEntry[]
  origin?: StateDot
}

export namespace StateEvent {
  let _codec: Codec<StateEvent>

  export const codec = (): Codec<StateEvent> => {
    if (_codec == null) {
      _codec = message<StateEvent>((obj, w, opts = {}) => {
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

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.time)
        }

        if (obj.entries != null && obj.entries.length > 0) {
          for (const value of obj.entries) {
            w.uint32(34)
            StateEntry.codec().encode(value, w)
          }
        }

        if (obj.origin != null) {
          w.uint32(42)
          StateDot.codec().encode(obj.origin, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          replica: '',
          sequence: 0,
          time: 0,
          entries: []
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
            case 3: {
              obj.time = reader.uint64Number()
              break
            }
            case 4: {
              if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements')
              }

              obj.entries.push(StateEntry.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.entries$
              }))
              break
            }
            case 5: {
              obj.origin = StateDot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.origin
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
        const obj = {
          entries: 0
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
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.time`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements')
              }

              for (const evt of StateEntry.codec().stream(reader, reader.uint32(), `${prefix}.entries[]`, {
                limits: opts.limits?.entries$
              })) {
                yield {
                  ...evt,
                  index: obj.entries
                }
              }

              obj.entries++

              break
            }
            case 5: {
              yield * StateDot.codec().stream(reader, reader.uint32(), `${prefix}.origin`, {
                limits: opts.limits?.origin
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

  export interface StateEventReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface StateEventSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface StateEventTimeFieldEvent {
    field: '$.time'
    value: number
  }

  export interface StateEventEntriesNamespaceFieldEvent {
    field: '$.entries[].namespace'
    value: string
    index: number
  }

  export interface StateEventEntriesKeyFieldEvent {
    field: '$.entries[].key'
    value: string
    index: number
  }

  export interface StateEventEntriesPathFieldEvent {
    field: '$.entries[].path'
    value: string
    index: number
  }

  export interface StateEventEntriesValueFieldEvent {
    field: '$.entries[].value'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface StateEventEntriesFenceFieldEvent {
    field: '$.entries[].fence'
    value: number
    index: number
  }

  export interface StateEventEntriesRankFieldEvent {
    field: '$.entries[].rank'
    value: number
    index: number
  }

  export interface StateEventEntriesPastReplicaFieldEvent {
    field: '$.entries[].past[].replica'
    value: string
    index: number
  }

  export interface StateEventEntriesPastSequenceFieldEvent {
    field: '$.entries[].past[].sequence'
    value: number
    index: number
  }

  export interface StateEventOriginReplicaFieldEvent {
    field: '$.origin.replica'
    value: string
  }

  export interface StateEventOriginSequenceFieldEvent {
    field: '$.origin.sequence'
    value: number
  }

  export function encode (obj: Partial<StateEvent>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StateEvent.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateEvent>): StateEvent {
    return decodeMessage(buf, StateEvent.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateEvent>): Generator<StateEventReplicaFieldEvent | StateEventSequenceFieldEvent | StateEventTimeFieldEvent | StateEventEntriesNamespaceFieldEvent | StateEventEntriesKeyFieldEvent | StateEventEntriesPathFieldEvent | StateEventEntriesValueFieldEvent | StateEventEntriesFenceFieldEvent | StateEventEntriesRankFieldEvent | StateEventEntriesPastReplicaFieldEvent | StateEventEntriesPastSequenceFieldEvent | StateEventOriginReplicaFieldEvent | StateEventOriginSequenceFieldEvent> {
    return streamMessage(buf, StateEvent.codec(), opts)
  }
}

export interface StateRanges {
  replica: string
  bounds: number[]
}

export namespace StateRanges {
  let _codec: Codec<StateRanges>

  export const codec = (): Codec<StateRanges> => {
    if (_codec == null) {
      _codec = message<StateRanges>((obj, w, opts = {}) => {
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

  export interface StateRangesReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface StateRangesBoundsFieldEvent {
    field: '$.bounds[]'
    index: number
    value: number
  }

  export function encode (obj: Partial<StateRanges>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StateRanges.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateRanges>): StateRanges {
    return decodeMessage(buf, StateRanges.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateRanges>): Generator<StateRangesReplicaFieldEvent | StateRangesBoundsFieldEvent> {
    return streamMessage(buf, StateRanges.codec(), opts)
  }
}

export interface SyncName {
  index: number
  replica: string
}

export namespace SyncName {
  let _codec: Codec<SyncName>

  export const codec = (): Codec<SyncName> => {
    if (_codec == null) {
      _codec = message<SyncName>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.index != null && obj.index !== 0)) {
          w.uint32(8)
          w.uint32(obj.index)
        }

        if ((obj.replica != null && obj.replica !== '')) {
          w.uint32(18)
          w.string(obj.replica)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          index: 0,
          replica: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.index = reader.uint32()
              break
            }
            case 2: {
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
                field: `${prefix}.index`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
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

  export interface SyncNameIndexFieldEvent {
    field: '$.index'
    value: number
  }

  export interface SyncNameReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export function encode (obj: Partial<SyncName>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncName.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncName>): SyncName {
    return decodeMessage(buf, SyncName.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncName>): Generator<SyncNameIndexFieldEvent | SyncNameReplicaFieldEvent> {
    return streamMessage(buf, SyncName.codec(), opts)
  }
}

export interface SyncVector {
  changed: Uint8Array<ArrayBuffer>
  hashes: Uint8Array<ArrayBuffer>
  ranges: Uint8Array<ArrayBuffer>
}

export namespace SyncVector {
  let _codec: Codec<SyncVector>

  export const codec = (): Codec<SyncVector> => {
    if (_codec == null) {
      _codec = message<SyncVector>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.changed != null && obj.changed.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.changed)
        }

        if ((obj.hashes != null && obj.hashes.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.hashes)
        }

        if ((obj.ranges != null && obj.ranges.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.ranges)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          changed: NO_BYTES,
          hashes: NO_BYTES,
          ranges: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.changed = reader.bytes()
              break
            }
            case 2: {
              obj.hashes = reader.bytes()
              break
            }
            case 3: {
              obj.ranges = reader.bytes()
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
                field: `${prefix}.changed`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.hashes`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.ranges`,
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

  export interface SyncVectorChangedFieldEvent {
    field: '$.changed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncVectorHashesFieldEvent {
    field: '$.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncVectorRangesFieldEvent {
    field: '$.ranges'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncVector>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncVector.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncVector>): SyncVector {
    return decodeMessage(buf, SyncVector.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncVector>): Generator<SyncVectorChangedFieldEvent | SyncVectorHashesFieldEvent | SyncVectorRangesFieldEvent> {
    return streamMessage(buf, SyncVector.codec(), opts)
  }
}

export interface SyncHello {
  vectorHash: Uint8Array<ArrayBuffer>
  vector?: SyncVector
  hold: boolean
}

export namespace SyncHello {
  let _codec: Codec<SyncHello>

  export const codec = (): Codec<SyncHello> => {
    if (_codec == null) {
      _codec = message<SyncHello>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.vectorHash != null && obj.vectorHash.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.vectorHash)
        }

        if (obj.vector != null) {
          w.uint32(18)
          SyncVector.codec().encode(obj.vector, w)
        }

        if ((obj.hold != null && obj.hold !== false)) {
          w.uint32(24)
          w.bool(obj.hold)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          vectorHash: NO_BYTES,
          hold: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.vectorHash = reader.bytes()
              break
            }
            case 2: {
              obj.vector = SyncVector.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.vector
              })
              break
            }
            case 3: {
              obj.hold = reader.bool()
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
                field: `${prefix}.vectorHash`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * SyncVector.codec().stream(reader, reader.uint32(), `${prefix}.vector`, {
                limits: opts.limits?.vector
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.hold`,
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

  export interface SyncHelloVectorHashFieldEvent {
    field: '$.vectorHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncHelloVectorChangedFieldEvent {
    field: '$.vector.changed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncHelloVectorHashesFieldEvent {
    field: '$.vector.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncHelloVectorRangesFieldEvent {
    field: '$.vector.ranges'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncHelloHoldFieldEvent {
    field: '$.hold'
    value: boolean
  }

  export function encode (obj: Partial<SyncHello>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncHello.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncHello>): SyncHello {
    return decodeMessage(buf, SyncHello.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncHello>): Generator<SyncHelloVectorHashFieldEvent | SyncHelloVectorChangedFieldEvent | SyncHelloVectorHashesFieldEvent | SyncHelloVectorRangesFieldEvent | SyncHelloHoldFieldEvent> {
    return streamMessage(buf, SyncHello.codec(), opts)
  }
}

export interface SyncBatch {
  names: SyncName[]
  namespaces: string[]
  events: number
  authors: Uint8Array<ArrayBuffer>
  sequences: Uint8Array<ArrayBuffer>
  times: Uint8Array<ArrayBuffer>
  entries: Uint8Array<ArrayBuffer>
  spaces: Uint8Array<ArrayBuffer>
  keyShared: Uint8Array<ArrayBuffer>
  keyLengths: Uint8Array<ArrayBuffer>
  keyText: Uint8Array<ArrayBuffer>
  pathShared: Uint8Array<ArrayBuffer>
  pathLengths: Uint8Array<ArrayBuffer>
  pathText: Uint8Array<ArrayBuffer>
  sizes: Uint8Array<ArrayBuffer>
  values: Uint8Array<ArrayBuffer>
  fences: Uint8Array<ArrayBuffer>
  ranks: Uint8Array<ArrayBuffer>
  pasts: Uint8Array<ArrayBuffer>
  pastReplicas: Uint8Array<ArrayBuffer>
  pastSequences: Uint8Array<ArrayBuffer>
  packedValues: Uint8Array<ArrayBuffer>
  origins: Uint8Array<ArrayBuffer>
  originSequences: Uint8Array<ArrayBuffer>
}

export namespace SyncBatch {
  let _codec: Codec<SyncBatch>

  export const codec = (): Codec<SyncBatch> => {
    if (_codec == null) {
      _codec = message<SyncBatch>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.names != null && obj.names.length > 0) {
          for (const value of obj.names) {
            w.uint32(10)
            SyncName.codec().encode(value, w)
          }
        }

        if (obj.namespaces != null && obj.namespaces.length > 0) {
          for (const value of obj.namespaces) {
            w.uint32(18)
            w.string(value)
          }
        }

        if ((obj.events != null && obj.events !== 0)) {
          w.uint32(24)
          w.uint32(obj.events)
        }

        if ((obj.authors != null && obj.authors.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.authors)
        }

        if ((obj.sequences != null && obj.sequences.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.sequences)
        }

        if ((obj.times != null && obj.times.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.times)
        }

        if ((obj.entries != null && obj.entries.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.entries)
        }

        if ((obj.spaces != null && obj.spaces.byteLength > 0)) {
          w.uint32(66)
          w.bytes(obj.spaces)
        }

        if ((obj.keyShared != null && obj.keyShared.byteLength > 0)) {
          w.uint32(74)
          w.bytes(obj.keyShared)
        }

        if ((obj.keyLengths != null && obj.keyLengths.byteLength > 0)) {
          w.uint32(82)
          w.bytes(obj.keyLengths)
        }

        if ((obj.keyText != null && obj.keyText.byteLength > 0)) {
          w.uint32(90)
          w.bytes(obj.keyText)
        }

        if ((obj.pathShared != null && obj.pathShared.byteLength > 0)) {
          w.uint32(98)
          w.bytes(obj.pathShared)
        }

        if ((obj.pathLengths != null && obj.pathLengths.byteLength > 0)) {
          w.uint32(106)
          w.bytes(obj.pathLengths)
        }

        if ((obj.pathText != null && obj.pathText.byteLength > 0)) {
          w.uint32(114)
          w.bytes(obj.pathText)
        }

        if ((obj.sizes != null && obj.sizes.byteLength > 0)) {
          w.uint32(122)
          w.bytes(obj.sizes)
        }

        if ((obj.values != null && obj.values.byteLength > 0)) {
          w.uint32(130)
          w.bytes(obj.values)
        }

        if ((obj.fences != null && obj.fences.byteLength > 0)) {
          w.uint32(138)
          w.bytes(obj.fences)
        }

        if ((obj.ranks != null && obj.ranks.byteLength > 0)) {
          w.uint32(146)
          w.bytes(obj.ranks)
        }

        if ((obj.pasts != null && obj.pasts.byteLength > 0)) {
          w.uint32(154)
          w.bytes(obj.pasts)
        }

        if ((obj.pastReplicas != null && obj.pastReplicas.byteLength > 0)) {
          w.uint32(162)
          w.bytes(obj.pastReplicas)
        }

        if ((obj.pastSequences != null && obj.pastSequences.byteLength > 0)) {
          w.uint32(170)
          w.bytes(obj.pastSequences)
        }

        if ((obj.packedValues != null && obj.packedValues.byteLength > 0)) {
          w.uint32(178)
          w.bytes(obj.packedValues)
        }

        if ((obj.origins != null && obj.origins.byteLength > 0)) {
          w.uint32(186)
          w.bytes(obj.origins)
        }

        if ((obj.originSequences != null && obj.originSequences.byteLength > 0)) {
          w.uint32(194)
          w.bytes(obj.originSequences)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          names: [],
          namespaces: [],
          events: 0,
          authors: NO_BYTES,
          sequences: NO_BYTES,
          times: NO_BYTES,
          entries: NO_BYTES,
          spaces: NO_BYTES,
          keyShared: NO_BYTES,
          keyLengths: NO_BYTES,
          keyText: NO_BYTES,
          pathShared: NO_BYTES,
          pathLengths: NO_BYTES,
          pathText: NO_BYTES,
          sizes: NO_BYTES,
          values: NO_BYTES,
          fences: NO_BYTES,
          ranks: NO_BYTES,
          pasts: NO_BYTES,
          pastReplicas: NO_BYTES,
          pastSequences: NO_BYTES,
          packedValues: NO_BYTES,
          origins: NO_BYTES,
          originSequences: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.names != null && obj.names.length === opts.limits.names) {
                throw new MaxLengthError('Decode error - repeated field "names" had too many elements')
              }

              obj.names.push(SyncName.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.names$
              }))
              break
            }
            case 2: {
              if (opts.limits?.namespaces != null && obj.namespaces.length === opts.limits.namespaces) {
                throw new MaxLengthError('Decode error - repeated field "namespaces" had too many elements')
              }

              obj.namespaces.push(reader.string())
              break
            }
            case 3: {
              obj.events = reader.uint32()
              break
            }
            case 4: {
              obj.authors = reader.bytes()
              break
            }
            case 5: {
              obj.sequences = reader.bytes()
              break
            }
            case 6: {
              obj.times = reader.bytes()
              break
            }
            case 7: {
              obj.entries = reader.bytes()
              break
            }
            case 8: {
              obj.spaces = reader.bytes()
              break
            }
            case 9: {
              obj.keyShared = reader.bytes()
              break
            }
            case 10: {
              obj.keyLengths = reader.bytes()
              break
            }
            case 11: {
              obj.keyText = reader.bytes()
              break
            }
            case 12: {
              obj.pathShared = reader.bytes()
              break
            }
            case 13: {
              obj.pathLengths = reader.bytes()
              break
            }
            case 14: {
              obj.pathText = reader.bytes()
              break
            }
            case 15: {
              obj.sizes = reader.bytes()
              break
            }
            case 16: {
              obj.values = reader.bytes()
              break
            }
            case 17: {
              obj.fences = reader.bytes()
              break
            }
            case 18: {
              obj.ranks = reader.bytes()
              break
            }
            case 19: {
              obj.pasts = reader.bytes()
              break
            }
            case 20: {
              obj.pastReplicas = reader.bytes()
              break
            }
            case 21: {
              obj.pastSequences = reader.bytes()
              break
            }
            case 22: {
              obj.packedValues = reader.bytes()
              break
            }
            case 23: {
              obj.origins = reader.bytes()
              break
            }
            case 24: {
              obj.originSequences = reader.bytes()
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
          names: 0,
          namespaces: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.names != null && obj.names === opts.limits.names) {
                throw new MaxLengthError('Streaming decode error - repeated field "names" had too many elements')
              }

              for (const evt of SyncName.codec().stream(reader, reader.uint32(), `${prefix}.names[]`, {
                limits: opts.limits?.names$
              })) {
                yield {
                  ...evt,
                  index: obj.names
                }
              }

              obj.names++

              break
            }
            case 2: {
              if (opts.limits?.namespaces != null && obj.namespaces === opts.limits.namespaces) {
                throw new MaxLengthError('Streaming decode error - repeated field "namespaces" had too many elements')
              }

              yield {
                field: `${prefix}.namespaces[]`,
                index: obj.namespaces,
                value: reader.string()
              }

              obj.namespaces++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.events`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.authors`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.sequences`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.times`,
                value: reader.bytes()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.entries`,
                value: reader.bytes()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.spaces`,
                value: reader.bytes()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.keyShared`,
                value: reader.bytes()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.keyLengths`,
                value: reader.bytes()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.keyText`,
                value: reader.bytes()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.pathShared`,
                value: reader.bytes()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.pathLengths`,
                value: reader.bytes()
              }
              break
            }
            case 14: {
              yield {
                field: `${prefix}.pathText`,
                value: reader.bytes()
              }
              break
            }
            case 15: {
              yield {
                field: `${prefix}.sizes`,
                value: reader.bytes()
              }
              break
            }
            case 16: {
              yield {
                field: `${prefix}.values`,
                value: reader.bytes()
              }
              break
            }
            case 17: {
              yield {
                field: `${prefix}.fences`,
                value: reader.bytes()
              }
              break
            }
            case 18: {
              yield {
                field: `${prefix}.ranks`,
                value: reader.bytes()
              }
              break
            }
            case 19: {
              yield {
                field: `${prefix}.pasts`,
                value: reader.bytes()
              }
              break
            }
            case 20: {
              yield {
                field: `${prefix}.pastReplicas`,
                value: reader.bytes()
              }
              break
            }
            case 21: {
              yield {
                field: `${prefix}.pastSequences`,
                value: reader.bytes()
              }
              break
            }
            case 22: {
              yield {
                field: `${prefix}.packedValues`,
                value: reader.bytes()
              }
              break
            }
            case 23: {
              yield {
                field: `${prefix}.origins`,
                value: reader.bytes()
              }
              break
            }
            case 24: {
              yield {
                field: `${prefix}.originSequences`,
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

  export interface SyncBatchNamesIndexFieldEvent {
    field: '$.names[].index'
    value: number
    index: number
  }

  export interface SyncBatchNamesReplicaFieldEvent {
    field: '$.names[].replica'
    value: string
    index: number
  }

  export interface SyncBatchNamespacesFieldEvent {
    field: '$.namespaces[]'
    index: number
    value: string
  }

  export interface SyncBatchEventsFieldEvent {
    field: '$.events'
    value: number
  }

  export interface SyncBatchAuthorsFieldEvent {
    field: '$.authors'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchSequencesFieldEvent {
    field: '$.sequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchTimesFieldEvent {
    field: '$.times'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchEntriesFieldEvent {
    field: '$.entries'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchSpacesFieldEvent {
    field: '$.spaces'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchKeySharedFieldEvent {
    field: '$.keyShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchKeyLengthsFieldEvent {
    field: '$.keyLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchKeyTextFieldEvent {
    field: '$.keyText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPathSharedFieldEvent {
    field: '$.pathShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPathLengthsFieldEvent {
    field: '$.pathLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPathTextFieldEvent {
    field: '$.pathText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchSizesFieldEvent {
    field: '$.sizes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchValuesFieldEvent {
    field: '$.values'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchFencesFieldEvent {
    field: '$.fences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchRanksFieldEvent {
    field: '$.ranks'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPastsFieldEvent {
    field: '$.pasts'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPastReplicasFieldEvent {
    field: '$.pastReplicas'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPastSequencesFieldEvent {
    field: '$.pastSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchPackedValuesFieldEvent {
    field: '$.packedValues'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchOriginsFieldEvent {
    field: '$.origins'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncBatchOriginSequencesFieldEvent {
    field: '$.originSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncBatch>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncBatch.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncBatch>): SyncBatch {
    return decodeMessage(buf, SyncBatch.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncBatch>): Generator<SyncBatchNamesIndexFieldEvent | SyncBatchNamesReplicaFieldEvent | SyncBatchNamespacesFieldEvent | SyncBatchEventsFieldEvent | SyncBatchAuthorsFieldEvent | SyncBatchSequencesFieldEvent | SyncBatchTimesFieldEvent | SyncBatchEntriesFieldEvent | SyncBatchSpacesFieldEvent | SyncBatchKeySharedFieldEvent | SyncBatchKeyLengthsFieldEvent | SyncBatchKeyTextFieldEvent | SyncBatchPathSharedFieldEvent | SyncBatchPathLengthsFieldEvent | SyncBatchPathTextFieldEvent | SyncBatchSizesFieldEvent | SyncBatchValuesFieldEvent | SyncBatchFencesFieldEvent | SyncBatchRanksFieldEvent | SyncBatchPastsFieldEvent | SyncBatchPastReplicasFieldEvent | SyncBatchPastSequencesFieldEvent | SyncBatchPackedValuesFieldEvent | SyncBatchOriginsFieldEvent | SyncBatchOriginSequencesFieldEvent> {
    return streamMessage(buf, SyncBatch.codec(), opts)
  }
}

export interface SyncClaim {
  index: number
  run: number
}

export namespace SyncClaim {
  let _codec: Codec<SyncClaim>

  export const codec = (): Codec<SyncClaim> => {
    if (_codec == null) {
      _codec = message<SyncClaim>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.index != null && obj.index !== 0)) {
          w.uint32(8)
          w.uint32(obj.index)
        }

        if ((obj.run != null && obj.run !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.run)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          index: 0,
          run: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.index = reader.uint32()
              break
            }
            case 2: {
              obj.run = reader.uint64Number()
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
                field: `${prefix}.index`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.run`,
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

  export interface SyncClaimIndexFieldEvent {
    field: '$.index'
    value: number
  }

  export interface SyncClaimRunFieldEvent {
    field: '$.run'
    value: number
  }

  export function encode (obj: Partial<SyncClaim>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncClaim.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncClaim>): SyncClaim {
    return decodeMessage(buf, SyncClaim.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncClaim>): Generator<SyncClaimIndexFieldEvent | SyncClaimRunFieldEvent> {
    return streamMessage(buf, SyncClaim.codec(), opts)
  }
}

export interface SyncFinal {
  names: SyncName[]
  claims: SyncClaim[]
}

export namespace SyncFinal {
  let _codec: Codec<SyncFinal>

  export const codec = (): Codec<SyncFinal> => {
    if (_codec == null) {
      _codec = message<SyncFinal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.names != null && obj.names.length > 0) {
          for (const value of obj.names) {
            w.uint32(10)
            SyncName.codec().encode(value, w)
          }
        }

        if (obj.claims != null && obj.claims.length > 0) {
          for (const value of obj.claims) {
            w.uint32(18)
            SyncClaim.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          names: [],
          claims: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.names != null && obj.names.length === opts.limits.names) {
                throw new MaxLengthError('Decode error - repeated field "names" had too many elements')
              }

              obj.names.push(SyncName.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.names$
              }))
              break
            }
            case 2: {
              if (opts.limits?.claims != null && obj.claims.length === opts.limits.claims) {
                throw new MaxLengthError('Decode error - repeated field "claims" had too many elements')
              }

              obj.claims.push(SyncClaim.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.claims$
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
          names: 0,
          claims: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.names != null && obj.names === opts.limits.names) {
                throw new MaxLengthError('Streaming decode error - repeated field "names" had too many elements')
              }

              for (const evt of SyncName.codec().stream(reader, reader.uint32(), `${prefix}.names[]`, {
                limits: opts.limits?.names$
              })) {
                yield {
                  ...evt,
                  index: obj.names
                }
              }

              obj.names++

              break
            }
            case 2: {
              if (opts.limits?.claims != null && obj.claims === opts.limits.claims) {
                throw new MaxLengthError('Streaming decode error - repeated field "claims" had too many elements')
              }

              for (const evt of SyncClaim.codec().stream(reader, reader.uint32(), `${prefix}.claims[]`, {
                limits: opts.limits?.claims$
              })) {
                yield {
                  ...evt,
                  index: obj.claims
                }
              }

              obj.claims++

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

  export interface SyncFinalNamesIndexFieldEvent {
    field: '$.names[].index'
    value: number
    index: number
  }

  export interface SyncFinalNamesReplicaFieldEvent {
    field: '$.names[].replica'
    value: string
    index: number
  }

  export interface SyncFinalClaimsIndexFieldEvent {
    field: '$.claims[].index'
    value: number
    index: number
  }

  export interface SyncFinalClaimsRunFieldEvent {
    field: '$.claims[].run'
    value: number
    index: number
  }

  export function encode (obj: Partial<SyncFinal>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncFinal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncFinal>): SyncFinal {
    return decodeMessage(buf, SyncFinal.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncFinal>): Generator<SyncFinalNamesIndexFieldEvent | SyncFinalNamesReplicaFieldEvent | SyncFinalClaimsIndexFieldEvent | SyncFinalClaimsRunFieldEvent> {
    return streamMessage(buf, SyncFinal.codec(), opts)
  }
}

export interface SyncSame {}

export namespace SyncSame {
  let _codec: Codec<SyncSame>

  export const codec = (): Codec<SyncSame> => {
    if (_codec == null) {
      _codec = message<SyncSame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
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

  export function encode (obj: Partial<SyncSame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncSame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncSame>): SyncSame {
    return decodeMessage(buf, SyncSame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncSame>): Generator<{}> {
    return streamMessage(buf, SyncSame.codec(), opts)
  }
}

export interface SyncAck {
  batches: number
  final: boolean
}

export namespace SyncAck {
  let _codec: Codec<SyncAck>

  export const codec = (): Codec<SyncAck> => {
    if (_codec == null) {
      _codec = message<SyncAck>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.batches != null && obj.batches !== 0)) {
          w.uint32(8)
          w.uint32(obj.batches)
        }

        if ((obj.final != null && obj.final !== false)) {
          w.uint32(16)
          w.bool(obj.final)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          batches: 0,
          final: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.batches = reader.uint32()
              break
            }
            case 2: {
              obj.final = reader.bool()
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
                field: `${prefix}.batches`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.final`,
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

  export interface SyncAckBatchesFieldEvent {
    field: '$.batches'
    value: number
  }

  export interface SyncAckFinalFieldEvent {
    field: '$.final'
    value: boolean
  }

  export function encode (obj: Partial<SyncAck>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncAck.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncAck>): SyncAck {
    return decodeMessage(buf, SyncAck.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncAck>): Generator<SyncAckBatchesFieldEvent | SyncAckFinalFieldEvent> {
    return streamMessage(buf, SyncAck.codec(), opts)
  }
}

export interface SyncMessage {
  same?: SyncSame
  hello?: SyncHello
  batch?: SyncBatch
  final?: SyncFinal
  ack?: SyncAck
}

export namespace SyncMessage {
  let _codec: Codec<SyncMessage>

  export const codec = (): Codec<SyncMessage> => {
    if (_codec == null) {
      _codec = message<SyncMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.ack != null) {
          obj.final = undefined
          obj.batch = undefined
          obj.hello = undefined
          obj.same = undefined
        }

        if (obj.final != null) {
          obj.ack = undefined
          obj.batch = undefined
          obj.hello = undefined
          obj.same = undefined
        }

        if (obj.batch != null) {
          obj.ack = undefined
          obj.final = undefined
          obj.hello = undefined
          obj.same = undefined
        }

        if (obj.hello != null) {
          obj.ack = undefined
          obj.final = undefined
          obj.batch = undefined
          obj.same = undefined
        }

        if (obj.same != null) {
          obj.ack = undefined
          obj.final = undefined
          obj.batch = undefined
          obj.hello = undefined
        }

        if (obj.same != null) {
          w.uint32(10)
          SyncSame.codec().encode(obj.same, w)
        }

        if (obj.hello != null) {
          w.uint32(18)
          SyncHello.codec().encode(obj.hello, w)
        }

        if (obj.batch != null) {
          w.uint32(26)
          SyncBatch.codec().encode(obj.batch, w)
        }

        if (obj.final != null) {
          w.uint32(34)
          SyncFinal.codec().encode(obj.final, w)
        }

        if (obj.ack != null) {
          w.uint32(42)
          SyncAck.codec().encode(obj.ack, w)
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
              obj.same = SyncSame.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.same
              })
              break
            }
            case 2: {
              obj.hello = SyncHello.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.hello
              })
              break
            }
            case 3: {
              obj.batch = SyncBatch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.batch
              })
              break
            }
            case 4: {
              obj.final = SyncFinal.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.final
              })
              break
            }
            case 5: {
              obj.ack = SyncAck.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ack
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.ack != null) {
          delete obj.final
          delete obj.batch
          delete obj.hello
          delete obj.same
        }

        if (obj.final != null) {
          delete obj.ack
          delete obj.batch
          delete obj.hello
          delete obj.same
        }

        if (obj.batch != null) {
          delete obj.ack
          delete obj.final
          delete obj.hello
          delete obj.same
        }

        if (obj.hello != null) {
          delete obj.ack
          delete obj.final
          delete obj.batch
          delete obj.same
        }

        if (obj.same != null) {
          delete obj.ack
          delete obj.final
          delete obj.batch
          delete obj.hello
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * SyncSame.codec().stream(reader, reader.uint32(), `${prefix}.same`, {
                limits: opts.limits?.same
              })

              break
            }
            case 2: {
              yield * SyncHello.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                limits: opts.limits?.hello
              })

              break
            }
            case 3: {
              yield * SyncBatch.codec().stream(reader, reader.uint32(), `${prefix}.batch`, {
                limits: opts.limits?.batch
              })

              break
            }
            case 4: {
              yield * SyncFinal.codec().stream(reader, reader.uint32(), `${prefix}.final`, {
                limits: opts.limits?.final
              })

              break
            }
            case 5: {
              yield * SyncAck.codec().stream(reader, reader.uint32(), `${prefix}.ack`, {
                limits: opts.limits?.ack
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

  export interface SyncMessageHelloVectorHashFieldEvent {
    field: '$.hello.vectorHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageHelloVectorChangedFieldEvent {
    field: '$.hello.vector.changed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageHelloVectorHashesFieldEvent {
    field: '$.hello.vector.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageHelloVectorRangesFieldEvent {
    field: '$.hello.vector.ranges'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageHelloHoldFieldEvent {
    field: '$.hello.hold'
    value: boolean
  }

  export interface SyncMessageBatchNamesIndexFieldEvent {
    field: '$.batch.names[].index'
    value: number
    index: number
  }

  export interface SyncMessageBatchNamesReplicaFieldEvent {
    field: '$.batch.names[].replica'
    value: string
    index: number
  }

  export interface SyncMessageBatchNamespacesFieldEvent {
    field: '$.batch.namespaces[]'
    index: number
    value: string
  }

  export interface SyncMessageBatchEventsFieldEvent {
    field: '$.batch.events'
    value: number
  }

  export interface SyncMessageBatchAuthorsFieldEvent {
    field: '$.batch.authors'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchSequencesFieldEvent {
    field: '$.batch.sequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchTimesFieldEvent {
    field: '$.batch.times'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchEntriesFieldEvent {
    field: '$.batch.entries'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchSpacesFieldEvent {
    field: '$.batch.spaces'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchKeySharedFieldEvent {
    field: '$.batch.keyShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchKeyLengthsFieldEvent {
    field: '$.batch.keyLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchKeyTextFieldEvent {
    field: '$.batch.keyText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPathSharedFieldEvent {
    field: '$.batch.pathShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPathLengthsFieldEvent {
    field: '$.batch.pathLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPathTextFieldEvent {
    field: '$.batch.pathText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchSizesFieldEvent {
    field: '$.batch.sizes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchValuesFieldEvent {
    field: '$.batch.values'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchFencesFieldEvent {
    field: '$.batch.fences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchRanksFieldEvent {
    field: '$.batch.ranks'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPastsFieldEvent {
    field: '$.batch.pasts'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPastReplicasFieldEvent {
    field: '$.batch.pastReplicas'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPastSequencesFieldEvent {
    field: '$.batch.pastSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchPackedValuesFieldEvent {
    field: '$.batch.packedValues'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchOriginsFieldEvent {
    field: '$.batch.origins'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageBatchOriginSequencesFieldEvent {
    field: '$.batch.originSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncMessageFinalNamesIndexFieldEvent {
    field: '$.final.names[].index'
    value: number
    index: number
  }

  export interface SyncMessageFinalNamesReplicaFieldEvent {
    field: '$.final.names[].replica'
    value: string
    index: number
  }

  export interface SyncMessageFinalClaimsIndexFieldEvent {
    field: '$.final.claims[].index'
    value: number
    index: number
  }

  export interface SyncMessageFinalClaimsRunFieldEvent {
    field: '$.final.claims[].run'
    value: number
    index: number
  }

  export interface SyncMessageAckBatchesFieldEvent {
    field: '$.ack.batches'
    value: number
  }

  export interface SyncMessageAckFinalFieldEvent {
    field: '$.ack.final'
    value: boolean
  }

  export function encode (obj: Partial<SyncMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncMessage>): SyncMessage {
    return decodeMessage(buf, SyncMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncMessage>): Generator<SyncMessageHelloVectorHashFieldEvent | SyncMessageHelloVectorChangedFieldEvent | SyncMessageHelloVectorHashesFieldEvent | SyncMessageHelloVectorRangesFieldEvent | SyncMessageHelloHoldFieldEvent | SyncMessageBatchNamesIndexFieldEvent | SyncMessageBatchNamesReplicaFieldEvent | SyncMessageBatchNamespacesFieldEvent | SyncMessageBatchEventsFieldEvent | SyncMessageBatchAuthorsFieldEvent | SyncMessageBatchSequencesFieldEvent | SyncMessageBatchTimesFieldEvent | SyncMessageBatchEntriesFieldEvent | SyncMessageBatchSpacesFieldEvent | SyncMessageBatchKeySharedFieldEvent | SyncMessageBatchKeyLengthsFieldEvent | SyncMessageBatchKeyTextFieldEvent | SyncMessageBatchPathSharedFieldEvent | SyncMessageBatchPathLengthsFieldEvent | SyncMessageBatchPathTextFieldEvent | SyncMessageBatchSizesFieldEvent | SyncMessageBatchValuesFieldEvent | SyncMessageBatchFencesFieldEvent | SyncMessageBatchRanksFieldEvent | SyncMessageBatchPastsFieldEvent | SyncMessageBatchPastReplicasFieldEvent | SyncMessageBatchPastSequencesFieldEvent | SyncMessageBatchPackedValuesFieldEvent | SyncMessageBatchOriginsFieldEvent | SyncMessageBatchOriginSequencesFieldEvent | SyncMessageFinalNamesIndexFieldEvent | SyncMessageFinalNamesReplicaFieldEvent | SyncMessageFinalClaimsIndexFieldEvent | SyncMessageFinalClaimsRunFieldEvent | SyncMessageAckBatchesFieldEvent | SyncMessageAckFinalFieldEvent> {
    return streamMessage(buf, SyncMessage.codec(), opts)
  }
}

export interface SyncNews {
  digest?: Uint8Array<ArrayBuffer>
  replica: string
  sequence: number
  forward: boolean
  batch?: SyncBatch
}

export namespace SyncNews {
  let _codec: Codec<SyncNews>

  export const codec = (): Codec<SyncNews> => {
    if (_codec == null) {
      _codec = message<SyncNews>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.digest != null) {
          w.uint32(10)
          w.bytes(obj.digest)
        }

        if ((obj.replica != null && obj.replica !== '')) {
          w.uint32(18)
          w.string(obj.replica)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.sequence)
        }

        if ((obj.forward != null && obj.forward !== false)) {
          w.uint32(32)
          w.bool(obj.forward)
        }

        if (obj.batch != null) {
          w.uint32(42)
          SyncBatch.codec().encode(obj.batch, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          replica: '',
          sequence: 0,
          forward: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.digest = reader.bytes()
              break
            }
            case 2: {
              obj.replica = reader.string()
              break
            }
            case 3: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 4: {
              obj.forward = reader.bool()
              break
            }
            case 5: {
              obj.batch = SyncBatch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.batch
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
              yield {
                field: `${prefix}.digest`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.replica`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.forward`,
                value: reader.bool()
              }
              break
            }
            case 5: {
              yield * SyncBatch.codec().stream(reader, reader.uint32(), `${prefix}.batch`, {
                limits: opts.limits?.batch
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

  export interface SyncNewsDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsReplicaFieldEvent {
    field: '$.replica'
    value: string
  }

  export interface SyncNewsSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface SyncNewsForwardFieldEvent {
    field: '$.forward'
    value: boolean
  }

  export interface SyncNewsBatchNamesIndexFieldEvent {
    field: '$.batch.names[].index'
    value: number
    index: number
  }

  export interface SyncNewsBatchNamesReplicaFieldEvent {
    field: '$.batch.names[].replica'
    value: string
    index: number
  }

  export interface SyncNewsBatchNamespacesFieldEvent {
    field: '$.batch.namespaces[]'
    index: number
    value: string
  }

  export interface SyncNewsBatchEventsFieldEvent {
    field: '$.batch.events'
    value: number
  }

  export interface SyncNewsBatchAuthorsFieldEvent {
    field: '$.batch.authors'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchSequencesFieldEvent {
    field: '$.batch.sequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchTimesFieldEvent {
    field: '$.batch.times'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchEntriesFieldEvent {
    field: '$.batch.entries'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchSpacesFieldEvent {
    field: '$.batch.spaces'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchKeySharedFieldEvent {
    field: '$.batch.keyShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchKeyLengthsFieldEvent {
    field: '$.batch.keyLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchKeyTextFieldEvent {
    field: '$.batch.keyText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPathSharedFieldEvent {
    field: '$.batch.pathShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPathLengthsFieldEvent {
    field: '$.batch.pathLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPathTextFieldEvent {
    field: '$.batch.pathText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchSizesFieldEvent {
    field: '$.batch.sizes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchValuesFieldEvent {
    field: '$.batch.values'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchFencesFieldEvent {
    field: '$.batch.fences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchRanksFieldEvent {
    field: '$.batch.ranks'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPastsFieldEvent {
    field: '$.batch.pasts'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPastReplicasFieldEvent {
    field: '$.batch.pastReplicas'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPastSequencesFieldEvent {
    field: '$.batch.pastSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchPackedValuesFieldEvent {
    field: '$.batch.packedValues'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchOriginsFieldEvent {
    field: '$.batch.origins'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncNewsBatchOriginSequencesFieldEvent {
    field: '$.batch.originSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncNews>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncNews.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncNews>): SyncNews {
    return decodeMessage(buf, SyncNews.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncNews>): Generator<SyncNewsDigestFieldEvent | SyncNewsReplicaFieldEvent | SyncNewsSequenceFieldEvent | SyncNewsForwardFieldEvent | SyncNewsBatchNamesIndexFieldEvent | SyncNewsBatchNamesReplicaFieldEvent | SyncNewsBatchNamespacesFieldEvent | SyncNewsBatchEventsFieldEvent | SyncNewsBatchAuthorsFieldEvent | SyncNewsBatchSequencesFieldEvent | SyncNewsBatchTimesFieldEvent | SyncNewsBatchEntriesFieldEvent | SyncNewsBatchSpacesFieldEvent | SyncNewsBatchKeySharedFieldEvent | SyncNewsBatchKeyLengthsFieldEvent | SyncNewsBatchKeyTextFieldEvent | SyncNewsBatchPathSharedFieldEvent | SyncNewsBatchPathLengthsFieldEvent | SyncNewsBatchPathTextFieldEvent | SyncNewsBatchSizesFieldEvent | SyncNewsBatchValuesFieldEvent | SyncNewsBatchFencesFieldEvent | SyncNewsBatchRanksFieldEvent | SyncNewsBatchPastsFieldEvent | SyncNewsBatchPastReplicasFieldEvent | SyncNewsBatchPastSequencesFieldEvent | SyncNewsBatchPackedValuesFieldEvent | SyncNewsBatchOriginsFieldEvent | SyncNewsBatchOriginSequencesFieldEvent> {
    return streamMessage(buf, SyncNews.codec(), opts)
  }
}

export interface SyncCompare {
  vectorHash: Uint8Array<ArrayBuffer>
  vector?: SyncVector
}

export namespace SyncCompare {
  let _codec: Codec<SyncCompare>

  export const codec = (): Codec<SyncCompare> => {
    if (_codec == null) {
      _codec = message<SyncCompare>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.vectorHash != null && obj.vectorHash.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.vectorHash)
        }

        if (obj.vector != null) {
          w.uint32(18)
          SyncVector.codec().encode(obj.vector, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          vectorHash: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.vectorHash = reader.bytes()
              break
            }
            case 2: {
              obj.vector = SyncVector.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.vector
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
              yield {
                field: `${prefix}.vectorHash`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * SyncVector.codec().stream(reader, reader.uint32(), `${prefix}.vector`, {
                limits: opts.limits?.vector
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

  export interface SyncCompareVectorHashFieldEvent {
    field: '$.vectorHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncCompareVectorChangedFieldEvent {
    field: '$.vector.changed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncCompareVectorHashesFieldEvent {
    field: '$.vector.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncCompareVectorRangesFieldEvent {
    field: '$.vector.ranges'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncCompare>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncCompare.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncCompare>): SyncCompare {
    return decodeMessage(buf, SyncCompare.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncCompare>): Generator<SyncCompareVectorHashFieldEvent | SyncCompareVectorChangedFieldEvent | SyncCompareVectorHashesFieldEvent | SyncCompareVectorRangesFieldEvent> {
    return streamMessage(buf, SyncCompare.codec(), opts)
  }
}

export interface SyncCompareReply {
  contentHash?: Uint8Array<ArrayBuffer>
  vector?: SyncVector
}

export namespace SyncCompareReply {
  let _codec: Codec<SyncCompareReply>

  export const codec = (): Codec<SyncCompareReply> => {
    if (_codec == null) {
      _codec = message<SyncCompareReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.contentHash != null) {
          w.uint32(10)
          w.bytes(obj.contentHash)
        }

        if (obj.vector != null) {
          w.uint32(18)
          SyncVector.codec().encode(obj.vector, w)
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
              obj.contentHash = reader.bytes()
              break
            }
            case 2: {
              obj.vector = SyncVector.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.vector
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
              yield {
                field: `${prefix}.contentHash`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * SyncVector.codec().stream(reader, reader.uint32(), `${prefix}.vector`, {
                limits: opts.limits?.vector
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

  export interface SyncCompareReplyContentHashFieldEvent {
    field: '$.contentHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncCompareReplyVectorChangedFieldEvent {
    field: '$.vector.changed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncCompareReplyVectorHashesFieldEvent {
    field: '$.vector.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncCompareReplyVectorRangesFieldEvent {
    field: '$.vector.ranges'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncCompareReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncCompareReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncCompareReply>): SyncCompareReply {
    return decodeMessage(buf, SyncCompareReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncCompareReply>): Generator<SyncCompareReplyContentHashFieldEvent | SyncCompareReplyVectorChangedFieldEvent | SyncCompareReplyVectorHashesFieldEvent | SyncCompareReplyVectorRangesFieldEvent> {
    return streamMessage(buf, SyncCompareReply.codec(), opts)
  }
}

export interface SyncHashes {
  ranges: StateRanges[]
}

export namespace SyncHashes {
  let _codec: Codec<SyncHashes>

  export const codec = (): Codec<SyncHashes> => {
    if (_codec == null) {
      _codec = message<SyncHashes>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ranges != null && obj.ranges.length > 0) {
          for (const value of obj.ranges) {
            w.uint32(10)
            StateRanges.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          ranges: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              obj.ranges.push(StateRanges.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ranges$
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
          ranges: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              for (const evt of StateRanges.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                limits: opts.limits?.ranges$
              })) {
                yield {
                  ...evt,
                  index: obj.ranges
                }
              }

              obj.ranges++

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

  export interface SyncHashesRangesReplicaFieldEvent {
    field: '$.ranges[].replica'
    value: string
    index: number
  }

  export interface SyncHashesRangesBoundsFieldEvent {
    field: '$.ranges[].bounds[]'
    index: number
    value: number
  }

  export function encode (obj: Partial<SyncHashes>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncHashes.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncHashes>): SyncHashes {
    return decodeMessage(buf, SyncHashes.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncHashes>): Generator<SyncHashesRangesReplicaFieldEvent | SyncHashesRangesBoundsFieldEvent> {
    return streamMessage(buf, SyncHashes.codec(), opts)
  }
}

export interface SyncHashesReply {
  hashes: Uint8Array<ArrayBuffer>
}

export namespace SyncHashesReply {
  let _codec: Codec<SyncHashesReply>

  export const codec = (): Codec<SyncHashesReply> => {
    if (_codec == null) {
      _codec = message<SyncHashesReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.hashes != null && obj.hashes.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.hashes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          hashes: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.hashes = reader.bytes()
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
                field: `${prefix}.hashes`,
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

  export interface SyncHashesReplyHashesFieldEvent {
    field: '$.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncHashesReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncHashesReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncHashesReply>): SyncHashesReply {
    return decodeMessage(buf, SyncHashesReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncHashesReply>): Generator<SyncHashesReplyHashesFieldEvent> {
    return streamMessage(buf, SyncHashesReply.codec(), opts)
  }
}

export interface SyncFetch {
  ranges: StateRanges[]
}

export namespace SyncFetch {
  let _codec: Codec<SyncFetch>

  export const codec = (): Codec<SyncFetch> => {
    if (_codec == null) {
      _codec = message<SyncFetch>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ranges != null && obj.ranges.length > 0) {
          for (const value of obj.ranges) {
            w.uint32(10)
            StateRanges.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          ranges: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              obj.ranges.push(StateRanges.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ranges$
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
          ranges: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              for (const evt of StateRanges.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                limits: opts.limits?.ranges$
              })) {
                yield {
                  ...evt,
                  index: obj.ranges
                }
              }

              obj.ranges++

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

  export interface SyncFetchRangesReplicaFieldEvent {
    field: '$.ranges[].replica'
    value: string
    index: number
  }

  export interface SyncFetchRangesBoundsFieldEvent {
    field: '$.ranges[].bounds[]'
    index: number
    value: number
  }

  export function encode (obj: Partial<SyncFetch>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncFetch.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncFetch>): SyncFetch {
    return decodeMessage(buf, SyncFetch.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncFetch>): Generator<SyncFetchRangesReplicaFieldEvent | SyncFetchRangesBoundsFieldEvent> {
    return streamMessage(buf, SyncFetch.codec(), opts)
  }
}

export interface SyncRepair {
  batch?: SyncBatch
}

export namespace SyncRepair {
  let _codec: Codec<SyncRepair>

  export const codec = (): Codec<SyncRepair> => {
    if (_codec == null) {
      _codec = message<SyncRepair>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.batch != null) {
          w.uint32(10)
          SyncBatch.codec().encode(obj.batch, w)
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
              obj.batch = SyncBatch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.batch
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
              yield * SyncBatch.codec().stream(reader, reader.uint32(), `${prefix}.batch`, {
                limits: opts.limits?.batch
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

  export interface SyncRepairBatchNamesIndexFieldEvent {
    field: '$.batch.names[].index'
    value: number
    index: number
  }

  export interface SyncRepairBatchNamesReplicaFieldEvent {
    field: '$.batch.names[].replica'
    value: string
    index: number
  }

  export interface SyncRepairBatchNamespacesFieldEvent {
    field: '$.batch.namespaces[]'
    index: number
    value: string
  }

  export interface SyncRepairBatchEventsFieldEvent {
    field: '$.batch.events'
    value: number
  }

  export interface SyncRepairBatchAuthorsFieldEvent {
    field: '$.batch.authors'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchSequencesFieldEvent {
    field: '$.batch.sequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchTimesFieldEvent {
    field: '$.batch.times'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchEntriesFieldEvent {
    field: '$.batch.entries'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchSpacesFieldEvent {
    field: '$.batch.spaces'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchKeySharedFieldEvent {
    field: '$.batch.keyShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchKeyLengthsFieldEvent {
    field: '$.batch.keyLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchKeyTextFieldEvent {
    field: '$.batch.keyText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPathSharedFieldEvent {
    field: '$.batch.pathShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPathLengthsFieldEvent {
    field: '$.batch.pathLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPathTextFieldEvent {
    field: '$.batch.pathText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchSizesFieldEvent {
    field: '$.batch.sizes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchValuesFieldEvent {
    field: '$.batch.values'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchFencesFieldEvent {
    field: '$.batch.fences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchRanksFieldEvent {
    field: '$.batch.ranks'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPastsFieldEvent {
    field: '$.batch.pasts'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPastReplicasFieldEvent {
    field: '$.batch.pastReplicas'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPastSequencesFieldEvent {
    field: '$.batch.pastSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchPackedValuesFieldEvent {
    field: '$.batch.packedValues'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchOriginsFieldEvent {
    field: '$.batch.origins'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRepairBatchOriginSequencesFieldEvent {
    field: '$.batch.originSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncRepair>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncRepair.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRepair>): SyncRepair {
    return decodeMessage(buf, SyncRepair.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRepair>): Generator<SyncRepairBatchNamesIndexFieldEvent | SyncRepairBatchNamesReplicaFieldEvent | SyncRepairBatchNamespacesFieldEvent | SyncRepairBatchEventsFieldEvent | SyncRepairBatchAuthorsFieldEvent | SyncRepairBatchSequencesFieldEvent | SyncRepairBatchTimesFieldEvent | SyncRepairBatchEntriesFieldEvent | SyncRepairBatchSpacesFieldEvent | SyncRepairBatchKeySharedFieldEvent | SyncRepairBatchKeyLengthsFieldEvent | SyncRepairBatchKeyTextFieldEvent | SyncRepairBatchPathSharedFieldEvent | SyncRepairBatchPathLengthsFieldEvent | SyncRepairBatchPathTextFieldEvent | SyncRepairBatchSizesFieldEvent | SyncRepairBatchValuesFieldEvent | SyncRepairBatchFencesFieldEvent | SyncRepairBatchRanksFieldEvent | SyncRepairBatchPastsFieldEvent | SyncRepairBatchPastReplicasFieldEvent | SyncRepairBatchPastSequencesFieldEvent | SyncRepairBatchPackedValuesFieldEvent | SyncRepairBatchOriginsFieldEvent | SyncRepairBatchOriginSequencesFieldEvent> {
    return streamMessage(buf, SyncRepair.codec(), opts)
  }
}

export interface SyncEvents {
  batch?: SyncBatch
}

export namespace SyncEvents {
  let _codec: Codec<SyncEvents>

  export const codec = (): Codec<SyncEvents> => {
    if (_codec == null) {
      _codec = message<SyncEvents>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.batch != null) {
          w.uint32(10)
          SyncBatch.codec().encode(obj.batch, w)
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
              obj.batch = SyncBatch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.batch
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
              yield * SyncBatch.codec().stream(reader, reader.uint32(), `${prefix}.batch`, {
                limits: opts.limits?.batch
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

  export interface SyncEventsBatchNamesIndexFieldEvent {
    field: '$.batch.names[].index'
    value: number
    index: number
  }

  export interface SyncEventsBatchNamesReplicaFieldEvent {
    field: '$.batch.names[].replica'
    value: string
    index: number
  }

  export interface SyncEventsBatchNamespacesFieldEvent {
    field: '$.batch.namespaces[]'
    index: number
    value: string
  }

  export interface SyncEventsBatchEventsFieldEvent {
    field: '$.batch.events'
    value: number
  }

  export interface SyncEventsBatchAuthorsFieldEvent {
    field: '$.batch.authors'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchSequencesFieldEvent {
    field: '$.batch.sequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchTimesFieldEvent {
    field: '$.batch.times'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchEntriesFieldEvent {
    field: '$.batch.entries'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchSpacesFieldEvent {
    field: '$.batch.spaces'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchKeySharedFieldEvent {
    field: '$.batch.keyShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchKeyLengthsFieldEvent {
    field: '$.batch.keyLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchKeyTextFieldEvent {
    field: '$.batch.keyText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPathSharedFieldEvent {
    field: '$.batch.pathShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPathLengthsFieldEvent {
    field: '$.batch.pathLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPathTextFieldEvent {
    field: '$.batch.pathText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchSizesFieldEvent {
    field: '$.batch.sizes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchValuesFieldEvent {
    field: '$.batch.values'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchFencesFieldEvent {
    field: '$.batch.fences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchRanksFieldEvent {
    field: '$.batch.ranks'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPastsFieldEvent {
    field: '$.batch.pasts'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPastReplicasFieldEvent {
    field: '$.batch.pastReplicas'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPastSequencesFieldEvent {
    field: '$.batch.pastSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchPackedValuesFieldEvent {
    field: '$.batch.packedValues'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchOriginsFieldEvent {
    field: '$.batch.origins'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncEventsBatchOriginSequencesFieldEvent {
    field: '$.batch.originSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncEvents>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncEvents.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncEvents>): SyncEvents {
    return decodeMessage(buf, SyncEvents.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncEvents>): Generator<SyncEventsBatchNamesIndexFieldEvent | SyncEventsBatchNamesReplicaFieldEvent | SyncEventsBatchNamespacesFieldEvent | SyncEventsBatchEventsFieldEvent | SyncEventsBatchAuthorsFieldEvent | SyncEventsBatchSequencesFieldEvent | SyncEventsBatchTimesFieldEvent | SyncEventsBatchEntriesFieldEvent | SyncEventsBatchSpacesFieldEvent | SyncEventsBatchKeySharedFieldEvent | SyncEventsBatchKeyLengthsFieldEvent | SyncEventsBatchKeyTextFieldEvent | SyncEventsBatchPathSharedFieldEvent | SyncEventsBatchPathLengthsFieldEvent | SyncEventsBatchPathTextFieldEvent | SyncEventsBatchSizesFieldEvent | SyncEventsBatchValuesFieldEvent | SyncEventsBatchFencesFieldEvent | SyncEventsBatchRanksFieldEvent | SyncEventsBatchPastsFieldEvent | SyncEventsBatchPastReplicasFieldEvent | SyncEventsBatchPastSequencesFieldEvent | SyncEventsBatchPackedValuesFieldEvent | SyncEventsBatchOriginsFieldEvent | SyncEventsBatchOriginSequencesFieldEvent> {
    return streamMessage(buf, SyncEvents.codec(), opts)
  }
}

export interface SyncRequest {
  compare?: SyncCompare
  hashes?: SyncHashes
  fetch?: SyncFetch
  repair?: SyncRepair
}

export namespace SyncRequest {
  let _codec: Codec<SyncRequest>

  export const codec = (): Codec<SyncRequest> => {
    if (_codec == null) {
      _codec = message<SyncRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.repair != null) {
          obj.fetch = undefined
          obj.hashes = undefined
          obj.compare = undefined
        }

        if (obj.fetch != null) {
          obj.repair = undefined
          obj.hashes = undefined
          obj.compare = undefined
        }

        if (obj.hashes != null) {
          obj.repair = undefined
          obj.fetch = undefined
          obj.compare = undefined
        }

        if (obj.compare != null) {
          obj.repair = undefined
          obj.fetch = undefined
          obj.hashes = undefined
        }

        if (obj.compare != null) {
          w.uint32(10)
          SyncCompare.codec().encode(obj.compare, w)
        }

        if (obj.hashes != null) {
          w.uint32(18)
          SyncHashes.codec().encode(obj.hashes, w)
        }

        if (obj.fetch != null) {
          w.uint32(26)
          SyncFetch.codec().encode(obj.fetch, w)
        }

        if (obj.repair != null) {
          w.uint32(34)
          SyncRepair.codec().encode(obj.repair, w)
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
              obj.compare = SyncCompare.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.compare
              })
              break
            }
            case 2: {
              obj.hashes = SyncHashes.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.hashes
              })
              break
            }
            case 3: {
              obj.fetch = SyncFetch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.fetch
              })
              break
            }
            case 4: {
              obj.repair = SyncRepair.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.repair
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.repair != null) {
          delete obj.fetch
          delete obj.hashes
          delete obj.compare
        }

        if (obj.fetch != null) {
          delete obj.repair
          delete obj.hashes
          delete obj.compare
        }

        if (obj.hashes != null) {
          delete obj.repair
          delete obj.fetch
          delete obj.compare
        }

        if (obj.compare != null) {
          delete obj.repair
          delete obj.fetch
          delete obj.hashes
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * SyncCompare.codec().stream(reader, reader.uint32(), `${prefix}.compare`, {
                limits: opts.limits?.compare
              })

              break
            }
            case 2: {
              yield * SyncHashes.codec().stream(reader, reader.uint32(), `${prefix}.hashes`, {
                limits: opts.limits?.hashes
              })

              break
            }
            case 3: {
              yield * SyncFetch.codec().stream(reader, reader.uint32(), `${prefix}.fetch`, {
                limits: opts.limits?.fetch
              })

              break
            }
            case 4: {
              yield * SyncRepair.codec().stream(reader, reader.uint32(), `${prefix}.repair`, {
                limits: opts.limits?.repair
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

  export interface SyncRequestCompareVectorHashFieldEvent {
    field: '$.compare.vectorHash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestCompareVectorChangedFieldEvent {
    field: '$.compare.vector.changed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestCompareVectorHashesFieldEvent {
    field: '$.compare.vector.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestCompareVectorRangesFieldEvent {
    field: '$.compare.vector.ranges'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestHashesRangesReplicaFieldEvent {
    field: '$.hashes.ranges[].replica'
    value: string
    index: number
  }

  export interface SyncRequestHashesRangesBoundsFieldEvent {
    field: '$.hashes.ranges[].bounds[]'
    index: number
    value: number
  }

  export interface SyncRequestFetchRangesReplicaFieldEvent {
    field: '$.fetch.ranges[].replica'
    value: string
    index: number
  }

  export interface SyncRequestFetchRangesBoundsFieldEvent {
    field: '$.fetch.ranges[].bounds[]'
    index: number
    value: number
  }

  export interface SyncRequestRepairBatchNamesIndexFieldEvent {
    field: '$.repair.batch.names[].index'
    value: number
    index: number
  }

  export interface SyncRequestRepairBatchNamesReplicaFieldEvent {
    field: '$.repair.batch.names[].replica'
    value: string
    index: number
  }

  export interface SyncRequestRepairBatchNamespacesFieldEvent {
    field: '$.repair.batch.namespaces[]'
    index: number
    value: string
  }

  export interface SyncRequestRepairBatchEventsFieldEvent {
    field: '$.repair.batch.events'
    value: number
  }

  export interface SyncRequestRepairBatchAuthorsFieldEvent {
    field: '$.repair.batch.authors'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchSequencesFieldEvent {
    field: '$.repair.batch.sequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchTimesFieldEvent {
    field: '$.repair.batch.times'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchEntriesFieldEvent {
    field: '$.repair.batch.entries'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchSpacesFieldEvent {
    field: '$.repair.batch.spaces'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchKeySharedFieldEvent {
    field: '$.repair.batch.keyShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchKeyLengthsFieldEvent {
    field: '$.repair.batch.keyLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchKeyTextFieldEvent {
    field: '$.repair.batch.keyText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPathSharedFieldEvent {
    field: '$.repair.batch.pathShared'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPathLengthsFieldEvent {
    field: '$.repair.batch.pathLengths'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPathTextFieldEvent {
    field: '$.repair.batch.pathText'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchSizesFieldEvent {
    field: '$.repair.batch.sizes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchValuesFieldEvent {
    field: '$.repair.batch.values'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchFencesFieldEvent {
    field: '$.repair.batch.fences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchRanksFieldEvent {
    field: '$.repair.batch.ranks'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPastsFieldEvent {
    field: '$.repair.batch.pasts'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPastReplicasFieldEvent {
    field: '$.repair.batch.pastReplicas'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPastSequencesFieldEvent {
    field: '$.repair.batch.pastSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchPackedValuesFieldEvent {
    field: '$.repair.batch.packedValues'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchOriginsFieldEvent {
    field: '$.repair.batch.origins'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SyncRequestRepairBatchOriginSequencesFieldEvent {
    field: '$.repair.batch.originSequences'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SyncRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SyncRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRequest>): SyncRequest {
    return decodeMessage(buf, SyncRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRequest>): Generator<SyncRequestCompareVectorHashFieldEvent | SyncRequestCompareVectorChangedFieldEvent | SyncRequestCompareVectorHashesFieldEvent | SyncRequestCompareVectorRangesFieldEvent | SyncRequestHashesRangesReplicaFieldEvent | SyncRequestHashesRangesBoundsFieldEvent | SyncRequestFetchRangesReplicaFieldEvent | SyncRequestFetchRangesBoundsFieldEvent | SyncRequestRepairBatchNamesIndexFieldEvent | SyncRequestRepairBatchNamesReplicaFieldEvent | SyncRequestRepairBatchNamespacesFieldEvent | SyncRequestRepairBatchEventsFieldEvent | SyncRequestRepairBatchAuthorsFieldEvent | SyncRequestRepairBatchSequencesFieldEvent | SyncRequestRepairBatchTimesFieldEvent | SyncRequestRepairBatchEntriesFieldEvent | SyncRequestRepairBatchSpacesFieldEvent | SyncRequestRepairBatchKeySharedFieldEvent | SyncRequestRepairBatchKeyLengthsFieldEvent | SyncRequestRepairBatchKeyTextFieldEvent | SyncRequestRepairBatchPathSharedFieldEvent | SyncRequestRepairBatchPathLengthsFieldEvent | SyncRequestRepairBatchPathTextFieldEvent | SyncRequestRepairBatchSizesFieldEvent | SyncRequestRepairBatchValuesFieldEvent | SyncRequestRepairBatchFencesFieldEvent | SyncRequestRepairBatchRanksFieldEvent | SyncRequestRepairBatchPastsFieldEvent | SyncRequestRepairBatchPastReplicasFieldEvent | SyncRequestRepairBatchPastSequencesFieldEvent | SyncRequestRepairBatchPackedValuesFieldEvent | SyncRequestRepairBatchOriginsFieldEvent | SyncRequestRepairBatchOriginSequencesFieldEvent> {
    return streamMessage(buf, SyncRequest.codec(), opts)
  }
}
