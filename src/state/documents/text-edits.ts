import { libraries } from './libraries.ts'

/** Replaces `remove` characters at `at` by `insert`. */
export interface TextEdit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** More changed words than this are not told apart: the work grows with their square. */
const MAX_CHANGED_WORDS = 500
/** Words, spaces and punctuation; a character of two code units is never cut. */
const WORDS = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu

/**
 * What turns one text into another, word by word, so that what stayed the same is left alone and others' concurrent edits of it survive. In
 * the order in which to apply them: each position is one of the text as the edits before it left it.
 */
export function editsBetween(before: string, after: string): TextEdit[] {
  if (before === after) return []
  const [from, to] = [words(before), words(after)]
  const parts = libraries().diff.diffArrays(from, to, { maxEditLength: MAX_CHANGED_WORDS })
  if (!parts) return [wholeEdit(before, after)]
  const edits: TextEdit[] = []
  let at = 0
  for (const { added, removed, value } of parts) {
    const text = value.join('')
    if (removed) edits.push({ at, remove: text.length, insert: '' })
    else {
      if (added) edits.push({ at, remove: 0, insert: text })
      at += text.length
    }
  }
  return edits
}

/** One edit of everything between the first and the last difference. */
function wholeEdit(before: string, after: string): TextEdit {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  // Not in the middle of a character.
  if (isLow(before, start) || isLow(after, start)) start--
  if (end > 0 && (isLow(before, before.length - end) || isLow(after, after.length - end))) end--
  return { at: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) }
}

const words = (text: string): string[] => text.match(WORDS) ?? []
const isLow = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00
