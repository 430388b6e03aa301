// Generated from protocols/task/task.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface TaskAward {
  task: string
  capability: string
  version: string
  tags: string[]
  attempt: number
  remainingMs: number
  input: Uint8Array<ArrayBuffer>
  hops: number
  avoid: string[]
}

export namespace TaskAward {
  let _codec: Codec<TaskAward>

  export const codec = (): Codec<TaskAward> => {
    if (_codec == null) {
      _codec = message<TaskAward>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.task != null && obj.task !== '')) {
          w.uint32(10)
          w.string(obj.task)
        }

        if ((obj.capability != null && obj.capability !== '')) {
          w.uint32(18)
          w.string(obj.capability)
        }

        if ((obj.version != null && obj.version !== '')) {
          w.uint32(26)
          w.string(obj.version)
        }

        if (obj.tags != null && obj.tags.length > 0) {
          for (const value of obj.tags) {
            w.uint32(34)
            w.string(value)
          }
        }

        if ((obj.attempt != null && obj.attempt !== 0)) {
          w.uint32(40)
          w.uint32(obj.attempt)
        }

        if ((obj.remainingMs != null && obj.remainingMs !== 0)) {
          w.uint32(49)
          w.double(obj.remainingMs)
        }

        if ((obj.input != null && obj.input.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.input)
        }

        if ((obj.hops != null && obj.hops !== 0)) {
          w.uint32(64)
          w.uint32(obj.hops)
        }

