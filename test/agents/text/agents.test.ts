import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { builtinTextAgents } from '../../../src/agents/text/builtin.ts'
import type { Entity } from '../../../src/agents/text/entities.ts'
import type { Keyword } from '../../../src/agents/text/keywords.ts'
import { MAX_HOLD_MS, MAX_TEXT_CHARS } from '../../../src/agents/text/limits.ts'
import type { Sentiment } from '../../../src/agents/text/sentiment.ts'
import type { TextStats } from '../../../src/agents/text/stats.ts'
import type { Summary } from '../../../src/agents/text/summary.ts'
import type { Agent } from '../../../src/capabilities/agent.ts'
import { validator } from '../../../src/capabilities/schema.ts'
import { describeAgents } from '../../../src/capabilities/validate.ts'
import { type Clock, systemClock } from '../../../src/lib/clock.ts'
import type { Json } from '../../../src/lib/json.ts'
import { contextFor } from '../context.ts'
import { APOLLO, HUMAN_RIGHTS, MARKDOWN } from './texts.ts'

const [agent] = builtinTextAgents(systemClock) as [Agent]
const NAMES = agent.capabilities.map(({ name }) => name)

async function run<T>(name: string, text: string): Promise<T> {
  const output = await agent.handle({ text }, contextFor(name))
  const capability = agent.capabilities.find((known) => known.name === name)
  expect(validator(capability?.output ?? {})(output)).toBeUndefined()
  return output as T
}

const language = (text: string) => run<{ language: string; confidence: number }>('text.language', text)
const entities = async (text: string) => (await run<{ entities: Entity[] }>('text.entities', text)).entities
const sentiment = (text: string) => run<Sentiment>('text.sentiment', text)
const keywords = async (text: string) => (await run<{ keywords: Keyword[] }>('text.keywords', text)).keywords
const summary = (text: string) => run<Summary>('text.summary', text)
const stats = (text: string) => run<TextStats>('text.stats', text)

describe('what is published', () => {
  it('is fit to be announced', () => {
    expect(describeAgents([agent], 'built in')[0]?.capabilities).toEqual(agent.capabilities)
  })

  it('has schemas that a strict validator takes too', () => {
    const ajv = new Ajv2020({ strict: true })
    for (const { input, output } of agent.capabilities) {
      expect(ajv.compile(input ?? false)({ text: 'x' })).toBe(true)
      expect(() => ajv.compile(output ?? false)).not.toThrow()
    }
  })

  it.each<[string, Json, boolean]>([
    ['a text', { text: 'hey' }, true],
    ['an empty text', { text: '' }, true],
    ['the longest text', { text: '😀'.repeat(MAX_TEXT_CHARS) }, true],
    ['a longer one', { text: 'x'.repeat(MAX_TEXT_CHARS + 1) }, false],
    ['no text', {}, false],
    ['a number', { text: 5 }, false],
    ['something besides', { text: 'hey', more: 1 }, false],
    ['a bare string', 'hey', false],
  ])('takes or refuses %s', (_, input, isGood) => {
    for (const capability of agent.capabilities) {
      expect(validator(capability.input ?? {})(input) === undefined).toBe(isGood)
    }
  })
})

describe('text.language', () => {
  it.each(Object.entries(HUMAN_RIGHTS))('tells %s', async (code, text) => {
    const found = await language(text)
    expect(found.language).toBe(code)
    // Hindi and Marathi share their letters and many words.
    expect(found.confidence).toBeGreaterThan(code === 'hi' ? 0.6 : 0.9)
    expect(found.confidence).toBeLessThan(1)
  })

  it.each([
    ['en', 'The quick brown fox jumps over the lazy dog'],
    ['de', 'Das ist ein kurzer deutscher Satz.'],
    ['fr', 'Où est la gare la plus proche ?'],
    ['es', 'El zorro marrón salta sobre el perro'],
    ['it', 'Buongiorno a tutti'],
    ['nl', 'De snelle bruine vos springt over de luie hond'],
  ])('tells %s from one short sentence', async (code, text) => {
    expect(await language(text)).toMatchObject({ language: code })
  })

  it.each(['', '   ', '12345 678.90', '😀 🎉', '!?…', '```\nconst x = 1\n```'])('knows none in %j', async (text) => {
    expect(await language(text)).toEqual({ language: 'und', confidence: 0 })
  })

  it('is less sure of one word than of a sentence, and of a mixture than of one language', async () => {
    const word = await language('Hello')
    const mixture = await language('Alle mennesker er født frie og')
    expect(word.confidence).toBeLessThan(0.9)
    expect(mixture.confidence).toBeLessThan(0.9)
  })

  it('is not misled by a foreign title or by code', async () => {
    expect(await language(`# Le rouge et le noir\n\n${HUMAN_RIGHTS.de?.repeat(8)}`)).toMatchObject({ language: 'de' })
    const code = '```js\nfunction foo(bar) { return bar.map((value) => value.name) }\n```\n'.repeat(20)
    expect(await language(`${code}\n${HUMAN_RIGHTS.it}\n${code}`)).toMatchObject({ language: 'it' })
  })
})

