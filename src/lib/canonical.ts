import type { Json } from './json.ts'

/** JSON text in which the order of keys does not matter: equal values have equal texts. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, child: Json) => {
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return child
    const entries = Object.entries(child)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
