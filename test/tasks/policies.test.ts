import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../src/lib/errors.ts'
import { type Candidate, policiesWith, policyNamed } from '../../src/tasks/policies.ts'
import { rendezvousHash } from '../../src/tasks/rendezvous.ts'
import { type Best, bestOf, fitOf, type Standing, score, WEIGHTS } from '../../src/tasks/score.ts'

const policies = policiesWith()
const idle: Standing = { fit: 1, backlog: 0, cpu: 0, expectedMs: 5, success: 0.75 }
const candidate = (peer: string, standing: Partial<Standing> = {}): Candidate => ({ peer, ...idle, ...standing })

const standing = fc.record({
  fit: fc.double({ min: 0, max: 1, noNaN: true }),
  backlog: fc.double({ min: 0, max: 1000, noNaN: true }),
  cpu: fc.double({ min: 0, max: 64, noNaN: true }),
  expectedMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  success: fc.double({ min: 0, max: 1, noNaN: true }),
})
const candidates = fc.uniqueArray(
  fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), standing).map(([peer, rest]) => ({ peer, ...rest })),
  { selector: ({ peer }) => peer, maxLength: 20 },
)

describe('every policy', () => {
  for (const [name, policy] of policies) {
    it(`${name} ranks exactly the candidates, the same each time and in whatever order they come`, () => {
      fc.assert(
        fc.property(candidates, fc.string(), fc.nat(1000), (all, task, turn) => {
          const ranked = policy(all, task, turn)
          expect([...ranked].sort()).toEqual(all.map(({ peer }) => peer).sort())
          expect(policy([...all].reverse(), task, turn)).toEqual(ranked)
        }),
      )
    })
  }
})

describe('auction', () => {
  const auction = policyNamed(policies, 'auction')

  it('prefers the better one in each respect', () => {
    const worse: Partial<Standing>[] = [{ fit: 0.5 }, { backlog: 1 }, { cpu: 1 }, { expectedMs: 100 }, { success: 0.5 }]
    for (const standing of worse) {
      for (const task of ['t1', 't2', 't3', 't4']) {
        expect(auction([candidate('a', standing), candidate('b')], task, 0)).toEqual(['b', 'a'])
      }
    }
  })

  it('breaks ties evenly over many tasks', () => {
    const tied = ['a', 'b', 'c', 'd'].map((peer) => candidate(peer))
    const wins = new Map<string, number>()
    for (let i = 0; i < 4000; i++) {
      const [winner = ''] = auction(tied, `task-${i}`, 0)
      wins.set(winner, (wins.get(winner) ?? 0) + 1)
    }
    // 1000 each expected; 5 standard deviations are 137.
    for (const count of wins.values()) expect(Math.abs(count - 1000)).toBeLessThan(137)
    expect(wins.size).toBe(4)
  })

  it('still tells a long queue from one that is longer', () => {
    for (const task of ['t1', 't2', 't3', 't4']) {
      expect(auction([candidate('a', { backlog: 31 }), candidate('b', { backlog: 30 })], task, 0)).toEqual(['b', 'a'])
    }
  })

  it('takes differences below its resolution for ties', () => {
    const first = new Set(
      Array.from(
        { length: 50 },
        (_, i) => auction([candidate('a', { expectedMs: 5.01 }), candidate('b')], `${i}`, 0)[0],
      ),
    )
    expect(first).toEqual(new Set(['a', 'b']))
  })
})

describe('least-loaded', () => {
  it('looks at nothing but the backlog', () => {
    const ranked = policyNamed(policies, 'least-loaded')(
      [
        candidate('a', { backlog: 2 }),
        candidate('b', { backlog: 0.5, success: 0, fit: 0 }),
        candidate('c', { backlog: 1 }),
      ],
      't',
      0,
    )
    expect(ranked).toEqual(['b', 'c', 'a'])
  })
})

describe('round-robin', () => {
  it('gives each its turn', () => {
    const roundRobin = policyNamed(policies, 'round-robin')
    const all = ['c', 'a', 'b'].map((peer) => candidate(peer))
    expect([0, 1, 2, 3].map((turn) => roundRobin(all, 't', turn)[0])).toEqual(['a', 'b', 'c', 'a'])
    expect(roundRobin([], 't', 5)).toEqual([])
  })
})

describe('the registry', () => {
  it('takes own policies, and names the known ones when asked for another', () => {
    const last = (all: readonly Candidate[]) => all.map(({ peer }) => peer).reverse()
    const own = policiesWith({ last })
    expect(policyNamed(own, 'last')([candidate('a'), candidate('b')], 't', 0)).toEqual(['b', 'a'])
    expect(() => policyNamed(own, 'fastest')).toThrow(InvalidInputError)
    expect(() => policyNamed(own, 'toString')).toThrow("there is no policy 'toString'")
  })
})

describe('the score', () => {
  it('lies between 0 and 1', () => {
    fc.assert(
      fc.property(standing, (it) => {
        const value = score(it, bestOf([it]))
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
      }),
    )
    expect(WEIGHTS.fit + WEIGHTS.load + WEIGHTS.speed + WEIGHTS.success).toBeCloseTo(1)
    const perfect = { ...idle, fit: 1, success: 1 }
    expect(score(perfect, bestOf([perfect]))).toBe(1)
  })

  it('never rises with what is worse', () => {
    fc.assert(
      fc.property(standing, fc.double({ min: 0, max: 100, noNaN: true }), (it, more) => {
        const best: Best = { load: 0, expectedMs: 0 }
        const before = score(it, best)
        expect(score({ ...it, backlog: it.backlog + more }, best)).toBeLessThanOrEqual(before)
        expect(score({ ...it, cpu: it.cpu + more }, best)).toBeLessThanOrEqual(before)
        expect(score({ ...it, expectedMs: it.expectedMs + more }, best)).toBeLessThanOrEqual(before)
        expect(score({ ...it, success: it.success / (1 + more) }, best)).toBeLessThanOrEqual(before)
      }),
    )
  })

  it('keeps specialists free for who asks for them', () => {
    expect(fitOf(0, 0)).toBe(1)
    expect(fitOf(1, 1)).toBe(1)
    expect(fitOf(0, 3)).toBe(0.25)
  })
})

describe('rendezvous hashing', () => {
  it('moves only what belonged to a node that goes', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e']
    const owner = (task: string, among: string[]): string =>
      among.reduce((best, node) => (rendezvousHash(task, node) > rendezvousHash(task, best) ? node : best))
    for (let i = 0; i < 500; i++) {
      const before = owner(`t${i}`, nodes)
      if (before !== 'c')
        expect(
          owner(
            `t${i}`,
            nodes.filter((node) => node !== 'c'),
          ),
        ).toBe(before)
    }
  })
})