describe('text.entities', () => {
  it('finds people, places, organizations, dates, sums and addresses in English', async () => {
    const found = await entities(APOLLO)
    const of = (type: string): string[] => found.filter((entity) => entity.type === type).map(({ text }) => text)
    expect(of('person')).toEqual(
      expect.arrayContaining(['Michael Collins', 'Richard Nixon'].map((name) => expect.stringContaining(name))),
    )
    expect(of('place')).toEqual(expect.arrayContaining(['Florida', 'Washington']))
    expect(of('organization')).toContain('NASA')
    expect(of('date')).toEqual(expect.arrayContaining(['July 20, 1969', 'July 24, 1969']))
    expect(of('url')).toEqual(['https://www.nasa.gov/apollo11'])
    expect(of('email')).toEqual(['history@nasa.gov'])
    expect(of('money')).toEqual(['$25 billion'])
  })

  it('counts, the most frequent first', async () => {
    const found = await entities('Paris is big. Paris is old. Paris is far from Berlin.')
    expect(found).toEqual([
      { text: 'Paris', type: 'place', count: 3 },
      { text: 'Berlin', type: 'place', count: 1 },
    ])
  })

  it('finds in other languages only what is written alike everywhere', async () => {
    const text = `${HUMAN_RIGHTS.de} Schreiben Sie bis 24.12.2026 an info@example.de, https://example.de/hilfe, für 20 €.`
    expect(await entities(text)).toEqual([
      { text: 'https://example.de/hilfe', type: 'url', count: 1 },
      { text: 'info@example.de', type: 'email', count: 1 },
      { text: '24.12.2026', type: 'date', count: 1 },
      { text: '20 €', type: 'money', count: 1 },
    ])
  })

  it('takes no version, acronym or code for a name', async () => {
    const text = 'We upgraded libp2p to 3.3.11 because the TCP transport lost frames; see `createNode()` and the API.'
    expect(await entities(text)).toEqual([])
  })

  it('knows a name that stands alone', async () => {
    expect(await entities('Marie Curie worked in Paris.')).toEqual([
      { text: 'Marie Curie', type: 'person', count: 1 },
      { text: 'Paris', type: 'place', count: 1 },
    ])
  })
})

describe('text.sentiment', () => {
  it.each([
    ['en', 'I love this phone, it is wonderful!', 'positive'],
    ['en', 'This was the worst meal of my life.', 'negative'],
    ['en', 'Not good at all.', 'negative'],
    ['en', 'The meeting starts at nine and ends at ten.', 'neutral'],
    ['de', 'Das Hotel war wunderbar und das Frühstück hervorragend.', 'positive'],
    ['de', 'Das Essen war schlecht.', 'negative'],
    ['de', 'Das war heute leider wirklich nicht gut.', 'negative'],
    ['fr', 'Ce film est magnifique, je l’adore vraiment.', 'positive'],
    ['fr', 'Le service de ce restaurant était horrible.', 'negative'],
    ['es', 'La película es maravillosa y excelente.', 'positive'],
    ['es', 'El servicio del restaurante fue terrible.', 'negative'],
    ['it', 'Questo libro è meraviglioso, lo adoro.', 'positive'],
    ['it', 'Il cibo di questo ristorante era pessimo.', 'negative'],
    ['nl', 'Wat een geweldig en uitstekend boek is dit!', 'positive'],
    ['nl', 'Het eten in dit restaurant was slecht.', 'negative'],
  ])('%s: %s', async (code, text, label) => {
    const found = await sentiment(text)
    expect(found).toMatchObject({ language: code, label })
    expect(Math.sign(found.score)).toBe({ positive: 1, neutral: 0, negative: -1 }[label])
    expect(found.evidence).toBe(label === 'neutral' ? 0 : 1)
  })

  it('grows with emphasis and shrinks when a text is of two minds', async () => {
    const scores = await Promise.all(
      ['It is good.', 'It is VERY good!!!', 'It is good. It is bad.'].map(
        async (text) => (await sentiment(text)).score,
      ),
    )
    const [good, emphatic, torn] = scores as [number, number, number]
    expect(emphatic).toBeGreaterThan(good)
    expect(torn).toBeLessThan(good)
  })

  it('says that it rests on nothing where no lexicon is known', async () => {
    expect(await sentiment(HUMAN_RIGHTS.fi ?? '')).toEqual({ score: 0, label: 'neutral', language: 'fi', evidence: 0 })
  })

  it('reads emoticons where there is no language', async () => {
    expect(await sentiment(':)')).toMatchObject({ label: 'positive', language: 'und', evidence: 1 })
  })
})

