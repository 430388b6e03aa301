import { stripVTControlCharacters } from 'node:util'
import Table, { type TableConstructorOptions } from 'cli-table3'
import { pc } from '../lib/colours.ts'
import type { Json } from '../lib/json.ts'

/** What every command takes. */
export interface CommonOptions {
  json?: boolean
  name?: string
  data?: string
}

/** Prints the answer of a command: with `--json` the value as it is, else the text for people. */
export function print(options: CommonOptions, value: unknown, text: () => string): void {
  const out = options.json ? JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0) : text()
  if (out !== '') process.stdout.write(`${out}\n`)
}

/** A value as JSON that no terminal obeys: what `JSON.stringify` leaves of control characters is escaped as well. */
export function jsonText(value: Json, indent = 0): string {
  const escaped = (char: string): string => `\\u00${char.charCodeAt(0).toString(16)}`
  return JSON.stringify(value, null, indent).replaceAll(/[\u007f-\u009f]/g, escaped)
}

/** On a terminal a table with a bold head; elsewhere lines of tab-separated cells, the head first. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (!process.stdout.isTTY) {
    return [head, ...rows].map((row) => row.map((cell) => cell.replaceAll(/[\t\n]/g, ' ')).join('\t')).join('\n')
  }
  const drawn = new Table({
    head: head.map((cell) => pc.bold(cell)),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
    ...fitting(head, rows),
  })
  drawn.push(...rows.map((row) => [...row]))
  return drawn.toString().replaceAll(/ +$/gm, '')
}

/** Columns are as wide as their longest cell; where the terminal is too narrow the last one, of free text, is wrapped. */
function fitting(head: readonly string[], rows: readonly (readonly string[])[]): Partial<TableConstructorOptions> {
  const width = (column: number): number =>
    Math.max(...[head, ...rows].flatMap((row) => visible(row[column] ?? '').map((line) => line.length))) + 2
  const last = head.length - 1
  const others = head.slice(0, last).reduce((sum, _, column) => sum + width(column), 0)
  const left = process.stdout.columns - others
  if (left >= width(last) || left < MIN_WRAPPED_CHARS) return {}
  return { wordWrap: true, colWidths: [...head.slice(0, last).map(() => null), left] }
}

const visible = (cell: string): string[] => stripVTControlCharacters(cell).split('\n')

/** A column narrower than this, in characters, is harder to read than one that the terminal breaks. */
const MIN_WRAPPED_CHARS = 24

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

/** `label  value` lines, the values below one another. */
export function fields(pairs: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([label]) => label.length))
  return pairs.map(([label, value]) => `${pc.dim(label.padEnd(width))}  ${value}`).join('\n')
}

/** `12 ms`, `1.4 s`, `3 min 20 s`, `2 h 5 min`, `4 d 1 h`; `-` where unknown. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '-'
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${ms.toFixed(0)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.floor(ms / 1000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`
}

/** `512 B`, `85.2 MB` (1 MB is a million bytes). */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

export const percent = (fraction: number): string => `${(fraction * 100).toFixed(0)} %`

/** `1 task`, `3 tasks`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`

/** The last characters of a peer id: the first ones are the same for all. */
export const shortId = (id: string): string => `…${id.slice(-8)}`

const STATE_COLOURS: Record<string, (text: string) => string> = {
  alive: pc.green,
  done: pc.green,
  ok: pc.green,
  running: pc.cyan,
  suspect: pc.yellow,
  warning: pc.yellow,
  pending: pc.yellow,
  dead: pc.red,
  failed: pc.red,
  left: pc.dim,
  cancelled: pc.dim,
}

/** The word in the colour that it has everywhere. */
export const state = (word: string): string => (STATE_COLOURS[word] ?? ((text: string) => text))(word)

/** The end of a help text. */
export function examples(lines: readonly string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}`
}
