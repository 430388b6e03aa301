import { detectLanguage, isShort } from './language.ts'
import type { Pace } from './pace.ts'
import type { Block } from './prose.ts'

export const ENTITY_TYPES = ['person', 'place', 'organization', 'date', 'money', 'email', 'url'] as const
export type EntityType = (typeof ENTITY_TYPES)[number]

export interface Entity {
  text: string
  type: EntityType
  /** How often it occurs. */
  count: number
}

/** Entities in an answer. */
export const MAX_ENTITIES = 50
/** Longest entity in UTF-16 units; longer finds are no names. URLs may reach `MAX_URL_CHARS`. */
const MAX_ENTITY_CHARS = 100
const MAX_URL_CHARS = 500
/** Different ones remembered while reading, so that a text of nothing but addresses stays bounded. */
const MAX_DISTINCT = 5_000

/** Written alike in every language. Repetitions are bounded, so that no text makes them slow. */
const PATTERNS: readonly (readonly [EntityType, RegExp])[] = [
  ['url', /\bhttps?:\/\/[^\s<>"'`]{1,2000}/gi],
  ['email', /\b[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b/gi],
  ['date', /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b/g],
  ['money', /[$€£¥]\s?\d[\d.,]{0,20}(?:\s?(?:[kKmM]\b|million|billion))?|\b\d[\d.,]{0,20}\s?(?:€|EUR|USD|GBP|CHF)/g],
]
/** What makes a stretch that the tagger calls a date one: `now`, `the time` and version numbers are none. */
const DATED =
  /\b(?:1[5-9]|20)\d\d\b|\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/
/** A name begins and ends with a capital, or a number ends it, and holds no brackets, quotes or code. */
const NAME = /^\p{Lu}[^()[\]{}<>:;"“”=/\\|_]*$/u
const NAME_END = /(?:^|[\s’'.-])(?:\p{Lu}|\p{N})[^\s-]*$/u
const ACRONYM = /^[A-Z0-9]{2,6}$/
const ABBREVIATED = /\b(?:Inc|Corp|Ltd|Co|Jr|Sr|St|Bros|L\.P|U\.S|D\.C|[A-Z])\.$/

/**
 * Who and what is named. E-mail addresses, URLs, numeric dates and sums in any language; people, places, organizations
 * and dates in words only in English (compromise's rules and word lists, loaded at first use: about 0.4 s and 70 MB).
 */
export async function entitiesOf(
  blocks: readonly Block[],
  pace: Pace,
): Promise<{ language: string; entities: Entity[] }> {
  const { language } = await detectLanguage(blocks)
  // A short text, a title or a few names, is often taken for another language; in ASCII the English rules are a fair guess.
  const isEnglish = language === 'en' || (isShort(blocks) && blocks.every((block) => /^[\x20-\x7e]*$/.test(block.text)))
  const tag = isEnglish ? await englishTagger() : undefined
  const found = new Map<string, Entity>()
  for (const [i, block] of blocks.entries()) {
    let rest = block.text
    for (const [type, pattern] of PATTERNS) {
      rest = rest.replace(pattern, (text) => {
        add(found, type, text)
        // A comma keeps the words around it apart.
        return ', '
      })
    }
    for (const [type, text] of tag?.(rest) ?? []) add(found, type, text)
    await pace.step(i + 1, blocks.length, 'reading')
  }
  // A stable sort: equals stay in the order of the text.
  const entities = [...found.values()].sort((a, b) => b.count - a.count).slice(0, MAX_ENTITIES)
  return { language, entities }
}

/** The part of compromise's model that is read here; its own type says `object`. */
interface TaggerModel {
  one: { lexicon: Readonly<Record<string, unknown>> }
}

type Tagger = (text: string) => [EntityType, string][]

async function englishTagger(): Promise<Tagger> {
  const { default: nlp } = await import('compromise')
  // It takes every acronym for an organization; only those that it knows as one are believed.
  const { lexicon } = (nlp.model() as TaggerModel).one
  const isKnown = (acronym: string): boolean => lexicon[acronym.toLowerCase()] === 'Organization'
  return (text) => {
    const doc = nlp(text)
    return [
      ...named('person', doc.people().out('array')),
      ...named('place', doc.places().out('array')),
      ...named('organization', doc.organizations().out('array')).filter(
        ([, name]) => !ACRONYM.test(name) || isKnown(name),
      ),
      ...stretches('date', doc.match('#Date+').out('array')).filter(
        ([, date]) => DATED.test(date) && !/[()[\]]/.test(date),
      ),
    ]
  }
}

/** What the tagger answers is untyped: an array of texts, with the punctuation around them. */
function stretches(type: EntityType, found: unknown): [EntityType, string][] {
  if (!Array.isArray(found)) return []
  return found.filter((text) => typeof text === 'string').map((text) => [type, clean(type, text)])
}

function named(type: EntityType, found: unknown): [EntityType, string][] {
  return stretches(type, found).filter(([, name]) => NAME.test(name) && NAME_END.test(name))
}

function add(found: Map<string, Entity>, type: EntityType, raw: string): void {
  const text = clean(type, raw)
  const max = type === 'url' ? MAX_URL_CHARS : MAX_ENTITY_CHARS
  if (text === '' || text.length > max || !/[\p{L}\p{N}]/u.test(text)) return
  const key = `${type} ${text.toLowerCase()}`
  const known = found.get(key)
  if (known !== undefined) known.count++
  else if (found.size < MAX_DISTINCT) found.set(key, { text, type, count: 1 })
}

function clean(type: EntityType, raw: string): string {
  const text = raw.replace(/\s+/g, ' ').trim()
  if (type === 'url') return text.replace(/[.,;:!?)\]]+$/, '')
  if (type === 'money') return text.replace(/[.,]+$/, '')
  const bare = text.replace(/^[^\p{L}\p{N}]+/u, '').replace(/['’]s(?=\P{L}*$)/u, '')
  const trimmed = bare.replace(/[^\p{L}\p{N}.]+$/u, '')
  return ABBREVIATED.test(trimmed) ? trimmed : trimmed.replace(/[^\p{L}\p{N}]+$/u, '')
}
