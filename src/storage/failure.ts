import { CoveyError, messageOf } from '../lib/errors.ts'

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); the extended ones carry them in their low byte. */
const SQLITE = { perm: 3, busy: 5, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 } as const

const KEEP_A_COPY = 'Keep a copy of the directory, then restore a backup or name another directory with --data.'

/** What went wrong with a store in `directory`, as a person can act on it. A `CoveyError` stays as it is. */
export function explainFailure(error: unknown, directory: string): CoveyError {
  if (error instanceof CoveyError) return error
  const options = { cause: error }
  switch (kindOf(error)) {
    case 'busy':
      return new CoveyError(
        'DATA_IN_USE',
        `the data directory ${directory} is in use by another node`,
        'Stop that node (covey down), or give this one its own: --name NAME or --data DIR.',
        options,
      )
    case 'corrupt':
      return corrupt(directory, messageOf(error), options)
    case 'full':
      return new CoveyError(
        'DATA_FULL',
        `there is no room left for the store in ${directory}: ${messageOf(error)}`,
        'Free some room on that disk and start the node again.',
        options,
      )
    case 'readonly':
      return new CoveyError(
        'DATA_READ_ONLY',
        `the store in ${directory} cannot be written: ${messageOf(error)}`,
        'Check who owns the directory and its files and how the disk is mounted, or name another with --data.',
        options,
      )
    default:
      return new CoveyError(
        'DATA_FAILED',
        `the store in ${directory} failed: ${messageOf(error)}`,
        'Check the disk and its log, then start the node again. Nothing that was acknowledged is thrown away.',
        options,
      )
  }
}

export function corrupt(directory: string, what: string, options?: ErrorOptions): CoveyError {
  return new CoveyError('DATA_CORRUPT', `the store in ${directory} is damaged: ${what}`, KEEP_A_COPY, options)
}

function kindOf(error: unknown): 'busy' | 'corrupt' | 'full' | 'readonly' | 'other' {
  const { code, errcode } = error as { code?: string; errcode?: number }
  switch (errcode === undefined ? code : errcode & 0xff) {
    case SQLITE.busy:
      return 'busy'
    case SQLITE.corrupt:
    case SQLITE.notadb:
      return 'corrupt'
    case SQLITE.full:
    case 'ENOSPC':
    case 'EDQUOT':
      return 'full'
    case SQLITE.perm:
    case SQLITE.readonly:
    case SQLITE.cantopen:
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'readonly'
    default:
      return 'other'
  }
}

/** An error as it travels between threads, which keep no classes. */
export interface PlainFailure {
  code: string
  message: string
  hint: string
}

export function plainFailure({ code, message, hint }: CoveyError): PlainFailure {
  return { code, message, hint }
}

export function failureOf({ code, message, hint }: PlainFailure): CoveyError {
  return new CoveyError(code, message, hint)
}