describe('text.keywords', () => {
  it('names what a text is about, the best first', async () => {
    const found = await keywords(APOLLO)
    const words = found.map(({ keyword }) => keyword)
    expect(words.slice(0, 5).join(' ')).toMatch(/lunar/)
    expect(words).toEqual(expect.arrayContaining(['lunar module', 'Apollo']))
    expect(found[0]?.score).toBe(1)
    for (const [i, { score }] of found.entries()) expect(score).toBeLessThanOrEqual(found[i - 1]?.score ?? 1)
  })

  it('takes none from code, markup, link targets or front matter', async () => {
    const words = (await keywords(MARKDOWN)).map(({ keyword }) => keyword.toLowerCase())
    expect(words).toContain('bee colony')
    expect(words.slice(0, 5)).toEqual(expect.arrayContaining(['hive', 'honey']))
    expect(words.join(' ')).not.toMatch(/frobnicat|https|img|webshop|title|<b>|\*/)
  })

  it('counts singular and plural as one', async () => {
    const found = await keywords('An engine turns. Engines turn. The engine hums and the dynamo hums.')
    expect(found.find(({ keyword }) => /^engines?$/i.test(keyword))?.count).toBe(3)
  })

  it.each([
    [
      'de',
      'Der Imker besucht die Bienen. Die Bienen machen Honig, und der Imker verkauft den Honig auf dem Markt in der Stadt.',
      ['Imker', 'Bienen', 'Honig'],
    ],
    [
      'fr',
      "L'apiculteur visite les abeilles. Les abeilles font du miel et l'apiculteur vend le miel dans la ville.",
      ['apiculteur', 'abeilles', 'miel'],
    ],
    ['ja', '蜂蜜は甘い。蜂蜜は蜜蜂が作る。', ['蜂蜜']],
  ])('knows the stop words of %s', async (_, text, expected) => {
    expect((await keywords(text)).slice(0, 3).map(({ keyword }) => keyword)).toEqual(expect.arrayContaining(expected))
  })
})

describe('text.summary', () => {
  it('quotes at most three sentences, in the order of the text', async () => {
    const { sentences, summary: joined } = await summary(APOLLO)
    const flat = APOLLO.replace(/\s+/g, ' ')
    const places = sentences.map((sentence) => flat.indexOf(sentence))
    expect(sentences).toHaveLength(3)
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(joined).toBe(sentences.join(' '))
    expect(sentences[0]).toBe('Apollo 11 was the spaceflight that first landed humans on the Moon.')
  })

  it('leaves out what nothing else in the text speaks of', async () => {
    const text = `The river floods the valley in spring. The valley farmers fear the river in spring. My aunt collects
      porcelain elephants. When the river floods, valley farmers move cattle to the hills. The flood of the river leaves
      mud in the valley.`
    expect((await summary(text)).summary).not.toContain('porcelain')
  })

  it('says nothing twice', async () => {
    const text = `Solar panels turn sunlight into power. Solar panels turn sunlight into electric power. Batteries store
      the power for the night. The grid takes what batteries cannot store. Solar panels turn sunlight into power.`
    const { sentences } = await summary(text)
    expect(sentences.filter((sentence) => sentence.startsWith('Solar panels'))).toHaveLength(1)
  })

  it('of a short text is the text, and of none nothing', async () => {
    expect((await summary('Just this one short sentence here.')).summary).toBe('Just this one short sentence here.')
    expect(await summary('')).toEqual({ language: 'und', summary: '', sentences: [] })
    expect((await summary('Hi.')).summary).toBe('Hi.')
  })

  it('of a text without sentences is its beginning', async () => {
    const { summary: head, sentences } = await summary('and on it goes without an end '.repeat(100))
    expect(sentences).toEqual([head])
    expect(head).toMatch(/^and on it goes without .* (?:and|on|it|goes|without|an|end)…$/)
    expect(head.length).toBeLessThan(700)
  })

  it('quotes no code and no table where there are sentences', async () => {
    expect((await summary(MARKDOWN)).summary).not.toMatch(/frobnicator|12 kg|Month/)
  })

  it('ends no sentence at a title', async () => {
    const { sentences } = await summary('Dr. Smith met Mr. Jones near the old harbour.')
    expect(sentences).toEqual(['Dr. Smith met Mr. Jones near the old harbour.'])
  })
})