        if (obj.avoid != null && obj.avoid.length > 0) {
          for (const value of obj.avoid) {
            w.uint32(74)
            w.string(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          task: '',
          capability: '',
          version: '',
          tags: [],
          attempt: 0,
          remainingMs: 0,
          input: NO_BYTES,
          hops: 0,
          avoid: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.task = reader.string()
              break
            }
            case 2: {
              obj.capability = reader.string()
              break
            }
            case 3: {
              obj.version = reader.string()
              break
            }
            case 4: {
              if (opts.limits?.tags != null && obj.tags.length === opts.limits.tags) {
                throw new MaxLengthError('Decode error - repeated field "tags" had too many elements')
              }

              obj.tags.push(reader.string())
              break
            }
            case 5: {
              obj.attempt = reader.uint32()
              break
            }
            case 6: {
              obj.remainingMs = reader.double()
              break
            }
            case 7: {
              obj.input = reader.bytes()
              break
            }
            case 8: {
              obj.hops = reader.uint32()
              break
            }
            case 9: {
              if (opts.limits?.avoid != null && obj.avoid.length === opts.limits.avoid) {
                throw new MaxLengthError('Decode error - repeated field "avoid" had too many elements')
              }

              obj.avoid.push(reader.string())
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
          tags: 0,
          avoid: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.task`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.capability`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.version`,
                value: reader.string()
              }
              break
            }
            case 4: {
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
            case 5: {
              yield {
                field: `${prefix}.attempt`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.remainingMs`,
                value: reader.double()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.input`,
                value: reader.bytes()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.hops`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              if (opts.limits?.avoid != null && obj.avoid === opts.limits.avoid) {
                throw new MaxLengthError('Streaming decode error - repeated field "avoid" had too many elements')
              }

              yield {
                field: `${prefix}.avoid[]`,
                index: obj.avoid,
                value: reader.string()
              }

              obj.avoid++

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

  export interface TaskAwardTaskFieldEvent {
    field: '$.task'
    value: string
  }

  export interface TaskAwardCapabilityFieldEvent {
    field: '$.capability'
    value: string
  }

  export interface TaskAwardVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export interface TaskAwardTagsFieldEvent {
    field: '$.tags[]'
    index: number
    value: string
  }

  export interface TaskAwardAttemptFieldEvent {
    field: '$.attempt'
    value: number
  }

  export interface TaskAwardRemainingMsFieldEvent {
    field: '$.remainingMs'
    value: number
  }

  export interface TaskAwardInputFieldEvent {
    field: '$.input'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskAwardHopsFieldEvent {
    field: '$.hops'
    value: number
  }

  export interface TaskAwardAvoidFieldEvent {
    field: '$.avoid[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<TaskAward>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskAward.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskAward>): TaskAward {
    return decodeMessage(buf, TaskAward.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskAward>): Generator<TaskAwardTaskFieldEvent | TaskAwardCapabilityFieldEvent | TaskAwardVersionFieldEvent | TaskAwardTagsFieldEvent | TaskAwardAttemptFieldEvent | TaskAwardRemainingMsFieldEvent | TaskAwardInputFieldEvent | TaskAwardHopsFieldEvent | TaskAwardAvoidFieldEvent> {
    return streamMessage(buf, TaskAward.codec(), opts)
  }
}

export interface TaskOrder {
  cancel?: TaskCancel
}

export namespace TaskOrder {
  let _codec: Codec<TaskOrder>

  export const codec = (): Codec<TaskOrder> => {
    if (_codec == null) {
      _codec = message<TaskOrder>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.cancel != null) {
          w.uint32(10)
          TaskCancel.codec().encode(obj.cancel, w)
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
              obj.cancel = TaskCancel.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.cancel
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
              yield * TaskCancel.codec().stream(reader, reader.uint32(), `${prefix}.cancel`, {
                limits: opts.limits?.cancel
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

  export interface TaskOrderCancelReasonFieldEvent {
    field: '$.cancel.reason'
    value: string
  }

  export function encode (obj: Partial<TaskOrder>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskOrder.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskOrder>): TaskOrder {
    return decodeMessage(buf, TaskOrder.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskOrder>): Generator<TaskOrderCancelReasonFieldEvent> {
    return streamMessage(buf, TaskOrder.codec(), opts)
  }
}

export interface TaskCancel {
  reason: string
}

export namespace TaskCancel {
  let _codec: Codec<TaskCancel>

  export const codec = (): Codec<TaskCancel> => {
    if (_codec == null) {
      _codec = message<TaskCancel>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.reason != null && obj.reason !== '')) {
          w.uint32(10)
          w.string(obj.reason)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          reason: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
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

  export interface TaskCancelReasonFieldEvent {
    field: '$.reason'
    value: string
  }

  export function encode (obj: Partial<TaskCancel>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskCancel.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskCancel>): TaskCancel {
    return decodeMessage(buf, TaskCancel.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskCancel>): Generator<TaskCancelReasonFieldEvent> {
    return streamMessage(buf, TaskCancel.codec(), opts)
  }
}

export interface TaskReport {
  accepted?: TaskAccepted
  refused?: TaskRefused
  progress?: TaskProgress
  alive?: TaskAlive
  result?: TaskResult
  failure?: TaskFailure
}

export namespace TaskReport {
  let _codec: Codec<TaskReport>

  export const codec = (): Codec<TaskReport> => {
    if (_codec == null) {
      _codec = message<TaskReport>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.accepted != null) {
          w.uint32(10)
          TaskAccepted.codec().encode(obj.accepted, w)
        }

        if (obj.refused != null) {
          w.uint32(18)
          TaskRefused.codec().encode(obj.refused, w)
        }

        if (obj.progress != null) {
          w.uint32(26)
          TaskProgress.codec().encode(obj.progress, w)
        }

        if (obj.alive != null) {
          w.uint32(34)
          TaskAlive.codec().encode(obj.alive, w)
        }

        if (obj.result != null) {
          w.uint32(42)
          TaskResult.codec().encode(obj.result, w)
        }

        if (obj.failure != null) {
          w.uint32(50)
          TaskFailure.codec().encode(obj.failure, w)
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
              obj.accepted = TaskAccepted.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accepted
              })
              break
            }
            case 2: {
              obj.refused = TaskRefused.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refused
              })
              break
            }
            case 3: {
              obj.progress = TaskProgress.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.progress
              })
              break
            }
            case 4: {
              obj.alive = TaskAlive.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.alive
              })
              break
            }
            case 5: {
              obj.result = TaskResult.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.result
              })
              break
            }
            case 6: {
              obj.failure = TaskFailure.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.failure
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
              yield * TaskAccepted.codec().stream(reader, reader.uint32(), `${prefix}.accepted`, {
                limits: opts.limits?.accepted
              })

              break
            }
            case 2: {
              yield * TaskRefused.codec().stream(reader, reader.uint32(), `${prefix}.refused`, {
                limits: opts.limits?.refused
              })

              break
            }
            case 3: {
              yield * TaskProgress.codec().stream(reader, reader.uint32(), `${prefix}.progress`, {
                limits: opts.limits?.progress
              })

              break
            }
            case 4: {
              yield * TaskAlive.codec().stream(reader, reader.uint32(), `${prefix}.alive`, {
                limits: opts.limits?.alive
              })

              break
            }
            case 5: {
              yield * TaskResult.codec().stream(reader, reader.uint32(), `${prefix}.result`, {
                limits: opts.limits?.result
              })

              break
            }
            case 6: {
              yield * TaskFailure.codec().stream(reader, reader.uint32(), `${prefix}.failure`, {
                limits: opts.limits?.failure
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

  export interface TaskReportAcceptedWorkerFieldEvent {
    field: '$.accepted.worker'
    value: string
  }

  export interface TaskReportAcceptedAgentFieldEvent {
    field: '$.accepted.agent'
    value: string
  }

  export interface TaskReportAcceptedVersionFieldEvent {
    field: '$.accepted.version'
    value: string
  }

  export interface TaskReportRefusedCodeFieldEvent {
    field: '$.refused.code'
    value: string
  }

  export interface TaskReportRefusedReasonFieldEvent {
    field: '$.refused.reason'
    value: string
  }

  export interface TaskReportProgressFractionFieldEvent {
    field: '$.progress.fraction'
    value: number
  }

  export interface TaskReportProgressMessageFieldEvent {
    field: '$.progress.message'
    value: string
  }

  export interface TaskReportResultOutputFieldEvent {
    field: '$.result.output'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TaskReportFailureCodeFieldEvent {
    field: '$.failure.code'
    value: string
  }

  export interface TaskReportFailureMessageFieldEvent {
    field: '$.failure.message'
    value: string
  }

  export interface TaskReportFailureHintFieldEvent {
    field: '$.failure.hint'
    value: string
  }

  export function encode (obj: Partial<TaskReport>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskReport.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskReport>): TaskReport {
    return decodeMessage(buf, TaskReport.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskReport>): Generator<TaskReportAcceptedWorkerFieldEvent | TaskReportAcceptedAgentFieldEvent | TaskReportAcceptedVersionFieldEvent | TaskReportRefusedCodeFieldEvent | TaskReportRefusedReasonFieldEvent | TaskReportProgressFractionFieldEvent | TaskReportProgressMessageFieldEvent | TaskReportResultOutputFieldEvent | TaskReportFailureCodeFieldEvent | TaskReportFailureMessageFieldEvent | TaskReportFailureHintFieldEvent> {
    return streamMessage(buf, TaskReport.codec(), opts)
  }
}

export interface TaskAccepted {
  worker: string
  agent: string
  version: string
}

export namespace TaskAccepted {
  let _codec: Codec<TaskAccepted>

  export const codec = (): Codec<TaskAccepted> => {
    if (_codec == null) {
      _codec = message<TaskAccepted>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.worker != null && obj.worker !== '')) {
          w.uint32(10)
          w.string(obj.worker)
        }

        if ((obj.agent != null && obj.agent !== '')) {
          w.uint32(18)
          w.string(obj.agent)
        }

        if ((obj.version != null && obj.version !== '')) {
          w.uint32(26)
          w.string(obj.version)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          worker: '',
          agent: '',
          version: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.worker = reader.string()
              break
            }
            case 2: {
              obj.agent = reader.string()
              break
            }
            case 3: {
              obj.version = reader.string()
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
                field: `${prefix}.worker`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.agent`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.version`,
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

  export interface TaskAcceptedWorkerFieldEvent {
    field: '$.worker'
    value: string
  }

  export interface TaskAcceptedAgentFieldEvent {
    field: '$.agent'
    value: string
  }

  export interface TaskAcceptedVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export function encode (obj: Partial<TaskAccepted>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskAccepted.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskAccepted>): TaskAccepted {
    return decodeMessage(buf, TaskAccepted.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskAccepted>): Generator<TaskAcceptedWorkerFieldEvent | TaskAcceptedAgentFieldEvent | TaskAcceptedVersionFieldEvent> {
    return streamMessage(buf, TaskAccepted.codec(), opts)
  }
}

export interface TaskRefused {
  code: string
  reason: string
}

export namespace TaskRefused {
  let _codec: Codec<TaskRefused>

  export const codec = (): Codec<TaskRefused> => {
    if (_codec == null) {
      _codec = message<TaskRefused>((obj, w, opts = {}) => {
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

  export interface TaskRefusedCodeFieldEvent {
    field: '$.code'
    value: string
  }

  export interface TaskRefusedReasonFieldEvent {
    field: '$.reason'
    value: string
  }

  export function encode (obj: Partial<TaskRefused>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskRefused.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskRefused>): TaskRefused {
    return decodeMessage(buf, TaskRefused.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskRefused>): Generator<TaskRefusedCodeFieldEvent | TaskRefusedReasonFieldEvent> {
    return streamMessage(buf, TaskRefused.codec(), opts)
  }
}

export interface TaskProgress {
  fraction?: number
  message?: string
}

export namespace TaskProgress {
  let _codec: Codec<TaskProgress>

  export const codec = (): Codec<TaskProgress> => {
    if (_codec == null) {
      _codec = message<TaskProgress>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.fraction != null) {
          w.uint32(9)
          w.double(obj.fraction)
        }

        if (obj.message != null) {
          w.uint32(18)
          w.string(obj.message)
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
              obj.fraction = reader.double()
              break
            }
            case 2: {
              obj.message = reader.string()
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
                field: `${prefix}.fraction`,
                value: reader.double()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.message`,
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

  export interface TaskProgressFractionFieldEvent {
    field: '$.fraction'
    value: number
  }

  export interface TaskProgressMessageFieldEvent {
    field: '$.message'
    value: string
  }

  export function encode (obj: Partial<TaskProgress>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskProgress.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskProgress>): TaskProgress {
    return decodeMessage(buf, TaskProgress.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskProgress>): Generator<TaskProgressFractionFieldEvent | TaskProgressMessageFieldEvent> {
    return streamMessage(buf, TaskProgress.codec(), opts)
  }
}

export interface TaskAlive {}

export namespace TaskAlive {
  let _codec: Codec<TaskAlive>

  export const codec = (): Codec<TaskAlive> => {
    if (_codec == null) {
      _codec = message<TaskAlive>((obj, w, opts = {}) => {
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

  export function encode (obj: Partial<TaskAlive>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskAlive.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskAlive>): TaskAlive {
    return decodeMessage(buf, TaskAlive.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskAlive>): Generator<{}> {
    return streamMessage(buf, TaskAlive.codec(), opts)
  }
}

export interface TaskResult {
  output: Uint8Array<ArrayBuffer>
}

export namespace TaskResult {
  let _codec: Codec<TaskResult>

  export const codec = (): Codec<TaskResult> => {
    if (_codec == null) {
      _codec = message<TaskResult>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.output != null && obj.output.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.output)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          output: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.output = reader.bytes()
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
                field: `${prefix}.output`,
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

  export interface TaskResultOutputFieldEvent {
    field: '$.output'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<TaskResult>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskResult.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskResult>): TaskResult {
    return decodeMessage(buf, TaskResult.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskResult>): Generator<TaskResultOutputFieldEvent> {
    return streamMessage(buf, TaskResult.codec(), opts)
  }
}

export interface TaskFailure {
  code: string
  message: string
  hint?: string
}

export namespace TaskFailure {
  let _codec: Codec<TaskFailure>

  export const codec = (): Codec<TaskFailure> => {
    if (_codec == null) {
      _codec = message<TaskFailure>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.code != null && obj.code !== '')) {
          w.uint32(10)
          w.string(obj.code)
        }

        if ((obj.message != null && obj.message !== '')) {
          w.uint32(18)
          w.string(obj.message)
        }

        if (obj.hint != null) {
          w.uint32(26)
          w.string(obj.hint)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          code: '',
          message: ''
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
              obj.message = reader.string()
              break
            }
            case 3: {
              obj.hint = reader.string()
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
                field: `${prefix}.message`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.hint`,
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

  export interface TaskFailureCodeFieldEvent {
    field: '$.code'
    value: string
  }

  export interface TaskFailureMessageFieldEvent {
    field: '$.message'
    value: string
  }

  export interface TaskFailureHintFieldEvent {
    field: '$.hint'
    value: string
  }

  export function encode (obj: Partial<TaskFailure>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TaskFailure.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskFailure>): TaskFailure {
    return decodeMessage(buf, TaskFailure.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TaskFailure>): Generator<TaskFailureCodeFieldEvent | TaskFailureMessageFieldEvent | TaskFailureHintFieldEvent> {
    return streamMessage(buf, TaskFailure.codec(), opts)
  }
}
