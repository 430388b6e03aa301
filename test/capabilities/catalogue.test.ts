import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SealedAnnouncement, seal } from '../../src/capabilities/announcement.ts'
import { Catalogue, type CatalogueEffect } from '../../src/capabilities/catalogue.ts'
import { EXPIRED_KEPT_MS, MAX_PEERS } from '../../src/capabilities/limits.ts'
import type { Announcement } from '../../src/capabilities/provider.ts'
import { answerPull, knownHashes, pushPages } from '../../src/capabilities/reconcile.ts'
import { simulatedSigner } from '../../src/network/simulated/signer.ts'

const TTL_MS = 1000
const MESH = 'test'

const signer = simulatedSigner('any', 'secret')
const sealed = (fields: Partial<Announcement>): SealedAnnouncement =>
  seal(
    { peer: 'a', name: 'n', incarnation: 1, sequence: 1, ttlMs: TTL_MS, addresses: [], agents: [], ...fields },
    MESH,
    signer,
  )

const agents = (...names: string[]): Announcement['agents'] =>
  names.map((name) => ({ name, concurrency: 1, capabilities: [{ name: `do.${name}`, version: '1.0.0' }] }))

const peers = ['a', 'b', 'c', 'd']
const announcements = fc.record({
  peer: fc.constantFrom(...peers),
  incarnation: fc.integer({ min: 1, max: 3 }),
  sequence: fc.integer({ min: 1, max: 3 }),
  agents: fc.subarray(['x', 'y', 'z']).map((names) => agents(...names)),
})

/** Something that happens to a catalogue. */
type Happening = { announcement: SealedAnnouncement } | { peer: string; present: boolean }

const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    announcements.map((fields) => ({ announcement: sealed(fields) })),
    fc.record({ peer: fc.constantFrom(...peers), present: fc.boolean() }),
  ),
  { maxLength: 30 },
)

const happen = (catalogue: Catalogue, happening: Happening): CatalogueEffect[] =>
  'announcement' in happening
    ? catalogue.apply(happening.announcement, 0, 0)
    : catalogue.setPresent(happening.peer, happening.present)

const offered = (catalogue: Catalogue): string[] =>
  catalogue
    .all()
    .filter(({ peer }) => catalogue.isPresent(peer))
    .flatMap(({ peer, agents }) => agents.map((agent) => `${peer} ${agent.name}`))
    .sort()

describe('laws of the catalogue', () => {
  it('is the same in whatever order announcements came, and however often', () => {
    fc.assert(
      fc.property(fc.array(announcements, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (list, numbers) => {
        const all = list.map((fields) => sealed(fields))
        const shuffled = [...all, ...all]
          .map((announcement) => ({ announcement, at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
        const one = new Catalogue()
        const other = new Catalogue()
        for (const peer of peers) {
          one.setPresent(peer, true)
          other.setPresent(peer, true)
        }
        for (const announcement of all) one.apply(announcement, 0, 0)
        for (const { announcement } of shuffled) other.apply(announcement, 0, 0)
        expect(other.all()).toEqual(one.all())
        expect(other.root).toBe(one.root)
        expect(other.find({ name: 'do.x' })).toEqual(one.find({ name: 'do.x' }))
      }),
    )
  })

  it('its effects, added up, are what it offers', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const catalogue = new Catalogue()
        const seen = new Set<string>()
        for (const happening of list) {
          for (const { kind, peer, agent } of happen(catalogue, happening)) {
            const key = `${peer} ${agent.name}`
            expect(seen.has(key)).toBe(kind === 'leave')
            if (kind === 'join') seen.add(key)
            else seen.delete(key)
          }
        }
        expect([...seen].sort()).toEqual(offered(catalogue))
        const found = ['x', 'y', 'z'].flatMap((name) => catalogue.find({ name: `do.${name}` }))
        expect(found.map(({ peer, agent }) => `${peer} ${agent}`).sort()).toEqual(offered(catalogue))
      }),
    )
  })

  it('the same again has no effect', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const catalogue = new Catalogue()
        for (const happening of list) {
          happen(catalogue, happening)
          expect(happen(catalogue, happening)).toEqual([])
        }
      }),
    )
  })

  it('two of them are equal after one exchange', () => {
    fc.assert(
      fc.property(fc.array(announcements), fc.array(announcements), (left, right) => {
        const a = new Catalogue()
        const b = new Catalogue()
        const bySignedBytes = new Map<Uint8Array, SealedAnnouncement>()
        for (const [catalogue, list] of [
          [a, left],
          [b, right],
        ] as const) {
          for (const fields of list) {
            const announcement = sealed(fields)
            bySignedBytes.set(announcement.bytes, announcement)
            catalogue.apply(announcement, 0, 0)
          }
        }
        const reply = answerPull(b, knownHashes(a), 0)
        expect(reply.more).toBe(false)
        const take = (catalogue: Catalogue, bytes: Uint8Array): unknown =>
          catalogue.apply(bySignedBytes.get(bytes) as SealedAnnouncement, 0, 0)
        for (const held of reply.announcements) take(a, held.announcement)
        for (const page of pushPages(a, reply.wanted, 0)) for (const held of page) take(b, held.announcement)
        expect(b.all()).toEqual(a.all())
        expect(b.root).toBe(a.root)
        const nothing = { announcements: [], more: false, wanted: new Uint8Array(0) }
        expect(answerPull(b, knownHashes(a), 0)).toEqual(nothing)
      }),
    )
  })
})

