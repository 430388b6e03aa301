import { type Logger, pino } from 'pino'
import { pc } from '../lib/colours.ts'
import type { Log, LogFields } from '../lib/log.ts'

/** Where lines go: one JSON object and a line feed at a time. */
export interface LogSink {
  write(line: string): void
}

/** The log of a real node: pino's JSON lines, given to every sink. Lines less important than `level` are dropped. */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error', sinks: readonly LogSink[]): Log {
  const streams = sinks.map((stream) => ({ level, stream }))
  const options = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } }
  return wrap(pino(options, pino.multistream(streams)))
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    scoped: (scope) => wrap(logger.child({ scope })),
  }
}

const COLOURS: Record<string, (text: string) => string> = {
  debug: pc.dim,
  info: pc.cyan,
  warn: pc.yellow,
  error: pc.red,
}

/** Rewrites JSON lines for people, `12:03:04 info  membership: bob joined peer=12D3…`, and hands them on. */
export function humanSink(write: (text: string) => void): LogSink {
  return {
    write(line) {
      const { level, time, scope, msg, ...fields } = JSON.parse(line) as LogFields
      const colour = COLOURS[String(level)] ?? String
      const clock = new Date(Number(time)).toTimeString().slice(0, 8)
      const details = Object.entries(fields).map(([key, value]) => `${key}=${value}`)
      const text = `${scope === undefined ? '' : `${scope}: `}${msg}`
      write(
        `${[pc.dim(clock), colour(String(level).padEnd(5)), text, pc.dim(details.join(' '))].join(' ').trimEnd()}\n`,
      )
    },
  }
}
