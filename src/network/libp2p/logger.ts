import { format } from 'node:util'
import type { ComponentLogger, Logger } from '@libp2p/interface'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

/**
 * libp2p's own log lines: its errors become debug lines of `log`, the rest is dropped. libp2p calls its log several times
 * a message and makes a scope a stream, hence one shared object that does nothing.
 */
export function quietLogger(log: Log): ComponentLogger {
  const drop = Object.assign((): void => {}, { enabled: false })
  const error = (template: unknown, ...values: unknown[]): void => {
    log.debug(format(template, ...values.map((value) => (value instanceof Error ? messageOf(value) : String(value)))))
  }
  const logger: Logger = Object.assign((): void => {}, {
    enabled: false,
    trace: drop,
    error: Object.assign(error, { enabled: true }),
    newScope: () => logger,
  })
  return { forComponent: () => logger }
}
