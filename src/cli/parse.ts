import { readFileSync } from 'node:fs'
import { messageOf } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import { textOf } from '../state/value.ts'
import { UsageError } from './failure.ts'

/** The largest input of a task or value of a key, in bytes: what fits one frame between nodes. */
export const MAX_INPUT_BYTES = 1024 * 1024

/** For options that may be repeated. */
export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

/** The input of a task: JSON, `@FILE`, `-` for stdin; null where nothing is given. */
export function readInput(argument: string | undefined): Json {
  if (argument === undefined) return null
  const [text, place] = readText(argument, 'the input')
  return parseJson(text, place, 'one task')
}

/** A value of the replicated state: JSON, `@FILE`, `-` for stdin. */
export function readValue(argument: string): Json {
  const [text, place] = readText(argument, 'the value')
  const value = parseJson(text, place, 'one value')
  // Too deep is found here, where a recursive reader does not overflow yet.
  textOf(value)
  return value
}

function parseJson(text: string, place: string, what: string): Json {
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES) {
    throw new UsageError(`${place} is larger than the ${MAX_INPUT_BYTES} bytes of ${what}`, 'Split it into several.')
  }
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new UsageError(
      `${place} is not JSON: ${messageOf(error)}`,
      'Quote it for the shell, \'{"text":"Hello"}\', or hand it in as @FILE or on stdin with -.',
    )
  }
}

function readText(argument: string, name: string): [text: string, place: string] {
  if (argument !== '-' && !argument.startsWith('@')) return [argument, name]
  const file = argument === '-' ? 'stdin' : argument.slice(1)
  try {
    return [readFileSync(argument === '-' ? 0 : file, 'utf8'), file]
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`, 'Correct what stands after the @.')
  }
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, '': 1000 }

/** `500ms`, `30s`, `2m`, `1h` in milliseconds; a bare number is seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text)
  const unit = UNITS[match?.[2] ?? 'none']
  const ms = Math.round(Number(match?.[1]) * (unit ?? Number.NaN))
  if (!(ms > 0)) throw new UsageError(`"${text}" is not a time`, 'Write it as 500ms, 30s, 2m or 1h.')
  return ms
}

/** As `parseDuration`; 0 is no wait at all. */
export const parseWait = (text: string): number => (/^0(ms|s)?$/.test(text) ? 0 : parseDuration(text))

/** A whole number above 0. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new UsageError(`"${text}" is no number of them`, 'Use a whole number above 0.')
}

/** A whole number, 0 or above. */
export function parseNumber(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new UsageError(`"${text}" is no whole number`, 'Use 0 or above.')
}

/** `a,b,c`. */
export const parseList = (text: string): string[] => text.split(',').map((item) => item.trim())
