// The shapes of libraries that come without types, as far as they are used here.

declare module 'vader-sentiment' {
  interface VaderScores {
    pos: number
    neu: number
    neg: number
    /** -1 to 1. */
    compound: number
  }
  const vader: { SentimentIntensityAnalyzer: { polarity_scores(text: string): VaderScores } }
  export default vader
}

declare module 'stopword' {
  /** Lists of lower-case words by ISO 639-3 code, beside a few functions. */
  const stopword: Readonly<Record<string, unknown>>
  export default stopword
}

declare module '@nlpjs/lang-de' {
  export const StemmerDe: new () => import('./lexicon.ts').Stemmer
  export const SentimentDe: import('./lexicon.ts').Polarities
}

declare module '@nlpjs/lang-fr' {
  export const StemmerFr: new () => import('./lexicon.ts').Stemmer
  export const SentimentFr: import('./lexicon.ts').Polarities
}

declare module '@nlpjs/lang-es' {
  export const StemmerEs: new () => import('./lexicon.ts').Stemmer
  export const SentimentEs: import('./lexicon.ts').Polarities
}

declare module '@nlpjs/lang-it' {
  export const StemmerIt: new () => import('./lexicon.ts').Stemmer
  export const SentimentIt: import('./lexicon.ts').Polarities
}

declare module '@nlpjs/lang-nl' {
  export const StemmerNl: new () => import('./lexicon.ts').Stemmer
  export const SentimentNl: import('./lexicon.ts').Polarities
}
