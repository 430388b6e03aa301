import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import type { LogSink } from '../observe/log.ts'
import { explainFailure } from '../storage/failure.ts'

/** How large the log file grows before it becomes `covey.log.1`, in bytes. With the one before it a node keeps twice this. */
export const MAX_LOG_BYTES = 10 * 1024 * 1024

/** Lines that a full disk does not take wait in memory, in bytes of them; beyond, they are lost. */
const MAX_WAITING_BYTES = 256 * 1024

/** How much of the end of a log is read for its last lines, in bytes. */
const TAIL_BYTES = 16 * 1024

export const logFileOf = (data: string): string => join(data, 'covey.log')

/**
 * Appends to `file` and turns it over at `maxBytes`. Throws as the store beside it does where it cannot be written; a later failure
 * costs lines and nothing else: who logs must not fail because of it, least of all who logs that the disk is full.
 */
export function openLogFile(file: string, maxBytes = MAX_LOG_BYTES): LogSink {
  const destination = openDestination(file)
  destination.on('error', () => {
    // The lines wait for room, which the next one tries.
  })
  let bytes = statSync(file).size
  return {
    write(line) {
      destination.write(line)
      bytes += Buffer.byteLength(line)
      if (bytes < maxBytes) return
      bytes = 0
      try {
        renameSync(file, `${file}.1`)
        destination.reopen()
      } catch {
        // It goes on where it is, and is tried again after as much.
      }
    },
  }
}

function openDestination(file: string): ReturnType<typeof pino.destination> {
  try {
    // Synchronous: the lines are few, and the last ones before a crash are those that matter.
    return pino.destination({ dest: file, sync: true, mode: 0o600, maxLength: MAX_WAITING_BYTES })
  } catch (error) {
    throw explainFailure(error, dirname(file))
  }
}

/** The last lines of a file, at most `count` of them; none where there is no file. */
export function lastLines(file: string, count: number): string[] {
  if (!existsSync(file)) return []
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count)
  } finally {
    closeSync(descriptor)
  }
}
