import type { Block } from './prose.ts'

/** Segmenters cost about a millisecond to make; there are few languages. */
const segmenters = new Map<string, Intl.Segmenter>()
/** Most segmenters kept: twice the languages that can be told apart, so the bound is never felt. */
const MAX_SEGMENTERS = 128

/** Graphemes, words or sentences of `text` by the rules of `language` (Unicode UAX #29). */
export function segmentsOf(
  text: string,
  language: string,
  granularity: 'grapheme' | 'word' | 'sentence',
): Iterable<Intl.SegmentData> {
  const key = `${language} ${granularity}`
  let found = segmenters.get(key)
  if (found === undefined) {
    if (segmenters.size >= MAX_SEGMENTERS) segmenters.clear()
    found = new Intl.Segmenter(language, { granularity })
    segmenters.set(key, found)
  }
  return found.segment(text)
}

/** The words of `text` in order (Unicode UAX #29; dictionary-based in Chinese, Japanese, Thai and the like). */
export function wordsOf(text: string, language: string): string[] {
  const words: string[] = []
  for (const part of segmentsOf(text, language, 'word')) if (part.isWordLike) words.push(part.segment)
  return words
}

/** A sentence ends a title or abbreviation too early in UAX #29: `Dr. Smith`, `e.g. this`. Those are joined again. */
const ABBREVIATION =
  /(?:^|[\s(])(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St|Nr|No|vs|etc|e\.g|i\.e|z\.B|d\.h|bzw|ca|M|Mme|Sr|Sra|art)\.\s*$/u

/** The sentences of `text` in order, trimmed. */
export function sentencesOf(text: string, language: string): string[] {
  const sentences: string[] = []
  let open = ''
  for (const { segment } of segmentsOf(text, language, 'sentence')) {
    open += segment
    if (ABBREVIATION.test(segment)) continue
    if (open.trim() !== '') sentences.push(open.trim())
    open = ''
  }
  if (open.trim() !== '') sentences.push(open.trim())
  return sentences
}

/** What a person counts as characters: an emoji with a skin tone is one. */
export function countCharacters(text: string): number {
  let count = 0
  for (const _ of segmentsOf(text, 'und', 'grapheme')) count++
  return count
}

/** Blocks that hold sentences: headings and table cells do not. */
export function isRunningText(block: Block): boolean {
  return block.kind === 'paragraph' || block.kind === 'item'
}
