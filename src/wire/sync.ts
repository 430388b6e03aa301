// Generated from protocols/sync/sync.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
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

  export function encode (obj: Partial<StateEvent>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StateEvent.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateEvent>): StateEvent {
    return decodeMessage(buf, StateEvent.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StateEvent>): Generator<StateEventReplicaFieldEvent | StateEventSequenceFieldEvent | StateEventTimeFieldEvent | StateEventEntriesNamespaceFieldEvent | StateEventEntriesKeyFieldEvent | StateEventEntriesPathFieldEvent | StateEventEntriesValueFieldEvent | StateEventEntriesFenceFieldEvent | StateEventEntriesRankFieldEvent | StateEventEntriesPastReplicaFieldEvent | StateEventEntriesPastSequenceFieldEvent> {
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
