/** Any JSON value: what users hand in and get back. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

export const encodeJson = (value: Json): Uint8Array => encoder.encode(JSON.stringify(value))

/**
 * A key that an object in this JSON text, which has been parsed, has twice; undefined where none has. One reader takes the first, another the
 * last, so that such a text says different things to different people (RFC 8259, 4).
 */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = []
  // Each text with the colon that makes it a key, and where objects begin and end.
  for (const [token, text, colon] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (colon !== undefined) {
      const name = JSON.parse(text as string) as string
      if (open.at(-1)?.has(name)) return name
      open.at(-1)?.add(name)
    }
  }
  return undefined
}

/** Throws `SyntaxError` or `TypeError` on anything that is not UTF-8 JSON. */
export const decodeJson = (bytes: Uint8Array): Json => JSON.parse(decoder.decode(bytes)) as Json
