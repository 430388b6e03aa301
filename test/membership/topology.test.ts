import { describe, expect, it } from 'vitest'
import { seededRandom, shuffle } from '../../src/lib/random.ts'
import { MAX_CONNECTIONS, Topology } from '../../src/membership/topology.ts'

/** The view of every node of a mesh, each having met the others in an order of its own. */
function views(size: number, seed: number, limit = MAX_CONNECTIONS): Map<string, Topology> {
  const random = seededRandom(seed)
  const ids = Array.from({ length: size }, (_, i) => `12D3KooW${seed}x${i}`)
  return new Map(
    ids.map((self) => {
      const topology = new Topology(self, limit)
      for (const id of shuffle([...ids], random)) topology.add(id)
      return [self, topology]
    }),
  )
}

/** How many are reached from one of them over neighbours. */
function reached(mesh: ReadonlyMap<string, Topology>): number {
  const [start] = mesh.keys()
  const seen = new Set([start as string])
  for (const id of seen) for (const next of mesh.get(id)?.neighbours ?? []) if (mesh.has(next)) seen.add(next)
  return seen.size
}

describe('Topology', () => {
  it('is a full mesh up to 64 nodes', () => {
    for (const [self, topology] of views(64, 1)) {
      expect(topology.full).toBe(true)
      expect(topology.neighbours.size).toBe(63)
      expect(topology.neighbours.has(self)).toBe(false)
    }
  })

  it.each([65, 100, 300])('is symmetric, connected and of bounded degree with %i nodes', (size) => {
    for (const seed of [1, 2]) {
      const mesh = views(size, seed)
      for (const [self, { neighbours, full }] of mesh) {
        expect(full).toBe(false)
        expect(neighbours.size).toBeLessThanOrEqual(16)
        // Several monitors each, also where rings agree.
        expect(neighbours.size).toBeGreaterThanOrEqual(8)
        for (const id of neighbours) expect(mesh.get(id)?.neighbours.has(self)).toBe(true)
      }
      expect(reached(mesh)).toBe(size)
    }
  })

  it('stays in one piece when half of the nodes fall silent, before anybody has noticed', () => {
    for (const seed of [1, 2, 3]) {
      const mesh = views(200, seed)
      const random = seededRandom(seed)
      const alive = new Map(shuffle([...mesh], random).slice(0, 100))
      expect(reached(alive)).toBe(100)
    }
  })

  it('changes a few edges for a newcomer, and says which', () => {
    for (const topology of views(150, 4).values()) {
      const before = new Set(topology.neighbours)
      const { added, removed } = topology.add('newcomer')
      const after = new Set([...before, ...added].filter((id) => !removed.includes(id)))
      expect([...topology.neighbours].sort()).toEqual([...after].sort())
      expect(added.every((id) => id === 'newcomer')).toBe(true)
    }
    const meeting = [...views(150, 4).values()].filter((topology) => topology.add('newcomer').added.length > 0)
    expect(meeting.length).toBeGreaterThanOrEqual(8)
    expect(meeting.length).toBeLessThanOrEqual(16)
  })

  it('wants of the gone those that it would be beside', () => {
    const mesh = views(150, 5)
    const [gone] = mesh.keys()
    const before = [...mesh].filter(([, topology]) => topology.neighbours.has(gone as string)).map(([id]) => id)
    for (const topology of mesh.values()) topology.remove(gone as string)
    const wanting = [...mesh]
      .filter(([id, topology]) => id !== gone && topology.wants(gone as string))
      .map(([id]) => id)
    expect(wanting.sort()).toEqual(before.sort())
  })

  it('becomes full again only well below the limit, and does not swing at it', () => {
    const topology = new Topology('self', 8)
    const ids = Array.from({ length: 8 }, (_, i) => `m${i}`)
    for (const id of ids) topology.add(id)
    expect(topology.full).toBe(false)
    topology.remove('m0')
    expect(topology.full).toBe(false)
    for (const id of ['m1', 'm2']) topology.remove(id)
    expect(topology.full).toBe(true)
    expect(topology.neighbours.size).toBe(5)
    topology.add('m0')
    expect(topology.full).toBe(true)
  })

  it('reports each change so that the sum of changes is the present set', () => {
    const random = seededRandom(9)
    const topology = new Topology('self', 16)
    const neighbours = new Set<string>()
    for (let i = 0; i < 500; i++) {
      const id = `m${random.below(40)}`
      const { added, removed } = random.below(2) === 0 ? topology.add(id) : topology.remove(id)
      for (const gone of removed) neighbours.delete(gone)
      for (const come of added) neighbours.add(come)
      expect([...neighbours].sort()).toEqual([...topology.neighbours].sort())
    }
  })
})
