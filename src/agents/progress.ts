/** What a line on a program's standard error says of its progress. */
export interface ProgressLine {
  /** 0 to 1. */
  fraction: number | undefined
  message?: string
}

const PERCENT = /^(\d{1,3}(?:\.\d+)?)\s?%(?:\s+(.+))?$/
const FRACTION = /^(?:0?\.\d+|0|1(?:\.0+)?)$/

/** `50%`, `50% halfway` and `0.5` hold a fraction; any other line is a message. */
export function parseProgress(line: string): ProgressLine {
  if (FRACTION.test(line)) return { fraction: Number(line) }
  const [, percent, message] = PERCENT.exec(line) ?? []
  if (percent === undefined || Number(percent) > 100) return { fraction: undefined, message: line }
  const fraction = Number(percent) / 100
  return message === undefined ? { fraction } : { fraction, message }
}
