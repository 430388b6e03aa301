/** Where layers say what happened. The implementation (a file, a terminal, a simulation's event log) is handed in. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A log whose lines carry `scope` in front. */
  scoped(scope: string): Log
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Drops every line. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  scoped: () => silentLog,
}
