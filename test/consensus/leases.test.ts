import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Claimant,
  claim,
  keepPlace,
  type LeaseRecord,
  leave,
  readLeases,
  renew,
  type Sighting,
  sightingOfHolder,
  sightingOfPlace,
  writeLeases,
} from '../../src/consensus/leases/record.ts'
import { Watch } from '../../src/consensus/leases/watch.ts'

const MAX_WAITING = 4
const IDS = ['a', 'b', 'c', 'd', 'e', 'f']

const who = (id: string, permits: number, waits = true): Claimant => ({
  id,
  // Two to a process, so that places end together.
  session: `s${IDS.indexOf(id) >> 1}`,
  node: id,
  ttlMs: 1000,
  permits,
  waits,
  givenUp: new Set(),
})

type Event =
  | { readonly type: 'claim'; readonly id: string; readonly waits: boolean; readonly silent: readonly number[] }
  | { readonly type: 'renew' | 'keep' | 'leave'; readonly id: string }

const id = fc.constantFrom(...IDS)
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('claim' as const),
      id,
      waits: fc.boolean(),
      silent: fc.array(fc.nat(9), { maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('renew' as const, 'keep' as const, 'leave' as const), id }),
  },
)

/** What a register goes through: every value that was decided, with the revision that it had. */
function run(permits: number, events: readonly Event[]): { record: LeaseRecord | undefined; revision: number }[] {
  let record: LeaseRecord | undefined
  let revision = 0
  const steps: { record: LeaseRecord | undefined; revision: number }[] = []
  for (const event of events) {
    const next = apply(record, revision + 1, permits, event)
    if (!next) continue
    record = readLeases(writeLeases(next))
    revision++
    steps.push({ record, revision })
  }
  return steps
}

function apply(
  record: LeaseRecord | undefined,
  revision: number,
  permits: number,
  event: Event,
): LeaseRecord | undefined {
  if (event.type === 'claim') {
    const sightings: Sighting[] = [
      ...(record?.holders ?? []).map(sightingOfHolder),
      ...(record?.waiting ?? []).map(sightingOfPlace),
      'holder 99.0',
    ]
    const silent = new Set(event.silent.map((i) => sightings[i % sightings.length] as Sighting))
    return claim(record, revision, who(event.id, permits, event.waits), silent, MAX_WAITING)
  }
  if (!record) return undefined
  if (event.type === 'renew') return renew(record, event.id)
  return event.type === 'keep' ? keepPlace(record, event.id) : leave(record, event.id)
}

