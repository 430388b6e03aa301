import type { Pace } from './pace.ts'
import type { Block } from './prose.ts'
import { countCharacters, isRunningText, sentencesOf, wordsOf } from './segment.ts'

export interface TextStats {
  /** Characters as a person counts them, of the text as it came in. */
  characters: number
  /** Of what a person reads: without markup and code. */
  words: number
  sentences: number
  paragraphs: number
  uniqueWords: number
  averageWordLength: number
  averageSentenceWords: number
  readingTimeSeconds: number
}

/** Silent reading of English non-fiction, in words a minute (Brysbaert 2019, a meta-analysis of 190 studies). */
const WORDS_PER_MINUTE = 238
/** Units of text counted between two looks at the clock. */
const CHARACTERS_AT_ONCE = 10_000

export async function statsOf(text: string, blocks: readonly Block[], pace: Pace): Promise<TextStats> {
  let words = 0
  let letters = 0
  let sentences = 0
  let sentenceWords = 0
  const unique = new Set<string>()
  for (const [i, block] of blocks.entries()) {
    const found = wordsOf(block.text, 'und')
    for (const word of found) {
      letters += [...word].length
      unique.add(word.toLowerCase())
    }
    words += found.length
    if (isRunningText(block)) {
      sentences += sentencesOf(block.text, 'und').length
      sentenceWords += found.length
    }
    await pace.step(i + 1, blocks.length, 'counting words')
  }
  return {
    characters: await charactersOf(text, pace),
    words,
    sentences,
    paragraphs: blocks.filter((block) => block.kind === 'paragraph' && !block.continued).length,
    uniqueWords: unique.size,
    averageWordLength: ratio(letters, words),
    averageSentenceWords: ratio(sentenceWords, sentences),
    readingTimeSeconds: Math.ceil((words * 60) / WORDS_PER_MINUTE),
  }
}

async function charactersOf(text: string, pace: Pace): Promise<number> {
  let count = 0
  let from = 0
  while (from < text.length) {
    // Pieces end after a line feed: no character reaches across it.
    const end = text.indexOf('\n', from + CHARACTERS_AT_ONCE) + 1 || text.length
    count += countCharacters(text.slice(from, end))
    from = end
    await pace.step(from, text.length, 'counting characters')
  }
  return count
}

function ratio(sum: number, count: number): number {
  return count === 0 ? 0 : Math.round((sum / count) * 100) / 100
}
