import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Context } from '../../../src/state/context.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import type { Range } from '../../../src/state/ranges.ts'
import { ByteWriter } from '../../../src/state/sync/columns.ts'
import { HashSum, hash64 } from '../../../src/state/sync/hash.ts'
import { type Holdings, holdingsOf } from '../../../src/state/sync/holdings.ts'
import { NameReader, NameWriter, replicaHash } from '../../../src/state/sync/names.ts'
import type { PeerHoldings } from '../../../src/state/sync/peer-holdings.ts'
import { openingVector, readAnswer, readOpening } from '../../../src/state/sync/vector.ts'
import { SyncVector } from '../../../src/wire/sync.ts'

const replicas = ['a', 'b', 'c', 'd', 'e'].map((peer) => `${peer}.0000000000000001`)
const dots = fc.tuple(fc.constantFrom(...replicas), fc.integer({ min: 1, max: 9 }), fc.nat(3))
const contexts = fc.array(dots, { maxLength: 12 }).map((all) => {
  const context = new Context()
  for (const [replica, from, more] of all) context.add(replica, from, from + more)
  return context
})

const through = (vector: SyncVector): SyncVector => SyncVector.decode(Buffer.from(SyncVector.encode(vector)))

/** What two nodes learn of one another: the listener first. */
function met(a: Context, b: Context): { listener: PeerHoldings; opener: PeerHoldings } {
  const own = holdingsOf(a)
  const { peer, answer } = readOpening(through(openingVector(own)), holdingsOf(b))
  return { listener: peer, opener: readAnswer(through(answer), own) }
}

const all = (context: Context) => context.replicas().map((it): [string, readonly Range[]] => [it, context.rangesOf(it)])

test('two nodes learn from hello and answer what the other holds', () => {
  /** What the one says of replicas that the other knows too. */
  const known = (own: Context, other: Context) =>
    Object.fromEntries(own.replicas().map((it) => [it, other.names(it) ? own.rangesOf(it) : []]))
  const told = (own: Context, peer: PeerHoldings) =>
    Object.fromEntries(own.replicas().map((it) => [it, peer.rangesOf(it)]))
  fc.assert(
    fc.property(contexts, contexts, (a, b) => {
      const { listener, opener } = met(a, b)
      expect(told(a, listener)).toEqual(known(a, b))
      expect(told(b, opener)).toEqual(known(b, a))
      for (const { differences } of [listener, opener]) {
        for (const { mine, theirs } of differences) expect(theirs).not.toEqual(mine)
      }
      const size = new Set([...a.replicas(), ...b.replicas()]).size
      expect([listener.size, opener.size]).toEqual([size, size])
    }),
  )
})

test('both ends call each replica by the same index, and name what the other does not know', () => {
  fc.assert(
    fc.property(contexts, contexts, (a, b) => {
      const { listener, opener } = met(a, b)
      for (const [from, to, own] of [
        [listener, opener, b],
        [opener, listener, a],
      ] as const) {
        const writer = new NameWriter(from)
        for (const [index, replica] of from.foreign()) writer.introduce(index, replica)
        const stranger = 'z.0000000000000009'
        const indexes = [...own.replicas(), stranger].map((it) => writer.index(it))
        const names = writer.take()
        expect(new Set(names.map((it) => it.index)).size).toBe(names.length)
        const reader = new NameReader(to)
        reader.learn(names)
        expect(indexes.map((it) => reader.get(it))).toEqual([...own.replicas(), stranger])
        for (const { index } of names) {
          if (index < to.size) expect(() => reader.learn([{ index, replica: stranger }])).toThrow('a wrong replica id')
        }
      }
    }),
  )
})

/** What shows there and not here, by all that the peer's hello said. */
const missing = (own: Context, said: Iterable<readonly [ReplicaId, number]>) =>
  new Map([...said].filter(([replica, run]) => run > own.contiguous(replica)))

