import { describe, expect, it } from 'vitest'
import { Auction } from '../../src/tasks/auction.ts'
import type { Bid } from '../../src/tasks/bid.ts'
import { BID_FRESH_MS, BidBook, MAX_ROUNDS, type Offer } from '../../src/tasks/bid-book.ts'
import { HISTORY_HALF_LIFE_MS, History, MAX_HISTORY_ENTRIES } from '../../src/tasks/history.ts'

const bid: Bid = { agent: 'x', version: '1.0.0', fit: 1, running: 0, queued: 0, slots: 2, room: 4, startMs: 0, cpu: 0 }
const offer = (fields: Partial<Bid> = {}, outstanding = 0): Offer => ({
  bid: { ...bid, ...fields },
  roundTripMs: 1,
  outstanding,
})
const refusal = { code: 'OVERLOADED', reason: 'full' }

describe('a round of bids', () => {
  it('is complete when all have answered, with a bid or a refusal', () => {
    const auction = new Auction(['a', 'b'], new Set())
    expect(auction.complete).toBe(false)
    expect(auction.answer('a', { offer: offer() })).toBe(true)
    expect(auction.complete).toBe(false)
    expect(auction.answer('b', { refusal })).toBe(true)
    expect(auction.complete).toBe(true)
    const { offers, refusals } = auction.close(250)
    expect([...offers.keys()]).toEqual(['a'])
    expect([...refusals]).toEqual([['b', refusal]])
  })

  it('ignores late bids, second ones, and those nobody asked for', () => {
    const auction = new Auction(['a', 'b'], new Set())
    expect(auction.answer('z', { offer: offer() })).toBe(false)
    expect(auction.answer('a', { offer: offer({ room: 1 }) })).toBe(true)
    expect(auction.answer('a', { offer: offer({ room: 9 }) })).toBe(false)
    const { offers, refusals } = auction.close(250)
    expect(auction.answer('b', { offer: offer() })).toBe(false)
    expect([...offers]).toEqual([['a', offer({ room: 1 })]])
    expect([...refusals]).toEqual([['b', { code: 'NO_ANSWER', reason: 'no bid within 250 ms' }]])
  })

  it('does not wait for the silent, unless they are all there is', () => {
    const auction = new Auction(['a', 'b'], new Set(['b']))
    auction.answer('a', { offer: offer() })
    expect(auction.complete).toBe(true)
    expect(auction.answer('b', { offer: offer() })).toBe(true)
    const only = new Auction(['b'], new Set(['b']))
    expect(only.complete).toBe(false)
  })

  it('of nobody is complete at once', () => {
    expect(new Auction([], new Set()).complete).toBe(true)
  })
})

