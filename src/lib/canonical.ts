import type { Json } from './json.ts'

/**
 * JSON text as RFC 8785 has it: no spaces, and the names of an object in the order of their UTF-16 code units. Equal values have equal
 * texts. Not left to `JSON.stringify`: an object tells names that are whole numbers first, in the order of the numbers.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join()}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  const texts: string[] = []
  for (const [name, member] of members) {
    // An optional field that is not there.
    if (member !== undefined) texts.push(`${JSON.stringify(name)}:${canonicalJson(member)}`)
  }
  return `{${texts.join()}}`
}
