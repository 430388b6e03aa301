import { CoveyError } from '../lib/errors.ts'
import { StrongConflictError } from '../mesh/strong.ts'
import { PolicyMismatchError, UnresolvedConflictError, VersionConflictError } from '../state/errors.ts'
import { NodeError } from './node-error.ts'
import { wireEntryOf } from './wire-state.ts'

/** How much of a value is shown in a hint, in characters. */
const SHOWN_CHARS = 200

/** An error of a write, with what to do about it in words of the command line, and with what is there now. */
export function explained(error: unknown, namespace: string, key: string): unknown {
  if (error instanceof VersionConflictError || error instanceof StrongConflictError) return conflict(error)
  if (error instanceof UnresolvedConflictError) {
    const hint = `Look at them: covey state conflicts ${namespace}. Then: covey state resolve ${namespace} ${key} JSON.`
    return new CoveyError(error.code, error.message, hint, { cause: error })
  }
  return error instanceof PolicyMismatchError ? explainedMismatch(error) : error
}

/** With what ends it in words of the command line. */
export function explainedMismatch({ code, message, namespace }: PolicyMismatchError): CoveyError {
  const hint = `The oldest declaration holds. Restart a node that differs, and write to ${namespace} there again: then it follows.`
  return new CoveyError(code, message, hint)
}

function conflict({ code, message, current }: VersionConflictError | StrongConflictError): NodeError {
  if (!current) return new NodeError(code, message, 'Expect "none", or write without it.', { current: null })
  const entry = wireEntryOf(current)
  const value = JSON.stringify(entry.value)
  const shown = value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}...` : value
  const hint = `It holds ${shown}. Decide anew, and expect ${entry.version}.`
  return new NodeError(code, message, hint, { current: entry })
}
