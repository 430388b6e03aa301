/**
 * Every error that covey raises on purpose: what happened (`message`), a stable `code` for programs, and what the person
 * can do about it (`hint`).
 */
export class CoveyError extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.hint = hint
  }
}

/** A value from outside (flag, file, peer, user) that breaks its rules. */
export class InvalidInputError extends CoveyError {
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super('INVALID_INPUT', message, hint, options)
  }
}

/** The peer could not be reached and nothing was sent to it: the request certainly did not run. */
export class UnreachableError extends CoveyError {
  constructor(message: string, options?: ErrorOptions) {
    super('UNREACHABLE', message, 'Check that the peer runs and is reachable: covey peers, covey doctor.', options)
  }
}

/** The request was sent and no answer came: whether it ran is unknown. */
export class OutcomeUnknownError extends CoveyError {
  constructor(
    message: string,
    options?: ErrorOptions,
    hint = 'It may have run. Ask again with the same id to learn its result.',
  ) {
    super('OUTCOME_UNKNOWN', message, hint, options)
  }
}

/** A queue or a window is full, here or at the peer: nothing ran, and a later try may succeed. */
export class BusyError extends CoveyError {
  constructor(message: string, options?: ErrorOptions) {
    super('BUSY', message, 'Try again later, or submit less at once.', options)
  }
}

/** The caller took the request back. */
export class CancelledError extends CoveyError {
  constructor(message = 'cancelled by the caller', options?: ErrorOptions) {
    super('CANCELLED', message, 'Nothing to do: it was cancelled on purpose.', options)
  }
}

/** The peer answered, and the answer is an error of its own. */
export class RemoteError extends CoveyError {
  constructor(code: string, message: string) {
    super(code, message, 'The peer refused or failed; its log says more.')
  }
}

/** Something that was stopped was asked to work. */
export class StoppedError extends CoveyError {
  constructor(what: string) {
    super('STOPPED', `${what} is stopped`, 'Start it first.')
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
