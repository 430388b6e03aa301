import { decodeJson } from '../../lib/json.ts'
import { hash64 } from '../../state/sync/hash.ts'
import { Contents, type Floor, type Past } from '../../wire/register.ts'
import { FINGERPRINT_BYTES, MAX_FINGERPRINTS, MAX_PAST, MAX_PAST_BYTES } from './limits.ts'
import type { RegisterReading } from './register.ts'

export { Contents }

/**
 * What a register holds: its value, and which changes made it what it is. Every change has a nonce, raises the revision by
 * one and is remembered inside the value, so that nobody decides it twice: the last `MAX_PAST` with the reading that they made, as
 * many before them as there are fingerprints by those, and the rest not at all.
 */

/** A register of which nobody holds anything. */
export const freshContents = (floor: Floor): Contents => ({
  revision: floor.revision,
  past: [],
  fingerprints: new Uint8Array(0),
})

export function readingOf({ revision, value }: Pick<Contents, 'revision' | 'value'>): RegisterReading {
  return { value: value && decodeJson(value), version: `${revision}`, revision }
}

/** The contents after one more change. `value` is JSON, undefined clears. */
export function changed(before: Contents, nonce: string, value: Uint8Array<ArrayBuffer> | undefined): Contents {
  const past: Past[] = [{ nonce }]
  const evicted: string[] = []
  let bytes = 0
  for (const [i, it] of before.past.entries()) {
    const kept = i === 0 ? before.value : it.value
    bytes += kept?.length ?? 0
    // One that is too long evicts the older ones too: revisions are counted from the newest.
    if (evicted.length > 0 || past.length >= MAX_PAST || bytes > MAX_PAST_BYTES) evicted.push(it.nonce)
    else past.push(kept ? { nonce: it.nonce, value: kept } : { nonce: it.nonce })
  }
  const fingerprints = withFingerprints(evicted, before.fingerprints)
  return { revision: before.revision + 1, ...(value && { value }), past, fingerprints }
}

function withFingerprints(evicted: readonly string[], older: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts = [...evicted.map(fingerprint), older]
  return new Uint8Array(Buffer.concat(parts).subarray(0, MAX_FINGERPRINTS * FINGERPRINT_BYTES))
}

function fingerprint(nonce: string): Uint8Array {
  const { high, low } = hash64(Buffer.from(nonce))
  const bytes = Buffer.alloc(FINGERPRINT_BYTES)
  bytes.writeUInt32LE(high >>> 0, 0)
  bytes.writeUInt32LE(low >>> 0, 4)
  return bytes
}

/** What is known of a change: that it was made and what it made; that it was made; that it may have been; that it was not. */
export type Remembered =
  | { readonly kind: 'made'; readonly reading: RegisterReading }
  | { readonly kind: 'evicted' }
  | { readonly kind: 'unseen' }

/**
 * @param since the revision before which it was certainly not made, where that is known: that of the first look of whoever
 *   made the nonce. Without it, a change whose trace is gone cannot be told from one that never was, and counts as the latter.
 */
export function remembered(contents: Contents, nonce: string, since: number | undefined): Remembered {
  const { past, revision, fingerprints } = contents
  const at = past.findIndex((it) => it.nonce === nonce)
  if (at >= 0) {
    const value = at === 0 ? contents.value : past[at]?.value
    return { kind: 'made', reading: readingOf({ revision: revision - at, ...(value && { value }) }) }
  }
  const wanted = fingerprint(nonce)
  for (let i = 0; i < fingerprints.length; i += FINGERPRINT_BYTES) {
    if (wanted.every((byte, j) => byte === fingerprints[i + j])) return { kind: 'evicted' }
  }
  const forgotten = revision - past.length - fingerprints.length / FINGERPRINT_BYTES
  return since !== undefined && since < forgotten ? { kind: 'evicted' } : { kind: 'unseen' }
}
