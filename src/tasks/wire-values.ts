import { MAX_NAME_CHARS } from '../capabilities/limits.ts'
import type { CapabilityQuery } from '../capabilities/provider.ts'
import { CoveyError } from '../lib/errors.ts'

/** What strangers put into messages, brought to size. Spec: protocols/bid and protocols/task, limits. */

/** Longest code of an error, in characters. */
export const MAX_CODE_CHARS = 64
/** Longest reason, error message or progress line that travels, in characters: a sentence or two. */
export const MAX_MESSAGE_CHARS = 500
/** Longest version range, in characters (the limit of the semver library). */
const MAX_VERSION_CHARS = 256
/** Greatest number that makes sense anywhere in these protocols: a terabyte, or thirty years in milliseconds. */
const MAX_NUMBER = 1e12

export const badMessage = (what: string, why: string): CoveyError =>
  new CoveyError('BAD_MESSAGE', `malformed ${what}: ${why}`, 'The peer may run another version: covey doctor.')

/** Cuts to `limit` characters, never through a surrogate pair. */
export function text(value: string, limit: number): string {
  if (value.length <= limit) return value
  const cut = value.slice(0, limit - 1)
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/** A number of things or milliseconds; 0 for what is none. */
export const countOf = (value: number | undefined): number =>
  value !== undefined && value >= 0 && value <= MAX_NUMBER ? value : 0

/** From 0 to 1; 0 for what is no number. */
export const fractionOf = (value: number): number => (value > 0 ? Math.min(value, 1) : 0)

/** A query from a peer; throws on names over the limit. Whether the range is one is for `checkQuery`. */
export function checkedQuery(name: string, version: string, tags: readonly string[]): CapabilityQuery {
  within('capability', name, MAX_NAME_CHARS)
  within('version', version, MAX_VERSION_CHARS)
  for (const tag of tags) within('tag', tag, MAX_NAME_CHARS)
  return { name, ...(version !== '' && { version }), ...(tags.length > 0 && { tags }) }
}

/** Throws when `value` is longer than `limit` characters. */
export function within(what: string, value: string, limit: number): void {
  if (value.length > limit) throw new RangeError(`${what} of ${value.length} characters, at most ${limit}`)
}