/** The same, by what a session keeps of it. */
function claimed(own: Context, peer: PeerHoldings) {
  const byHash = new Map(replicas.map((it) => [replicaHash(it).text, it]))
  const named = peer.ahead().map(([index, run]) => {
    return [peer.replica(index) ?? (byHash.get(peer.hash(index) ?? '') as ReplicaId), run] as const
  })
  return missing(own, named)
}

test('what of a session follows from the differences is what follows from all that is held', () => {
  fc.assert(
    fc.property(contexts, contexts, fc.array(dots, { maxLength: 4 }), (a, b, more) => {
      const { listener, opener } = met(a, b)
      const said = holdingsOf(a)
      const showed = a.replicas().map((it) => [it, a.contiguous(it)] as const)
      // Between the hello and the plan more may come.
      for (const [replica, from] of more) a.add(replica, from)
      const unsaid = holdingsOf(a).shownSince(said)
      const shows = a.replicas().map((it) => [it, a.contiguous(it)] as const)
      expect(unsaid).toEqual(shows.filter(([it, run]) => run > (new Map(showed).get(it) ?? 0)))
      // The plan looks at no others: of those nothing is missing at the peer.
      const looked = [...opener.lacking(), ...unsaid.map(([it]) => it)]
      for (const it of missing(b, shows).keys()) expect(looked).toContain(it)
      // The final claims what the peer's hello said: what is left out is here already.
      expect(claimed(b, listener)).toEqual(missing(b, showed))
      expect(claimed(a, opener)).toEqual(
        missing(
          a,
          b.replicas().map((it) => [it, b.contiguous(it)]),
        ),
      )
    }),
  )
})

/** Counted from nothing, in another order. */
function vectorHashOf(context: Context): HashSum {
  const sum = new HashSum()
  for (const replica of [...context.replicas()].reverse()) {
    if (context.contiguous(replica) === 0) continue
    const out = new ByteWriter()
    out.append(replicaHash(replica).bytes)
    out.varint(context.contiguous(replica))
    sum.add(hash64(out.take()), 1)
  }
  return sum
}

test('holdings follow what is held, those of before stay as they were, and the hash of the vector is that of all', () => {
  const steps = fc.array(fc.tuple(dots, fc.boolean(), fc.boolean()), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(steps, (taken) => {
      const stored = new Context()
      const kept: [Holdings, [string, readonly Range[]][], HashSum][] = []
      for (const [[replica, from, more], gone, asked] of taken) {
        if (gone) stored.delete(replica)
        else stored.add(replica, from, from + more)
        if (asked) kept.push([holdingsOf(stored), all(stored), vectorHashOf(stored)])
      }
      for (const [holdings, then, { high, low }] of kept) {
        expect(then.map(([replica]) => [replica, holdings.ranges[holdings.indexOf(replica)] ?? []])).toEqual(then)
        expect(then.map((_, i) => holdings.replica(i))).toEqual(then.map(([replica]) => replica))
        expect(holdings.size).toBe(then.length)
        expect(holdings.vectorHash).toEqual({ high, low })
      }
      const last = holdingsOf(stored)
      expect(holdingsOf(stored)).toBe(last)
      for (const [i, replica] of stored.replicas().entries()) {
        const { bytes, text } = replicaHash(replica)
        expect(last.find(text)).toBe(i)
        expect([...last.hashes.subarray(8 * i, 8 * i + 8)]).toEqual([...bytes])
      }
      for (const replica of replicas) if (!stored.names(replica)) expect(last.find(replicaHash(replica).text)).toBe(-1)
    }),
  )
})

test('of replicas that say nothing new the ranges are carried over', () => {
  const stored = new Context()
  for (const replica of replicas) stored.add(replica, 1, 2000)
  const before = holdingsOf(stored)
  stored.add(replicas[2] as string, 2001)
  const after = holdingsOf(stored)
  expect(replicas.map((_, i) => after.ranges[i] === before.ranges[i])).toEqual([true, true, false, true, true])
  expect(after.roll).toBe(before.roll)
})
