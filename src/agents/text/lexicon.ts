/** Turns words into stems, which may not be words. */
export interface Stemmer {
  stem(words: string[]): string[]
}

/** Polarities of stems, -1 to 1; a language has one of the two lists. */
export interface Polarities {
  senticon?: Readonly<Record<string, number>>
  pattern?: Readonly<Record<string, number>>
}

/** What is known of a language's words for feelings. */
export interface Lexicon {
  stemmer: Stemmer
  polarities: Readonly<Record<string, number>>
  negations: ReadonlySet<string>
}

/** Weaker entries say little of feelings ("neuf", "produit") and would colour every text. */
const MIN_POLARITY = 0.35
/** How many words after a negation it turns round; the reach that VADER gives it (Hutto and Gilbert 2014). */
const NEGATION_REACH = 3
/** A negated word is not its opposite but weaker; VADER's factor, found empirically there. */
const NEGATION_FACTOR = -0.74
/** VADER's valences reach from -4 to 4 and are squashed by x / sqrt(x^2 + 15): the same curve for these lists. */
const VALENCE_RANGE = 4
const SQUASH = 15

const LOADERS: Readonly<Record<string, () => Promise<Lexicon>>> = {
  async de() {
    const { SentimentDe, StemmerDe } = await import('@nlpjs/lang-de')
    const negations = 'nicht nie niemals kein keine keinen keinem keiner keines keineswegs ohne weder'
    return lexicon(new StemmerDe(), SentimentDe, negations)
  },
  async es() {
    const { SentimentEs, StemmerEs } = await import('@nlpjs/lang-es')
    return lexicon(new StemmerEs(), SentimentEs, 'no nunca jamas ni sin tampoco nada nadie ningun ninguna')
  },
  async fr() {
    const { SentimentFr, StemmerFr } = await import('@nlpjs/lang-fr')
    return lexicon(new StemmerFr(), SentimentFr, 'pas jamais aucun aucune rien sans guere ni')
  },
  async it() {
    const { SentimentIt, StemmerIt } = await import('@nlpjs/lang-it')
    return lexicon(new StemmerIt(), SentimentIt, 'non mai nessuno nessuna niente senza ne')
  },
  async nl() {
    const { SentimentNl, StemmerNl } = await import('@nlpjs/lang-nl')
    return lexicon(new StemmerNl(), SentimentNl, 'niet nooit geen niets niemand zonder noch')
  },
}

function lexicon(stemmer: Stemmer, lists: Polarities, negations: string): Lexicon {
  return { stemmer, polarities: lists.senticon ?? lists.pattern ?? {}, negations: new Set(negations.split(' ')) }
}

/** The lexicon of a language (ISO 639-1), loaded at first use; undefined where there is none. */
export async function lexiconOf(language: string): Promise<Lexicon | undefined> {
  return Object.hasOwn(LOADERS, language) ? LOADERS[language]?.() : undefined
}

/** How positive a sentence is, -1 to 1, on VADER's scale; 0 where no word of it is in the lexicon. */
export function polarityOf(words: readonly string[], { stemmer, polarities, negations }: Lexicon): number {
  const plain = words.map((word) => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase())
  const stems = stemmer.stem([...plain])
  let sum = 0
  let negatedUntil = -1
  for (const [i, word] of plain.entries()) {
    if (negations.has(word)) negatedUntil = i + NEGATION_REACH
    const stem = stems[i] ?? word
    const value = Object.hasOwn(polarities, stem) ? (polarities[stem] ?? 0) : 0
    if (Math.abs(value) >= MIN_POLARITY) sum += VALENCE_RANGE * value * (i <= negatedUntil ? NEGATION_FACTOR : 1)
  }
  return sum / Math.sqrt(sum * sum + SQUASH)
}
