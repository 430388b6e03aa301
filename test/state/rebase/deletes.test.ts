import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StateCore } from '../../../src/state/core.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import type { Sibling } from '../../../src/state/entry.ts'
import { again, isSame, originOf } from '../../../src/state/origin.ts'
import { winner } from '../../../src/state/policy.ts'
import { encodeValue } from '../../../src/state/value.ts'
import { A, B, C, D, D1, forget, rebase, retire, shown, tick, write } from './cores.ts'

/** One thing that happens to a key on one side: it is written or deleted, or what deleted it is forgotten. */
interface Step {
  readonly key: string
  readonly does: 'write' | 'delete' | 'forget'
  readonly fence: number
  readonly rank: number
}

const steps = fc.array(
  fc.record<Step>({
    key: fc.constantFrom('x', 'y'),
    does: fc.constantFrom('write', 'delete', 'forget'),
    fence: fc.nat(2),
    rank: fc.nat(2),
  }),
  { maxLength: 6 },
)

const cellOf = (key: string) => ({ namespace: 'n', key, path: '' })

/** As one node of a side does, which is all that there is of that side. */
function run(core: StateCore, as: ReplicaId, all: readonly Step[]): void {
  for (const { key, does, fence, rank } of all) {
    const cell = cellOf(key)
    if (does === 'forget') {
      const siblings = core.siblings(cell)
      if (siblings.every(({ entry }) => entry.value === undefined)) core.forget([[cell, siblings]])
      continue
    }
    const value = does === 'write' ? encodeValue(1) : undefined
    const dot = { replica: as, sequence: core.stored.contiguous(as) + 1 }
    core.write(core.compose(dot, tick(), [{ ...cell, value, fence, rank }]))
  }
}

test('a key that holds a value which the others have never had shows it over their state, or what they wrote', () => {
  fc.assert(
    fc.property(steps, steps, steps, (both, here, there) => {
      const [own, truth] = [new StateCore(), new StateCore()]
      run(own, D, both)
      truth.receive([...own.events()])
      truth.close(own.shown())
      run(truth, C, there)
      run(own, A, here)
      const before = ['x', 'y'].map((key) => [key, own.siblings(cellOf(key))[0]] as const)
      rebase(own, truth, B)
      for (const [key, mine] of before) {
        if (mine?.entry.value === undefined || mine.event.replica !== A) continue
        for (const policy of ['latest', 'priority'] as const) {
          const { event } = winner(truth.siblings(cellOf(key)), policy) as Sibling
          expect(event.replica === C || isSame(originOf(event), mine.event)).toBe(true)
        }
      }
    }),
    { numRuns: 1000 },
  )
})

test('a delete that was brought in there goes, where what has replaced it here need not name it any more', () => {
  const lost = write(new StateCore(), D, 'x', undefined)
  const entries = lost.entries.map((entry) => again(entry, lost))
  const [own, truth, others] = [new StateCore(), new StateCore(), new StateCore()]
  truth.write({ replica: C, sequence: 1, time: tick(), entries, origin: D1 })
  others.write({ replica: A, sequence: 1, time: tick(), entries, origin: D1 })
  write(others, A, 'x', 1)
  retire(others, A, D, { dropped: true, final: 1, known: [[1, 1]] })
  // Nobody here has anything of d any more.
  own.receive([...others.events()])
  own.close(others.shown())
  own.isOver = (replica) => replica === D
  expect(write(own, A, 'x', 2).entries[0]?.past.has(D)).toBe(false)
  expect(rebase(own, truth, B)).toEqual(['x'])
  // One of this node's stands in its place until all have that: it hides nothing, and is not what was replaced.
  const standing = truth.siblings(cellOf('x'))
  expect(standing.map(({ event }) => originOf(event))).toEqual([
    { replica: B, sequence: 1 },
    { replica: A, sequence: 4 },
  ])
  expect(shown(truth, 'x')).toEqual([2])
})

test('not so the delete of a value that came here late, when that was forgotten', () => {
  const [own, truth] = [new StateCore(), new StateCore()]
  const late = write(truth, D, 'x', 1)
  const gone = write(truth, A, 'x', undefined)
  own.receive([gone])
  forget(own, 'x')
  own.receive([late])
  expect(rebase(own, truth, C)).toEqual([])
  expect(truth.siblings(cellOf('x')).map(({ event }) => event)).toEqual([gone])
})
