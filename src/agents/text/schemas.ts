import type { Capability, JsonSchema } from '../../capabilities/agent.ts'
import type { Json } from '../../lib/json.ts'
import { ENTITY_TYPES, MAX_ENTITIES } from './entities.ts'
import { MAX_KEYWORDS } from './keywords.ts'
import { MAX_TEXT_CHARS } from './limits.ts'
import { MAX_SUMMARY_SENTENCES } from './summary.ts'

const LANGUAGE: JsonSchema = {
  type: 'string',
  pattern: '^([a-z]{2}|und)$',
  description: 'ISO 639-1, or "und" where there is no language to tell',
}
const COUNT: JsonSchema = { type: 'integer', minimum: 0 }
const MEAN: JsonSchema = { type: 'number', minimum: 0 }

function record(properties: Readonly<Record<string, Json>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function listOf(items: Json, maxItems: number): JsonSchema {
  return { type: 'array', items, maxItems }
}

const INPUT = record({
  text: { type: 'string', maxLength: MAX_TEXT_CHARS, description: 'plain text or Markdown' },
})

function capability(name: string, description: string, output: JsonSchema): Capability {
  return { name, version: '1.0.0', description, input: INPUT, output, tags: ['builtin', 'offline'] }
}

/** What the built-in text agent can do, with the published shapes of input and output. */
export const TEXT_CAPABILITIES: readonly Capability[] = [
  capability(
    'text.language',
    'Tells the language of a text (ISO 639-1, 60 languages) and how sure that is; "und" with 0 where there is none.',
    record({ language: LANGUAGE, confidence: { type: 'number', minimum: 0, maximum: 1 } }),
  ),
  capability(
    'text.entities',
    'Lists people, places, organizations and dates (English), sums, e-mail addresses and URLs (any language), the most frequent first.',
    record({
      language: LANGUAGE,
      entities: listOf(
        record({
          text: { type: 'string', minLength: 1 },
          type: { type: 'string', enum: ENTITY_TYPES },
          count: { type: 'integer', minimum: 1 },
        }),
        MAX_ENTITIES,
      ),
    }),
  ),
  capability(
    'text.sentiment',
    'Says how positive or negative a text is (English, German, Spanish, French, Italian, Dutch); other languages are neutral with evidence 0.',
    record({
      score: { type: 'number', minimum: -1, maximum: 1 },
      label: { type: 'string', enum: ['positive', 'neutral', 'negative'] },
      language: LANGUAGE,
      evidence: { ...COUNT, description: 'sentences that carried a feeling' },
    }),
  ),
  capability(
    'text.keywords',
    'Lists the words and phrases that a text is about, the best first.',
    record({
      language: LANGUAGE,
      keywords: listOf(
        record({
          keyword: { type: 'string', minLength: 1 },
          score: { type: 'number', minimum: 0, maximum: 1 },
          count: { type: 'integer', minimum: 1 },
        }),
        MAX_KEYWORDS,
      ),
    }),
  ),
  capability(
    'text.summary',
    'Quotes the sentences of a text that say most of it.',
    record({
      language: LANGUAGE,
      summary: { type: 'string' },
      sentences: listOf({ type: 'string', minLength: 1 }, MAX_SUMMARY_SENTENCES),
    }),
  ),
  capability(
    'text.stats',
    'Counts characters, words, sentences and paragraphs and estimates the time to read a text.',
    record({
      characters: COUNT,
      words: COUNT,
      sentences: COUNT,
      paragraphs: COUNT,
      uniqueWords: COUNT,
      averageWordLength: MEAN,
      averageSentenceWords: MEAN,
      readingTimeSeconds: COUNT,
    }),
  ),
]
