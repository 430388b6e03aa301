/** Any JSON value: what users hand in and get back. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

export const encodeJson = (value: Json): Uint8Array => encoder.encode(JSON.stringify(value))

/** Throws `SyntaxError` or `TypeError` on anything that is not UTF-8 JSON. */
export const decodeJson = (bytes: Uint8Array): Json => JSON.parse(decoder.decode(bytes)) as Json
