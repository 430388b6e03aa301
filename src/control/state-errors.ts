import { CoveyError } from '../lib/errors.ts'
import { UnresolvedConflictError, VersionConflictError } from '../state/errors.ts'
import { NodeError } from './node-error.ts'
import { wireEntry } from './wire-state.ts'

/** How much of a value is shown in a hint, in characters. */
const SHOWN_CHARS = 200

/** An error of a write, with what to do about it in words of the command line, and with what is there now. */
export function explained(error: unknown, namespace: string, key: string): unknown {
  if (error instanceof VersionConflictError) return conflict(error)
  if (error instanceof UnresolvedConflictError) {
    const hint = `Look at them: covey state conflicts ${namespace}. Then: covey state resolve ${namespace} ${key} JSON.`
    return new CoveyError(error.code, error.message, hint, { cause: error })
  }
  return error
}

function conflict({ code, message, current }: VersionConflictError): NodeError {
  if (!current) return new NodeError(code, message, 'Expect "none", or write without it.', { current: null })
  const entry = wireEntry(current)
  const value = JSON.stringify(entry.value)
  const shown = value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}...` : value
  const hint = `It holds ${shown}. Decide anew, and expect ${entry.version}.`
  return new NodeError(code, message, hint, { current: entry })
}
