import { CoveyError, OutcomeUnknownError } from '../../lib/errors.ts'

/** No quorum answered, and certainly nothing was changed. */
export const isUntouched = (error: unknown): boolean =>
  error instanceof CoveyError && error.code === 'VOTERS_UNAVAILABLE'

/** Asking again may help: no quorum answered, or what became of a change is not known. */
export const isPassing = (error: unknown): boolean => isUntouched(error) || error instanceof OutcomeUnknownError
