import { CommanderError } from 'commander'
import { NodeError } from '../control/node-error.ts'
import { pc } from '../lib/colours.ts'
import { CoveyError, InvalidInputError, messageOf } from '../lib/errors.ts'
import { harmless } from './harmless.ts'

/** Exit codes: something failed, or the command line (or a file it names) is wrong. */
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2
/** Ended by Ctrl-C: 128 and the number of SIGINT. */
export const EXIT_INTERRUPTED = 130

/** Wrong usage found by us rather than by the parser. */
export class UsageError extends InvalidInputError {
  /** What it quotes of the user's may have several lines; it has one. */
  constructor(message: string, hint: string) {
    super(message.replaceAll(/\s*\n\s*/g, ' '), hint)
  }
}

export interface Failure {
  code: string
  message: string
  hint: string
  exitCode: number
  /** What a program may want to know besides; with `json` it stands beside the others. */
  details?: object
}

/** What to tell of anything that was thrown, and the exit code. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return usageFailure(error)
  if (error instanceof CoveyError) {
    const { code, message, hint } = error
    const exitCode = error instanceof InvalidInputError ? EXIT_USAGE : EXIT_FAILED
    return { code, message, hint, exitCode, ...(error instanceof NodeError && { details: error.details }) }
  }
  const hint = 'This is a bug of covey; COVEY_DEBUG=1 shows where.'
  return { code: 'INTERNAL', message: messageOf(error), hint, exitCode: EXIT_FAILED }
}

/** Commander's `error: unknown command 'x'\n(Did you mean y?)` as what and what to do. */
function usageFailure(error: CommanderError): Failure {
  const [what = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = rest
    .join(' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1')
  const hint = suggestion === '' ? 'See covey --help, or covey COMMAND --help.' : suggestion
  return { code: 'USAGE', message: what, hint, exitCode: EXIT_USAGE }
}

/**
 * Tells of a failure: with `json` as one object on stdout, where the answer would have been, so that a program always has
 * one document to parse; else as two lines on stderr.
 */
export function printFailure(failure: Failure, json: boolean): void {
  const { code, message, hint, details } = failure
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, hint, ...details } })}\n`)
  else
    process.stderr.write(`${pc.red('error:')} ${harmless(message)}\n${hint === '' ? '' : `       ${harmless(hint)}\n`}`)
}
