import type { Contents } from '../../wire/register.ts'
import { changed, readingOf, remembered } from './contents.ts'
import { type ChangeFunction, DECLINED, type RegisterChange } from './register.ts'
import { encodeValue } from './value.ts'

/** A change that a call wants, and what it knows of its own past. */
export interface Wanted {
  readonly nonce: string
  readonly change: ChangeFunction
  /** Whether the nonce is the caller's: it may have been sent before, by another call or node. */
  readonly mayRepeat: boolean
  /** The revision that was seen before anything of it was sent; set by the first look. */
  since?: number
}

/** What a change comes to on these contents. `stands`: the contents stay as they are, and that is the answer once they are decided. */
export type Decision =
  | { readonly kind: 'change'; readonly contents: Contents; readonly answer: RegisterChange }
  | { readonly kind: 'stands'; readonly answer: RegisterChange }
  /** It was made before: the answer, whatever stands now. */
  | { readonly kind: 'made'; readonly answer: RegisterChange }
  /** It was made before or not, and its answer is not kept any more. */
  | { readonly kind: 'evicted' }

/** Decides on a copy of what stands; pure but for the `change` of the caller and for `wanted.since`. Throws what `change` throws. */
export function decide(contents: Contents, wanted: Wanted | undefined): Decision {
  const stands = (): Decision => ({ kind: 'stands', answer: { applied: false, reading: readingOf(contents) } })
  if (!wanted) return stands()
  const before = remembered(contents, wanted.nonce, wanted.since)
  if (before.kind === 'made') return { kind: 'made', answer: { applied: true, reading: before.reading } }
  if (before.kind === 'evicted') return before
  wanted.since ??= contents.revision
  const value = wanted.change(readingOf(contents))
  if (value === DECLINED) return stands()
  const bytes = value === undefined ? undefined : encodeValue(value)
  const after = changed(contents, wanted.nonce, bytes)
  return { kind: 'change', contents: after, answer: { applied: true, reading: readingOf(after) } }
}