describe('an announcement', () => {
  it('is offered while its node is present, and kept while it is not', () => {
    const catalogue = new Catalogue()
    expect(catalogue.apply(sealed({ agents: agents('x') }), 0, 0)).toEqual([])
    expect(catalogue.find({ name: 'do.x' })).toEqual([])
    expect(catalogue.setPresent('a', true)).toMatchObject([{ kind: 'join', peer: 'a', agent: { name: 'x' } }])
    expect(catalogue.find({ name: 'do.x' })).toHaveLength(1)
    expect(catalogue.setPresent('a', false)).toMatchObject([{ kind: 'leave', peer: 'a', agent: { name: 'x' } }])
    expect(catalogue.find({ name: 'do.x' })).toEqual([])
    expect(catalogue.setPresent('a', true)).toMatchObject([{ kind: 'join' }])
  })

  it('that replaces another lets only what differs leave and join', () => {
    const catalogue = new Catalogue()
    catalogue.setPresent('a', true)
    catalogue.apply(sealed({ agents: agents('x', 'y') }), 0, 0)
    const changed = [...agents('z'), { ...(agents('y')[0] as Announcement['agents'][number]), concurrency: 2 }]
    const effects = catalogue.apply(sealed({ sequence: 2, agents: [...agents('x'), ...changed] }), 0, 0)
    expect(effects.map(({ kind, agent }) => `${kind} ${agent.name} ${agent.concurrency}`)).toEqual([
      'leave y 1',
      'join z 1',
      'join y 2',
    ])
  })

  it('expires by what is left of its ttl, and no copy brings it back', () => {
    const catalogue = new Catalogue()
    catalogue.setPresent('a', true)
    const old = sealed({ agents: agents('x') })
    expect(catalogue.apply(old, TTL_MS, 0)).toEqual([])
    catalogue.apply(old, 400, 0)
    expect(catalogue.expire(599)).toEqual([])
    expect(catalogue.expire(600)).toMatchObject([{ kind: 'leave', agent: { name: 'x' } }])
    expect(catalogue.root).toBe(0n)
    expect(catalogue.apply(old, 0, 601)).toEqual([])
    expect(catalogue.size).toBe(0)
    // It is remembered, so that nobody sends it again; and it is sent to nobody.
    expect(knownHashes(catalogue)).toHaveLength(8)
    expect(answerPull(catalogue, new Uint8Array(0), 601).announcements).toEqual([])
    expect(catalogue.apply(sealed({ sequence: 2, agents: agents('x') }), 0, 602)).toMatchObject([{ kind: 'join' }])
  })

  it('is forgotten some time after it expired', () => {
    const catalogue = new Catalogue()
    catalogue.apply(sealed({}), 0, 0)
    catalogue.expire(TTL_MS)
    catalogue.expire(TTL_MS + EXPIRED_KEPT_MS)
    expect(knownHashes(catalogue)).toHaveLength(0)
  })
})

