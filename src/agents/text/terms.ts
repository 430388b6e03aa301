import { segmentsOf } from './segment.ts'

/** A word and what stands before it. */
export interface Word {
  text: string
  /** What stands between it and the word before: a space, a hyphen, nothing. */
  glue: string
}

/** Longest word, in UTF-16 units, that can be a term; what is longer is a key, a hash or a path. */
const MAX_WORD_CHARS = 40
/** Scripts without spaces, where the segmenter's words are joined by nothing. */
const SPACELESS = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const ADDRESS = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255}/gi
/** In French and Italian an article clings to its noun: `l'eau`, `dell'acqua`. */
const ELISION = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|all|dall|dell|nell|sull|un)['’](?=\p{L})/iu

/** Stretches of words that may form a term: neither stop words, numbers, addresses nor punctuation between them. */
export function contentRuns(text: string, language: string, stopwords: ReadonlySet<string>): Word[][] {
  const runs: Word[][] = []
  let run: Word[] = []
  let end = 0
  const cut = (): void => {
    if (run.length > 0) runs.push(run)
    run = []
  }
  // Addresses become as many commas, so that positions stay true and no run reaches across.
  const plain = text.replace(ADDRESS, (address) => ','.repeat(address.length))
  for (const { segment, index, isWordLike } of segmentsOf(plain, language, 'word')) {
    if (!isWordLike) continue
    const glue = plain.slice(end, index)
    end = index + segment.length
    const word = segment.replace(ELISION, '')
    if (!/^[ \-‐]?$/.test(glue) || word !== segment) cut()
    if (isContent(word, stopwords)) run.push({ text: word, glue })
    else cut()
  }
  cut()
  return runs.flatMap((found) =>
    found.some((word) => SPACELESS.test(word.text)) ? found.map((word) => [word]) : [found],
  )
}

function isContent(word: string, stopwords: ReadonlySet<string>): boolean {
  const lower = word.toLowerCase().replaceAll('’', "'")
  const minLength = SPACELESS.test(word) ? 2 : 3
  return (
    [...word].length >= minLength &&
    word.length <= MAX_WORD_CHARS &&
    /\p{L}/u.test(word) &&
    // `node24` is a word, `0x3f` and `3rd` are not.
    !/^\d/.test(word) &&
    !stopwords.has(lower) &&
    // `don't`, `it's`: contractions of stop words.
    !(lower.includes("'") && stopwords.has(lower.slice(0, lower.indexOf("'"))))
  )
}

/** The run as it is written. */
export function joinRun(run: readonly Word[]): string {
  return run.map((word, i) => (i === 0 ? word.text : `${word.glue}${word.text}`)).join('')
}

/** What forms of one word have in common: lower case, and in English without the plural's s. */
export function foldWord(word: string, language: string): string {
  const lower = word.toLowerCase().replaceAll('’', "'").replace(/'s$/, '')
  if (language !== 'en' || lower.length < 4) return lower
  if (lower.endsWith('ies')) return `${lower.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x)es$/.test(lower)) return lower.slice(0, -2)
  return /[^siu]s$/.test(lower) ? lower.slice(0, -1) : lower
}
