import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PIECE_CHARS, MAX_TEXT_CHARS } from '../../../src/agents/text/limits.ts'
import { proseOf } from '../../../src/agents/text/prose.ts'

const texts = (text: string): string[] => proseOf(text).map((block) => block.text)
const kinds = (text: string): string[] => proseOf(text).map((block) => block.kind)

describe('plain text', () => {
  it('is split at blank lines, and lines of a paragraph are joined', () => {
    expect(texts('One line\nand another.\n\nSecond paragraph.')).toEqual(['One line and another.', 'Second paragraph.'])
  })

  it('keeps indented lines: they are no code here', () => {
    expect(texts('    It was a dark night.')).toEqual(['It was a dark night.'])
  })

  it('keeps what only looks like markup', () => {
    const text = 'a < b and c > d, 2 * 3 or 2*3 is 6? snake_case_name [sic] x_1'
    expect(texts(text)).toEqual([text])
  })

  it('reads Windows line ends and text without a last one', () => {
    expect(texts('a\r\n\r\nb\rc')).toEqual(['a', 'b c'])
  })

  it.each(['', ' \n\t\n', '---', '```\ncode\n```', '<!-- nothing -->'])('%j holds nothing to read', (text) => {
    expect(proseOf(text)).toEqual([])
  })
})

describe('Markdown', () => {
  it('loses code fences, also unclosed ones, nested marks and tildes', () => {
    expect(texts('Before.\n```js\nconst x = 1\n```\nAfter.')).toEqual(['Before.', 'After.'])
    expect(texts('````\n```\nstill code\n```\n````\nAfter.')).toEqual(['After.'])
    expect(texts('~~~ sh\nrm -rf\n~~~\nAfter.')).toEqual(['After.'])
    expect(texts('Before.\n```\nnever closed')).toEqual(['Before.'])
  })

  it('keeps the words of links, emphasis and inline code, and no targets', () => {
    expect(
      texts('See **the [docs](https://example.org/a "t")**, `npm start`, _now_ or ~~never~~ <https://x.org> [ref][1].'),
    ).toEqual(['See the docs, npm start, now or never https://x.org ref.'])
  })

  it('loses pictures, badges, definitions, comments and tags', () => {
    expect(
      texts('![logo](a.png) [![npm](https://img.example/npm.svg)](https://npm.example) text\n\n[1]: https://x.org'),
    ).toEqual(['text'])
    expect(texts('<p align="center">Hello<br/>there</p><!-- a\n\nb -->')).toEqual(['Hello there'])
  })

  it('tells headings, items, cells and paragraphs apart', () => {
    const text =
      '# One #\n\nTwo\n===\n\n- three\n  more of it\n- [x] four\n1. five\n\n| six | seven |\n|-----|:-----:|\n| 8 | 9 |\n\n> ten'
    expect(texts(text)).toEqual(['One', 'Two', 'three more of it', 'four', 'five', 'six', 'seven', '8', '9', 'ten'])
    const cells = ['cell', 'cell', 'cell', 'cell']
    expect(kinds(text)).toEqual(['heading', 'heading', 'item', 'item', 'item', ...cells, 'paragraph'])
  })

  it('loses front matter, but not a rule at the top', () => {
    expect(texts('---\ntitle: A\ntags: [b]\n---\nBody.')).toEqual(['Body.'])
    expect(texts('---\n\nBody.\n\n---\n\nMore.')).toEqual(['Body.', 'More.'])
  })
})

describe('long text', () => {
  it('comes in pieces that end with a sentence, and says which go on', () => {
    const sentence = `${'word '.repeat(20).trim()}. `
    const blocks = proseOf(sentence.repeat(100))
    expect(blocks.length).toBeGreaterThan(4)
    expect(blocks.every((block) => block.text.length <= MAX_PIECE_CHARS && block.text.endsWith('.'))).toBe(true)
    expect(blocks.map((block) => block.continued ?? false)).toEqual(blocks.map((_, i) => i > 0))
    expect(blocks.map((block) => block.text).join(' ')).toBe(sentence.repeat(100).trim())
  })

  it('is never cut within a character', () => {
    for (const { text } of proseOf(`x${'😀'.repeat(MAX_PIECE_CHARS)}`)) expect(text.isWellFormed()).toBe(true)
  })
})

it('takes any text, only leaves out, and changes no order', () => {
  const letters = (text: string): string[] => text.match(/\p{L}/gu) ?? []
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab*_`[]()<>!#|-\n &;'), maxLength: 300 }), (text) => {
      const blocks = proseOf(text)
      for (const block of blocks) expect(block.text).toBe(block.text.trim())
      const given = letters(text)
      let next = 0
      for (const letter of blocks.flatMap((block) => letters(block.text))) {
        next = given.indexOf(letter, next) + 1
        expect(next).toBeGreaterThan(0)
      }
    }),
    { numRuns: 1_000 },
  )
})

it.each([
  ['[', '['],
  ['![a](', '![a]('],
  ['emphasis', '_a**'],
  ['angle brackets', '<a '],
  ['ticks', '`a'],
  ['comments', '<!--'],
  ['quotes', '>'],
  ['bullets', '- '],
  ['pipes', '|a'],
  ['rules', '- - '],
  ['hashes', '#'],
  ['spaces', ' '],
  ['blank lines', '\n'],
  ['fences', '```\n~~~\n'],
  ['ampersands', '&'],
  ['underscores', '_'],
  ['table rules', '|--'],
])('reads a text of nothing but %s in linear time', (_, unit) => {
  const time = (length: number): number => {
    const text = unit.repeat(Math.ceil(length / unit.length))
    const before = performance.now()
    proseOf(text)
    return performance.now() - before
  }
  time(MAX_TEXT_CHARS / 20)
  // A quadratic pattern takes minutes here; a linear one some 50 ms, more on a busy machine.
  expect(time(MAX_TEXT_CHARS)).toBeLessThan(10_000)
})