describe('whatever happens to the record of a lock or semaphore', () => {
  const histories = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.array(event, { maxLength: 60, size: 'max' }))

  it('never more than its permits are given, nobody has two, and nobody both holds and waits', () => {
    fc.assert(
      fc.property(histories, ([permits, events]) => {
        for (const { record } of run(permits, events)) {
          if (!record) continue
          const there = [...record.holders, ...record.waiting].map((one) => one.id)
          expect(record.holders.length).toBeLessThanOrEqual(permits)
          expect(record.waiting.length).toBeLessThanOrEqual(MAX_WAITING)
          expect(new Set(there).size).toBe(there.length)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a fence is given once, and each is higher than all before it, also when the record was emptied in between', () => {
    fc.assert(
      fc.property(histories, ([permits, events]) => {
        let highest = 0
        let before = new Map<number, string>()
        for (const { record } of run(permits, events)) {
          const now = new Map((record?.holders ?? []).map((holder) => [holder.fence, holder.id]))
          for (const [fence, id] of now) {
            if (before.get(fence) === id) continue
            expect(fence).toBeGreaterThan(highest)
            highest = fence
          }
          before = now
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a permit goes to the first that waits, and to nobody else while somebody does', () => {
    fc.assert(
      fc.property(histories, ([permits, events]) => {
        let before: LeaseRecord | undefined
        for (const { record } of run(permits, events)) {
          const held = new Set(before?.holders.map(({ fence }) => fence))
          const granted = record?.holders.find(({ fence }) => !held.has(fence))
          const left = before?.waiting.filter(({ id }) => record?.waiting.some((place) => place.id === id)) ?? []
          // Those that are still in the queue came after whoever was given the permit.
          const place = before?.waiting.findIndex(({ id }) => id === granted?.id) ?? -1
          if (granted && left.length > 0) expect(place).toBeGreaterThanOrEqual(0)
          for (const other of left) {
            if (granted) expect(before?.waiting.indexOf(other)).toBeGreaterThan(place)
          }
          // And the queue keeps its order.
          expect(record?.waiting.slice(0, left.length).map(({ id }) => id) ?? []).toEqual(left.map(({ id }) => id))
          before = record
        }
      }),
      { numRuns: 500 },
    )
  })

  it('it is empty when nobody holds and nobody waits', () => {
    fc.assert(
      fc.property(histories, ([permits, events]) => {
        for (const { record } of run(permits, events)) {
          expect(record === undefined || record.holders.length + record.waiting.length > 0).toBe(true)
        }
      }),
    )
  })
})

describe('a record', () => {
  it('is refused where the register holds something else', () => {
    expect(() => readLeases({ holders: [] })).toThrow(expect.objectContaining({ code: 'FOREIGN_VALUE' }))
    expect(() => readLeases('what')).toThrow(expect.objectContaining({ code: 'FOREIGN_VALUE' }))
  })

  it('keeps the permits of those that use it, and word of whoever named others', () => {
    const first = claim(undefined, 1, who('a', 3), new Set(), MAX_WAITING)
    const disputed = claim(first, 2, who('b', 2), new Set(), MAX_WAITING)
    expect(disputed).toEqual({ ...first, dispute: { node: 'b', permits: 2 } })
    expect(claim(disputed, 3, who('c', 2), new Set(), MAX_WAITING)).toBeUndefined()
    const left = leave(disputed as LeaseRecord, 'a') as LeaseRecord
    expect(claim(left, 4, who('c', 2), new Set(), MAX_WAITING)).toMatchObject({ permits: 2, holders: [{ fence: 4 }] })
  })
})

describe('a watch', () => {
  const record = (sequence: number): LeaseRecord => ({
    permits: 1,
    holders: [{ id: 'a', node: 'a', fence: 7, ttlMs: 1000, sequence }],
    waiting: [],
  })

  it('takes a lease for over when it stood for its time and a margin, and not before', () => {
    const watch = new Watch()
    watch.observe(record(0), 100)
    watch.observe(record(0), 900)
    expect(watch.silent(1119)).toEqual(new Set())
    expect(watch.nextEnd(1119)).toBe(1120)
    expect(watch.silent(1120)).toEqual(new Set(['holder 7.0']))
    expect(watch.nextEnd(1120)).toBe(Number.POSITIVE_INFINITY)
  })

  it('begins anew with each renewal, and with what it sees again', () => {
    const watch = new Watch()
    watch.observe(record(0), 0)
    watch.observe(record(1), 1000)
    expect(watch.silent(1500)).toEqual(new Set())
    watch.observe(record(0), 1500)
    expect(watch.silent(2000)).toEqual(new Set())
    watch.observe(undefined, 2000)
    expect(watch.silent(1e9)).toEqual(new Set())
  })
})

it('who is here again has no places of its former process in the queue', () => {
  const held = claim(undefined, 1, who('a', 1), new Set(), MAX_WAITING)
  const queue = claim(claim(held, 2, who('c', 1), new Set(), MAX_WAITING), 3, who('e', 1), new Set(), MAX_WAITING)
  const again: Claimant = { ...who('d', 1), node: 'c', session: 'a new one' }
  const after = claim(queue, 4, again, new Set(), MAX_WAITING)
  expect(after?.waiting.map((place) => place.id)).toEqual(['e', 'd'])
})
