import { MAX_NAME_CHARS } from '../capabilities/limits.ts'
import { messageOf } from '../lib/errors.ts'
import type { PeerId } from '../network/network.ts'
import { TaskReport as ReportCodec } from '../wire/task.ts'
import type { Progress } from './progress.ts'
import { MAX_VALUE_BYTES } from './request.ts'
import type { TaskFault } from './task.ts'
import { badMessage, fractionOf, MAX_CODE_CHARS, MAX_MESSAGE_CHARS, text, within } from './wire-values.ts'

/** What a worker says of a task it was awarded. Spec: protocols/task. */
export type Report =
  | { type: 'accepted'; worker: PeerId; agent: string; version: string }
  | { type: 'refused'; code: string; reason: string }
  | ({ type: 'progress' } & Progress)
  | { type: 'alive' }
  /** `output` is JSON in UTF-8. */
  | { type: 'result'; output: Uint8Array }
  | ({ type: 'failure' } & TaskFault)

/** Whether nothing follows it. */
export const isLast = ({ type }: Report): boolean => type === 'refused' || type === 'result' || type === 'failure'

/** The report that refuses an award: nothing ran. */
export const refused = (code: string, reason: string): Report => ({ type: 'refused', code, reason })

/** Texts are cut to what travels. */
export function encodeReport(report: Report): Uint8Array {
  switch (report.type) {
    case 'accepted':
      return ReportCodec.encode({ accepted: report })
    case 'refused':
      return ReportCodec.encode({ refused: { code: code(report.code), reason: message(report.reason) } })
    case 'progress':
      return ReportCodec.encode({ progress: progress(report) })
    case 'alive':
      return ReportCodec.encode({ alive: {} })
    case 'result':
      // The generated type wants bytes of their own, which it only reads.
      return ReportCodec.encode({ result: { output: report.output as Uint8Array<ArrayBuffer> } })
    case 'failure':
      return ReportCodec.encode({ failure: fault(report) })
  }
}

/** Throws a `CoveyError` with code `BAD_MESSAGE` on what is malformed or over a limit. */
export function decodeReport(bytes: Uint8Array): Report {
  try {
    const { accepted, refused, progress: fields, result, failure } = ReportCodec.decode(bytes)
    if (accepted) {
      const { worker, agent, version } = accepted
      for (const name of [worker, agent, version]) within('name', name, 2 * MAX_NAME_CHARS)
      return { type: 'accepted', worker, agent, version }
    }
    if (refused) return { type: 'refused', code: code(refused.code), reason: message(refused.reason) }
    if (fields) return { type: 'progress', ...progress(fields) }
    if (result) {
      const { output } = result
      if (output.length > MAX_VALUE_BYTES) throw new RangeError(`${output.length} bytes, at most ${MAX_VALUE_BYTES}`)
      return { type: 'result', output }
    }
    if (failure) return { type: 'failure', ...fault(failure) }
    // Of a later version: at least it lives.
    return { type: 'alive' }
  } catch (error) {
    throw badMessage('report', messageOf(error))
  }
}

const code = (value: string): string => text(value, MAX_CODE_CHARS)
const message = (value: string): string => text(value, MAX_MESSAGE_CHARS)

const fault = (value: TaskFault): TaskFault => ({
  code: code(value.code),
  message: message(value.message),
  ...(value.hint !== undefined && { hint: message(value.hint) }),
})

const progress = (value: Progress): Progress => ({
  ...(value.fraction !== undefined && { fraction: fractionOf(value.fraction) }),
  ...(value.message !== undefined && { message: message(value.message) }),
})
