import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostLikely, samplesOf } from '../../../src/agents/text/language.ts'
import { proseOf } from '../../../src/agents/text/prose.ts'

describe('the most likely language', () => {
  it('is undetermined where nothing scored', () => {
    expect(mostLikely(new Map(), 0)).toEqual({ language: 'und', confidence: 0 })
    expect(mostLikely(new Map([['en', 0]]), 10)).toEqual({ language: 'und', confidence: 0 })
  })

  it('is even odds between equals, and the same whatever their order', () => {
    const scores: [string, number][] = [
      ['no', 8],
      ['da', 8],
    ]
    expect(mostLikely(new Map(scores), 20)).toEqual({ language: 'da', confidence: 0.5 })
    expect(mostLikely(new Map(scores.reverse()), 20)).toEqual({ language: 'da', confidence: 0.5 })
  })

  it('is surer with more letters and with a wider lead, never certain', () => {
    const sure = (lead: number, letters: number): number =>
      mostLikely(
        new Map([
          ['a', (0.6 + lead) * letters],
          ['b', 0.6 * letters],
        ]),
        letters,
      ).confidence
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.integer({ min: 1, max: 500 }), (lead, letters) => {
        const confidence = sure(lead, letters)
        expect(confidence).toBeGreaterThanOrEqual(0.5)
        expect(confidence).toBeLessThanOrEqual(0.99)
        expect(sure(lead, letters + 10)).toBeGreaterThanOrEqual(confidence)
        expect(sure(lead + 0.1, letters)).toBeGreaterThanOrEqual(confidence)
      }),
    )
  })
})

describe('samples', () => {
  it('reach from the first word to the last of a long text', () => {
    const words = Array.from({ length: 2_000 }, (_, i) => `word${i}`)
    const samples = samplesOf(proseOf(words.join(' ')))
    expect(samples).toHaveLength(8)
    expect(samples[0]).toMatch(/^word0 /)
    expect(samples.at(-1)).toMatch(/ word1999$/)
  })

  it('leave out headings and tables where there are sentences, and what has no letters', () => {
    expect(samplesOf(proseOf('# Titel\n\nSome text.\n\n| Zelle |\n| --- |'))).toEqual(['Some text.'])
    expect(samplesOf(proseOf('# Titel'))).toEqual(['Titel'])
    expect(samplesOf(proseOf('1234. 5678'))).toEqual([])
  })
})
