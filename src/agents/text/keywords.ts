import { detectLanguage } from './language.ts'
import type { Pace } from './pace.ts'
import type { Block } from './prose.ts'
import { stopwordsOf } from './stopwords.ts'
import { contentRuns, foldWord, joinRun } from './terms.ts'

export interface Keyword {
  keyword: string
  /** 0 to 1, the best is 1. */
  score: number
  /** How often it occurs. */
  count: number
}

/** Keywords in an answer: what fits a glance. */
export const MAX_KEYWORDS = 10
/** Longest phrase in words; longer terms are rare (Frantzi, Ananiadou and Mima 2000 report few beyond three). */
const MAX_PHRASE_WORDS = 3
/** A phrase that occurs once is chance, not a term. */
const MIN_PHRASE_COUNT = 2
/** A word in a heading names what a section is about. */
const HEADING_WEIGHT = 2

interface Term {
  words: number
  count: number
  weight: number
  /** Weight and number of the longer terms that it is part of. */
  nestedWeight: number
  nestedIn: number
  first: number
  forms: Map<string, number>
}

/**
 * The terms that the text is about, the best first: words and phrases without stop words, ranked by C-value (Frantzi,
 * Ananiadou and Mima 2000), which takes from a word what it owes to the phrases around it. No training data, so it
 * works alike in every language whose words can be told apart; stop words are known for 46.
 */
export async function keywordsOf(
  blocks: readonly Block[],
  pace: Pace,
): Promise<{ language: string; keywords: Keyword[] }> {
  const { language } = await detectLanguage(blocks)
  const stopwords = await stopwordsOf(language)
  const terms = new Map<string, Term>()
  for (const [i, block] of blocks.entries()) {
    const weight = block.kind === 'heading' ? HEADING_WEIGHT : 1
    for (const run of contentRuns(block.text, language, stopwords)) {
      for (let start = 0; start < run.length; start++) {
        for (let end = start + 1; end <= Math.min(run.length, start + MAX_PHRASE_WORDS); end++) {
          countTerm(terms, run.slice(start, end), language, weight)
        }
      }
    }
    await pace.step(i + 1, blocks.length, 'counting terms')
  }
  return { language, keywords: bestOf(terms) }
}

function countTerm(
  terms: Map<string, Term>,
  run: Parameters<typeof joinRun>[0],
  language: string,
  weight: number,
): void {
  const key = run.map((word) => foldWord(word.text, language)).join(' ')
  let term = terms.get(key)
  if (term === undefined) {
    term = { words: run.length, count: 0, weight: 0, nestedWeight: 0, nestedIn: 0, first: terms.size, forms: new Map() }
    terms.set(key, term)
  }
  term.count++
  term.weight += weight
  const form = joinRun(run)
  term.forms.set(form, (term.forms.get(form) ?? 0) + 1)
}

function bestOf(terms: Map<string, Term>): Keyword[] {
  for (const [key, term] of terms) {
    if (term.words > 1 && term.count < MIN_PHRASE_COUNT) terms.delete(key)
  }
  for (const [key, term] of terms) if (term.words > 1) markNested(terms, key.split(' '), term.weight)
  const ranked = [...terms.values()]
    .map((term) => ({ term, value: cValue(term) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.term.first - b.term.first)
    .slice(0, MAX_KEYWORDS)
  const top = ranked[0]?.value ?? 1
  return ranked.map(({ term, value }) => ({
    keyword: commonest(term.forms),
    score: Math.round((value / top) * 1000) / 1000,
    count: term.count,
  }))
}

function markNested(terms: ReadonlyMap<string, Term>, words: readonly string[], weight: number): void {
  for (let length = 1; length < words.length; length++) {
    for (let start = 0; start + length <= words.length; start++) {
      const part = terms.get(words.slice(start, start + length).join(' '))
      if (part === undefined) continue
      part.nestedWeight += weight
      part.nestedIn++
    }
  }
}

/** log2(1 + words) instead of the paper's log2(words), which gives single words nothing. */
function cValue({ words, weight, nestedWeight, nestedIn }: Term): number {
  return Math.log2(1 + words) * (nestedIn === 0 ? weight : weight - nestedWeight / nestedIn)
}

/** The form seen most, the first of equals. */
function commonest(forms: ReadonlyMap<string, number>): string {
  let best = ''
  let most = 0
  for (const [form, count] of forms) {
    if (count > most) {
      best = form
      most = count
    }
  }
  return best
}
