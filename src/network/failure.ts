import { BusyError, CancelledError, CoveyError, InvalidInputError, messageOf, RemoteError } from '../lib/errors.ts'
import { MAX_BODY_BYTES, Status } from './frame.ts'

/** Longest error text that travels, in characters: a sentence, not a stack. */
const MAX_MESSAGE_CHARS = 2000
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** An error as status and body of a `response` or `reset` frame. */
export function encodeFailure(error: unknown): { status: Status; body: Uint8Array } {
  const code = error instanceof CoveyError ? error.code : 'INTERNAL'
  const body = encoder.encode(`${code}\n${messageOf(error).slice(0, MAX_MESSAGE_CHARS)}`)
  if (error instanceof BusyError) return { status: Status.busy, body }
  if (error instanceof CancelledError) return { status: Status.cancelled, body }
  return { status: Status.failed, body }
}

/** The error that a status and its body stand for; what a bad peer puts there is cut to size. */
export function decodeFailure(status: number, body: Uint8Array): CoveyError {
  const text = decoder.decode(body.subarray(0, MAX_MESSAGE_CHARS * 4))
  const newline = text.indexOf('\n')
  const code = text.slice(0, Math.max(newline, 0))
  const message = text.slice(newline + 1).slice(0, MAX_MESSAGE_CHARS)
  if (status === Status.busy) return new BusyError(message)
  if (status === Status.cancelled) return new CancelledError(message)
  if (status === Status.unhandled) return new RemoteError('UNHANDLED', message)
  return new RemoteError(CODE.test(code) ? code : 'INTERNAL', message)
}

export const tooLarge = (bytes: number): InvalidInputError =>
  new InvalidInputError(
    `a message of ${bytes} bytes is over the limit of ${MAX_BODY_BYTES} bytes`,
    'Send less at once, or split it.',
  )