describe('text.stats', () => {
  it('counts', async () => {
    expect(await stats('Hello world. This is a test.\n\nSecond paragraph here!')).toEqual({
      characters: 52,
      words: 9,
      sentences: 3,
      paragraphs: 2,
      uniqueWords: 9,
      averageWordLength: 4.44,
      averageSentenceWords: 3,
      readingTimeSeconds: 3,
    })
  })

  it('counts characters as a person does, also across Windows line ends and in long texts', async () => {
    expect((await stats('👩‍👩‍👧‍👦é')).characters).toBe(2)
    expect((await stats('ab\r\n'.repeat(10_000))).characters).toBe(30_000)
  })

  it('counts words without spaces between them', async () => {
    const { words, sentences } = await stats(HUMAN_RIGHTS.zh ?? '')
    expect(words).toBeGreaterThan(10)
    expect(sentences).toBe(2)
  })

  it('counts what is read, not markup and code', async () => {
    const { words, paragraphs } = await stats(MARKDOWN)
    expect(words).toBeGreaterThan(50)
    expect(words).toBeLessThan(75)
    expect(paragraphs).toBe(2)
  })

  it('of nothing is nothing', async () => {
    expect(Object.values(await stats(''))).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })
})

describe('every capability', () => {
  const long = `${MARKDOWN}\n\n${APOLLO}\n\n${HUMAN_RIGHTS.en}`

  it.each(NAMES)('%s gives the same answer to the same text', async (name) => {
    const [other] = builtinTextAgents(systemClock) as [Agent]
    expect(await other.handle({ text: long }, contextFor(name))).toEqual(await run(name, long))
  })

  const odd = [
    '',
    '\0',
    '\ud800',
    '\ufeff',
    '[object Object]',
    '__proto__ constructor toString',
    'a'.repeat(20_000),
    '🏳️‍🌈'.repeat(500),
  ]
  it.each(NAMES)('%s answers odd texts within its schema', async (name) => {
    for (const text of odd) await run(name, text)
  })

  it.each(NAMES)('%s lets the event loop breathe over the longest text, and says how far it is', async (name) => {
    // A clock on which every look takes a quarter of what one may hold.
    let breaths = 0
    let time = 0
    const clock: Clock = {
      ...systemClock,
      monotonic: () => (time += MAX_HOLD_MS / 4),
      soon(fn) {
        breaths++
        systemClock.soon(fn)
      },
    }
    const [polite] = builtinTextAgents(clock) as [Agent]
    const context = contextFor(name)
    const text = `${APOLLO}\n\n`.repeat(MAX_TEXT_CHARS).slice(0, MAX_TEXT_CHARS)
    await polite.handle({ text }, context)
    // The detector looks at eight samples, whatever the length.
    if (name === 'text.language') expect(breaths).toBe(0)
    else expect(breaths).toBeGreaterThan(50)
    expect(context.reports.at(-1)).toEqual([1])
    const fractions = context.reports.map(([fraction]) => fraction ?? -1)
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...fractions)).toBe(1)
  })

  it.each(NAMES)('%s ends soon when the task is taken back', async (name) => {
    const before = contextFor(name)
    before.abort()
    await expect(agent.handle({ text: APOLLO }, before)).rejects.toThrow('taken back')
    // The first time that it lets others run, one of them takes the task back.
    const during = contextFor(name)
    let time = 0
    const clock: Clock = {
      ...systemClock,
      monotonic: () => (time += MAX_HOLD_MS),
      soon: (fn) => {
        during.abort()
        systemClock.soon(fn)
      },
    }
    const [hasty] = builtinTextAgents(clock) as [Agent]
    const handled = Promise.resolve(hasty.handle({ text: APOLLO }, during))
    if (name === 'text.language') await expect(handled).resolves.toMatchObject({ language: 'en' })
    else await expect(handled).rejects.toThrow('taken back')
  })

  it('refuses another capability and input that no schema has seen', async () => {
    await expect(agent.handle({ text: 'x' }, contextFor('text.translate'))).rejects.toThrow('text.translate')
    await expect(agent.handle({ txt: 'x' }, contextFor('text.stats'))).rejects.toThrow('has no "text"')
    await expect(agent.handle(null, contextFor('text.stats'))).rejects.toThrow('has no "text"')
  })
})
