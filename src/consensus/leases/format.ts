import { CoveyError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'

/** A value that was written with `format` beside it; undefined where there is none. Throws `CoveyError` on anything else. */
export function readFormat<T extends object>(value: Json | undefined, format: string): T | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'object' && value !== null && 'format' in value && value.format === format) {
    const { format: _, ...record } = value
    return record as T
  }
  throw new CoveyError(
    'FOREIGN_VALUE',
    `the register of it holds something else: ${JSON.stringify(value).slice(0, 80)}`,
    'Somebody wrote that register by its name. See it with covey register get, and clear it: covey register delete.',
  )
}