describe('the book of bids', () => {
  const query = { name: 'text.shout' }
  const key = BidBook.key(query, [])
  const history = new History()
  const kept = (book: BidBook, offers: [string, Offer][], now = 0) =>
    book.keep(key, { offers: new Map(offers), refusals: new Map() }, [], now)

  it('serves the bids of a round while they are fresh', () => {
    const book = new BidBook()
    const round = kept(book, [['a', offer()]])
    expect(book.fresh(key, BID_FRESH_MS - 1)).toBe(round)
    expect(book.fresh(key, BID_FRESH_MS)).toBeUndefined()
    kept(book, [['a', offer()]], 200)
    book.forget()
    expect(book.fresh(key, 201)).toBeUndefined()
  })

  it('tells queries apart, but not by the order of what they ask', () => {
    const keys = [
      BidBook.key({ name: 'a' }, []),
      BidBook.key({ name: 'a', version: '1' }, []),
      BidBook.key({ name: 'a', tags: ['1'] }, []),
      BidBook.key({ name: 'a' }, ['1']),
    ]
    expect(new Set(keys).size).toBe(4)
  })

  it('counts own awards on top of a bid, and gives nobody more than it bid for', () => {
    const book = new BidBook()
    book.awarded('a', 'x')
    const round = kept(book, [['a', offer({ running: 1, room: 2, meanMs: 10, startMs: 5 }, 1)]])
    const backlog = () => book.candidates(round, 'text.shout', history, 0).map((candidate) => candidate.backlog)
    expect(backlog()).toEqual([0.5])
    book.awarded('a', 'x')
    book.awarded('a', 'other agent')
    expect(backlog()).toEqual([1])
    expect(book.candidates(round, 'text.shout', history, 0)[0]?.expectedMs).toBe(1 + 5 + 5 + 10)
    book.awarded('a', 'x')
    expect(backlog()).toEqual([])
    expect(book.refusals(round).get('a')).toMatchObject({ code: 'OVERLOADED' })
    book.released('a', 'x')
    expect(backlog()).toEqual([1])
    for (let i = 0; i < 5; i++) book.released('a', 'x')
    expect(backlog()).toEqual([0])
    expect(book.refusals(round).size).toBe(0)
    expect(book.outstanding('a', 'x')).toBe(0)
  })

  it('knows that a full worker has room again when own tasks have ended there', () => {
    const book = new BidBook()
    for (let i = 0; i < 3; i++) book.awarded('a', 'x')
    const round = kept(book, [['a', offer({ running: 2, queued: 256, room: 0 }, 3)]])
    expect(book.candidates(round, 'text.shout', history, 0)).toEqual([])
    expect(book.refusals(round).get('a')).toEqual({ code: 'OVERLOADED', reason: '256 tasks wait already' })
    book.released('a', 'x')
    expect(book.candidates(round, 'text.shout', history, 0)).toMatchObject([{ peer: 'a', backlog: 257 / 2 }])
    expect(book.refusals(round).size).toBe(0)
  })

  it('does not ask again who refused in spite of its bid', () => {
    const book = new BidBook()
    const round = kept(book, [['a', offer()]])
    book.refused(round, 'a', refusal)
    expect(book.candidates(round, 'text.shout', history, 0)).toEqual([])
    expect(book.refusals(round).get('a')).toEqual(refusal)
  })

  it('goes on with the turns of a query, and forgets the queries used longest ago', () => {
    const book = new BidBook()
    kept(book, []).turn = 7
    expect(kept(book, [], 500).turn).toBe(7)
    for (let i = 0; i < MAX_ROUNDS; i++) book.keep(`other ${i}`, { offers: new Map(), refusals: new Map() }, [], 500)
    expect(book.fresh(key, 501)).toBeUndefined()
    expect(book.fresh('other 0', 501)).toBeDefined()
  })
})

describe('past success', () => {
  it('starts as good as the best and follows what happens', () => {
    const history = new History()
    expect(history.success('a', 'c', 0)).toBe(1)
    history.note('a', 'c', true, 0)
    expect(history.success('a', 'c', 0)).toBe(1)
    history.note('a', 'c', false, 0)
    expect(history.success('a', 'c', 0)).toBeCloseTo(4 / 5)
    for (let i = 0; i < 20; i++) history.note('a', 'c', true, 0)
    expect(history.success('a', 'c', 0)).toBeGreaterThan(0.9)
    expect(history.success('a', 'other', 0)).toBe(1)
    expect(history.success('b', 'c', 0)).toBe(1)
  })

  it('fades', () => {
    const history = new History()
    for (let i = 0; i < 10; i++) history.note('a', 'c', false, 0)
    const now = history.success('a', 'c', 0)
    const later = history.success('a', 'c', HISTORY_HALF_LIFE_MS)
    expect(later).toBeCloseTo(3 / (5 + 3))
    expect(later).toBeGreaterThan(now)
    expect(history.success('a', 'c', 20 * HISTORY_HALF_LIFE_MS)).toBeCloseTo(1, 3)
  })

  it('is bounded', () => {
    const history = new History()
    history.note('first', 'c', false, 0)
    for (let i = 0; i < MAX_HISTORY_ENTRIES; i++) history.note(`p${i}`, 'c', false, 0)
    expect(history.success('first', 'c', 0)).toBe(1)
    expect(history.success('p0', 'c', 0)).toBeCloseTo(3 / 4)
  })
})