describe('find', () => {
  const catalogue = new Catalogue()
  const offer = (peer: string, version: string, tags: string[]): void => {
    catalogue.setPresent(peer, true)
    const capabilities = [
      { name: 'text.summary', version, tags },
      { name: 'other', version },
    ]
    catalogue.apply(
      sealed({ peer, name: `node-${peer}`, agents: [{ name: 'agent', concurrency: 1, capabilities }] }),
      0,
      0,
    )
  }
  offer('c', '1.2.0', ['gpu', 'eu'])
  offer('a', '1.0.0', ['gpu'])
  offer('b', '2.0.0', [])
  const found = (query: object): string[] => catalogue.find({ name: 'text.summary', ...query }).map(({ peer }) => peer)

  it('goes by exact name, version range and all tags, in the order of peers', () => {
    expect(found({})).toEqual(['a', 'b', 'c'])
    expect(found({ name: 'text' })).toEqual([])
    expect(found({ version: '^1.0.0' })).toEqual(['a', 'c'])
    expect(found({ version: '>=1.1.0' })).toEqual(['b', 'c'])
    expect(found({ tags: ['gpu'] })).toEqual(['a', 'c'])
    expect(found({ tags: ['gpu', 'eu'] })).toEqual(['c'])
    expect(found({ version: '3.x' })).toEqual([])
  })

  it('says node, agent and the capability that matched', () => {
    expect(catalogue.find({ name: 'other', version: '2.x' })).toEqual([
      { peer: 'b', node: 'node-b', agent: 'agent', capability: { name: 'other', version: '2.0.0' } },
    ])
  })
})

describe('a full catalogue', () => {
  it('lets absent nodes make room, the one first that expires first, and never a present one', () => {
    const catalogue = new Catalogue()
    for (let i = 0; i < MAX_PEERS; i++)
      catalogue.apply(sealed({ peer: `p${i}`, ttlMs: TTL_MS + (i === 7 ? 0 : 1) }), 0, 0)
    for (let i = 0; i < MAX_PEERS - 2; i++) if (i !== 7) catalogue.setPresent(`p${i}`, true)
    catalogue.apply(sealed({ peer: 'new' }), 0, 0)
    expect(catalogue.size).toBe(MAX_PEERS)
    expect(catalogue.get('p7')).toBeUndefined()
    for (const peer of ['new', `p${MAX_PEERS - 1}`, `p${MAX_PEERS - 2}`]) catalogue.setPresent(peer, true)
    catalogue.apply(sealed({ peer: 'one more' }), 0, 0)
    expect(catalogue.get('one more')).toBeUndefined()
    expect(catalogue.size).toBe(MAX_PEERS)
    // A newer one of a node that is there replaces, and needs no room.
    catalogue.apply(sealed({ peer: 'new', sequence: 2 }), 0, 0)
    expect(catalogue.get('new')?.sequence).toBe(2)
  })

  it('goes in pages that fit a frame', () => {
    const catalogue = new Catalogue()
    const description = 'x'.repeat(2000)
    const capabilities = Array.from({ length: 25 }, (_, n) => ({ name: `c${n}`, version: '1.0.0', description }))
    for (let i = 0; i < 30; i++) {
      catalogue.apply(sealed({ peer: `p${i}`, agents: [{ name: 'agent', concurrency: 1, capabilities }] }), 0, 0)
    }
    const first = answerPull(catalogue, new Uint8Array(0), 0)
    expect(first.more).toBe(true)
    expect(first.announcements.length).toBeGreaterThan(5)
    const all = [...pushPages(catalogue, knownHashes(catalogue), 0)]
    expect(all.flat()).toHaveLength(30)
    for (const page of all) {
      expect(page.reduce((sum, held) => sum + held.announcement.length, 0)).toBeLessThan(600_000)
    }
  })
})
