import { detectLanguage } from './language.ts'
import type { Pace } from './pace.ts'
import type { Block } from './prose.ts'
import { sentencesOf } from './segment.ts'
import { stopwordsOf } from './stopwords.ts'
import { contentRuns, foldWord } from './terms.ts'

export interface Summary {
  language: string
  /** The chosen sentences, joined. */
  summary: string
  /** The chosen sentences, unchanged and in the order of the text. */
  sentences: string[]
}

/** Sentences in a summary. */
export const MAX_SUMMARY_SENTENCES = 3
/** Sentences looked at, from the start: their pairs are compared, and 400 of them take about 0.2 s. */
const MAX_SENTENCES = 400
/** Characters of a sentence worth quoting; what is longer is a table or a log. */
const MAX_SENTENCE_CHARS = 600
/** Content words a sentence needs to say something by itself. */
const MIN_CONTENT_WORDS = 3
/** More alike than this, by cosine, two sentences say the same. */
const MAX_LIKENESS = 0.6
/** LexRank's damping, and iterations after which 400 sentences have settled to three digits. */
const DAMPING = 0.85
const ITERATIONS = 30
/** A text's first sentence counts this much more than its last: authors begin with what matters. */
const LEAD_BONUS = 1

interface Sentence {
  text: string
  /** Term weights, of length 1 together. */
  vector: ReadonlyMap<string, number>
}

/**
 * The sentences that say most of what the others say: continuous LexRank (Erkan and Radev, JAIR 2004) with a bonus for
 * early ones, leaving out near-repetitions. Extractive: nothing is written that the text does not hold.
 */
export async function summaryOf(blocks: readonly Block[], pace: Pace): Promise<Summary> {
  const { language } = await detectLanguage(blocks)
  const stopwords = await stopwordsOf(language)
  const all = candidatesOf(blocks, language)
  const sentences = vectorsOf(all, language, stopwords)
  if (sentences.length <= MAX_SUMMARY_SENTENCES) {
    const chosen = (sentences.length > 0 ? sentences.map(({ text }) => text) : all).slice(0, MAX_SUMMARY_SENTENCES)
    return answer(language, chosen.length > 0 ? chosen : headOf(blocks))
  }
  const ranks = await lexRank(sentences, pace)
  const order = sentences.map((_, i) => i)
  const bonus = (i: number): number => 1 + LEAD_BONUS * (1 - i / sentences.length)
  order.sort((a, b) => (ranks[b] ?? 0) * bonus(b) - (ranks[a] ?? 0) * bonus(a) || a - b)
  const chosen: number[] = []
  for (const i of order) {
    const vector = (sentences[i] as Sentence).vector
    if (chosen.every((j) => cosine(vector, (sentences[j] as Sentence).vector) <= MAX_LIKENESS)) chosen.push(i)
    if (chosen.length === MAX_SUMMARY_SENTENCES) break
  }
  chosen.sort((a, b) => a - b)
  return answer(
    language,
    chosen.map((i) => (sentences[i] as Sentence).text),
  )
}

function answer(language: string, sentences: string[]): Summary {
  // Chinese and Japanese put no space between sentences.
  return { language, summary: sentences.join(language === 'zh' || language === 'ja' ? '' : ' '), sentences }
}

/** The beginning of a text that has no sentence short enough to quote, cut at a space. */
function headOf(blocks: readonly Block[]): string[] {
  const text = blocks[0]?.text
  if (text === undefined) return []
  const head = text.slice(0, MAX_SENTENCE_CHARS)
  const space = head.lastIndexOf(' ')
  return [`${head.slice(0, space > 0 ? space : MAX_SENTENCE_CHARS)}…`]
}

/** Sentences of paragraphs; of list items only where there are not enough, and of anything where there is nothing else. */
function candidatesOf(blocks: readonly Block[], language: string): string[] {
  for (const kinds of [['paragraph'], ['paragraph', 'item'], ['paragraph', 'item', 'cell', 'heading']]) {
    const found: string[] = []
    for (const block of blocks) {
      if (!kinds.includes(block.kind)) continue
      for (const sentence of sentencesOf(block.text, language)) {
        if (sentence.length <= MAX_SENTENCE_CHARS) found.push(sentence)
        if (found.length === MAX_SENTENCES) return found
      }
    }
    if (found.length >= MAX_SUMMARY_SENTENCES || (kinds.length > 2 && found.length > 0)) return found
  }
  return []
}

function vectorsOf(sentences: readonly string[], language: string, stopwords: ReadonlySet<string>): Sentence[] {
  const counted = sentences.map((text) => {
    const counts = new Map<string, number>()
    for (const word of contentRuns(text, language, stopwords).flat()) {
      const key = foldWord(word.text, language)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return { text, counts }
  })
  const heldBy = new Map<string, number>()
  for (const { counts } of counted) for (const key of counts.keys()) heldBy.set(key, (heldBy.get(key) ?? 0) + 1)
  return counted
    .filter(({ counts }) => counts.size >= MIN_CONTENT_WORDS)
    .map(({ text, counts }) => {
      const weights = [...counts].map(([key, count]) => {
        const inverse = Math.log(1 + sentences.length / (heldBy.get(key) ?? 1))
        return [key, count * inverse] as const
      })
      const length = Math.hypot(...weights.map(([, weight]) => weight))
      return { text, vector: new Map(weights.map(([key, weight]) => [key, weight / length])) }
    })
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [key, weight] of a) sum += weight * (b.get(key) ?? 0)
  return sum
}

async function lexRank(sentences: readonly Sentence[], pace: Pace): Promise<Float64Array> {
  const n = sentences.length
  const rows: Float64Array[] = []
  for (const [i, { vector }] of sentences.entries()) {
    const row = Float64Array.from(sentences, (other, j) => (i === j ? 0 : cosine(vector, other.vector)))
    const sum = row.reduce((total, value) => total + value, 0)
    // A sentence like no other votes for all alike, as a page without links does in PageRank.
    rows.push(sum === 0 ? row.fill(1 / n) : row.map((value) => value / sum))
    await pace.step(i + 1, n, 'comparing sentences')
  }
  let ranks = new Float64Array(n).fill(1 / n)
  for (let round = 0; round < ITERATIONS; round++) {
    const next = new Float64Array(n).fill((1 - DAMPING) / n)
    for (const [i, row] of rows.entries()) {
      const share = DAMPING * (ranks[i] ?? 0)
      for (let j = 0; j < n; j++) next[j] = (next[j] ?? 0) + share * (row[j] ?? 0)
    }
    ranks = next
    await pace.step(n, n)
  }
  return ranks
}
