import { detectLanguage, isShort } from './language.ts'
import { lexiconOf, polarityOf } from './lexicon.ts'
import type { Pace } from './pace.ts'
import type { Block } from './prose.ts'
import { isRunningText, sentencesOf, wordsOf } from './segment.ts'

export interface Sentiment {
  /** -1 (negative) to 1 (positive): the mean over the sentences that carry a feeling. */
  score: number
  label: 'positive' | 'neutral' | 'negative'
  /** The language whose lexicon was used, or the detected one where there is none. */
  language: string
  /** How many sentences carried a feeling; 0 means that the score rests on nothing. */
  evidence: number
}

/** From this score on a text is positive, and negative below its opposite: the threshold that VADER's authors name. */
const LABEL_THRESHOLD = 0.05

type Scorer = (sentence: string) => number

/**
 * English by VADER (Hutto and Gilbert, ICWSM 2014); German, Spanish, French, Italian and Dutch by lexicons of stems with
 * its rules for negation; any other language is neutral with no evidence. Emoticons count where no language is told.
 */
export async function sentimentOf(blocks: readonly Block[], pace: Pace): Promise<Sentiment> {
  const running = blocks.some(isRunningText) ? blocks.filter(isRunningText) : blocks
  const { language } = await detectLanguage(blocks)
  await pace.step(0, 1)
  const found = await score(running, language, pace)
  // A short text's detected language is often a neighbour of the right one.
  if (found.evidence > 0 || language === 'en' || !isShort(blocks)) return found
  const english = await score(running, 'en', pace)
  return english.evidence > 0 ? english : found
}

async function score(blocks: readonly Block[], language: string, pace: Pace): Promise<Sentiment> {
  const scorer = await scorerOf(language)
  let sum = 0
  let evidence = 0
  for (const [i, block] of (scorer === undefined ? [] : blocks).entries()) {
    for (const sentence of sentencesOf(block.text, language)) {
      const value = scorer?.(sentence) ?? 0
      if (value === 0) continue
      sum += value
      evidence++
    }
    await pace.step(i + 1, blocks.length)
  }
  const mean = evidence === 0 ? 0 : Math.round((sum / evidence) * 1000) / 1000
  const label = mean >= LABEL_THRESHOLD ? 'positive' : mean <= -LABEL_THRESHOLD ? 'negative' : 'neutral'
  return { score: mean, label, language, evidence }
}

async function scorerOf(language: string): Promise<Scorer | undefined> {
  if (language === 'en' || language === 'und') {
    const { default: vader } = await import('vader-sentiment')
    // This port of VADER sees a negation only in lower case. Only the first letter changes: capitals mean emphasis.
    const lowered = (sentence: string): string => sentence.replace(/^\p{Lu}(?=\p{Ll})/u, (c) => c.toLowerCase())
    return (sentence) => vader.SentimentIntensityAnalyzer.polarity_scores(lowered(sentence)).compound
  }
  const lexicon = await lexiconOf(language)
  return lexicon && ((sentence) => polarityOf(wordsOf(sentence, language), lexicon))
}
