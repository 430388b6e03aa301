import type { Log, LogFields } from '../../lib/log.ts'

/** Lines kept for reading; the digest covers all of them, kept or not. */
const MAX_LINES = 200_000

/** All that happened in a simulation: lines for people and a digest over every line and delivery, equal for equal runs. */
export class Trace {
  readonly lines: string[] = []
  /** The moment that was written last, and its text: much happens at one moment. */
  #moment = -1
  #momentText = ''
  #low = 0x811c9dc5
  #high = 0x1b873593

  /** Mixes numbers of a delivery into the digest; too many happen to write a line for each. */
  mix(a: number, b: number, c: number): void {
    this.#low = Math.imul(this.#low ^ a, 0x01000193)
    this.#low = Math.imul(this.#low ^ b, 0x01000193)
    this.#high = (Math.imul(this.#high ^ c, 0x85ebca6b) + this.#low) | 0
  }

  /** A virtual moment in milliseconds as lines begin with it. */
  moment(now: number): string {
    if (now !== this.#moment) {
      this.#moment = now
      this.#momentText = now.toFixed(3)
    }
    return this.#momentText
  }

  line(text: string): void {
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i), i, 0)
    if (this.lines.length < MAX_LINES) this.lines.push(text)
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }
}

/** A log that writes into the trace, with virtual time in front. */
export function tracedLog(trace: Trace, now: () => number, name: string): Log {
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    let line = `${trace.moment(now())} ${name} ${level} ${message}`
    for (const key in fields) line += ` ${key}=${fields[key]}`
    trace.line(line)
  }
  return {
    // Debug lines are for a run that somebody reads; building them for every run would halve the simulator's speed.
    debug() {},
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    scoped: (scope) => tracedLog(trace, now, `${name} ${scope}`),
  }
}
