import { CoveyError, messageOf } from '../lib/errors.ts'
import { decodeJson, type Json } from '../lib/json.ts'
import { breachOf, type HostedCapability } from './hosted.ts'
import type { Outcome } from './kept-outcomes.ts'
import { CANCELLED, DEADLINE, STOPPED } from './lifecycle.ts'
import { encodeValue, MAX_VALUE_BYTES } from './request.ts'

/** What only the worker itself may say of a run: a handler that throws one of these has just failed. */
const OWN_CODES: ReadonlySet<string> = new Set([CANCELLED, DEADLINE, STOPPED])

/** A handler's value as a report: it must be JSON, of bounded size, and satisfy the schema. */
export function outcomeOf({ capability }: HostedCapability, value: Json | undefined): Outcome['report'] {
  try {
    // A handler that returns nothing has nothing to say, which is no mistake.
    const output = encodeValue(value ?? null, 'what the handler returned')
    if (output.length > MAX_VALUE_BYTES) {
      return invalidOutput(`the result has ${output.length} bytes of JSON, at most ${MAX_VALUE_BYTES} travel`)
    }
    // Checked as it will arrive: a Date, say, is a string by then.
    const { name, output: schema } = capability
    const breach = schema && breachOf(schema, decodeJson(output))
    if (breach === undefined) return { type: 'result', output }
    return invalidOutput(`the result breaks the schema of ${name}: ${breach}`)
  } catch (error) {
    return invalidOutput(messageOf(error))
  }
}

const invalidOutput = (message: string): Outcome['report'] => ({
  type: 'failure',
  code: 'INVALID_OUTPUT',
  message,
})

/** What a handler threw, as a report: with the error's own code and hint where it has them. */
export function failureOf(error: unknown): Outcome['report'] {
  const message = messageOf(error)
  if (!(error instanceof CoveyError)) return { type: 'failure', code: 'TASK_FAILED', message }
  return { type: 'failure', code: OWN_CODES.has(error.code) ? 'TASK_FAILED' : error.code, message, hint: error.hint }
}
