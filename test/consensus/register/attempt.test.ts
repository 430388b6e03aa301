import { expect, test } from 'vitest'
import { type Answer, Attempt, type Effect, type Known } from '../../../src/consensus/register/attempt.ts'
import { type Ballot, Ballots } from '../../../src/consensus/register/ballot.ts'
import { decide } from '../../../src/consensus/register/change.ts'
import { NO_FLOOR } from '../../../src/consensus/register/codec.ts'
import { changed, freshContents } from '../../../src/consensus/register/contents.ts'
import type { Configuration } from '../../../src/consensus/voters/configuration.ts'
import { Contents } from '../../../src/wire/register.ts'
import { voters } from './soup.ts'

const at = (counter: number): Ballot => ({ counter, peer: 'p', process: 'x' })
const contentsAt = (revision: number): Contents => {
  let contents = freshContents(NO_FLOOR)
  for (let i = 1; i <= revision; i++) contents = changed(contents, `${i}`, Buffer.from(`${i}`))
  return contents
}

/** What an acceptor says that has accepted revision N at ballot N, and was told that `decided` is. */
const holding = (revision: number, decided?: number): Answer => ({
  granted: true,
  promised: at(revision + 1),
  accepted: at(revision),
  contents: Contents.encode(contentsAt(revision)),
  floor: NO_FLOOR,
  decided: decided === undefined ? undefined : at(decided),
})

const nothing = (floor: number): Answer => ({
  granted: true,
  promised: undefined,
  accepted: undefined,
  contents: undefined,
  floor: { counter: floor, revision: 0 },
  decided: undefined,
})

function attempt(mode: 'read' | 'change', known?: Known, configuration = voters(3)): Attempt {
  const wanted = mode === 'read' ? undefined : { nonce: 'n', mayRepeat: false, change: () => 'new' }
  return new Attempt({
    configuration,
    ballots: new Ballots('p', 'y'),
    above: 10,
    floor: NO_FLOOR,
    mode,
    known,
    all: false,
    mayStand: false,
    decide: (contents) => decide(contents, wanted),
  })
}

/** What a reading of three voters comes to that are heard in this order. */
function read(...answers: Answer[]): unknown {
  return readUnder(voters(3), ...answers)
}

function readUnder(configuration: Configuration, ...answers: Answer[]): unknown {
  const reading = attempt('read', undefined, configuration)
  reading.begin()
  let effect: Effect | undefined
  answers.forEach((answer, i) => {
    effect ??= reading.answer(`a${i}`, answer)
  })
  if (!effect || !('done' in effect)) return effect
  return effect.done.kind === 'decided' ? effect.done.answer.reading.value : effect.done.kind
}

test('a reading beside a change under way is what was decided last, with a voter that was never told', () => {
  expect(read(holding(7, 6), holding(6, 5), holding(2, 1))).toBe(6)
  // Either of both may hear of it first.
  expect(read(holding(6, 5), holding(7, 6), holding(2, 1))).toBe(6)
  expect(read(holding(2, 1), holding(7, 6), holding(6, 5))).toBe(6)
  expect(read(holding(7, 6), holding(6, 5), nothing(5))).toBe(6)
})

test('a reading waits for a quorum that holds nothing above what is known to be decided', () => {
  // The third may hold 7 as well: then that was decided before.
  expect(read(holding(7, 6), holding(6, 5))).toBeUndefined()
  expect(read(holding(8, 6), holding(9, 7), holding(7, 6))).toBe('unsettled')
  // Nobody who was heard has what was decided.
  expect(read(holding(7, 6), holding(5, 4), holding(2, 1))).toBe('unsettled')
  expect(read(holding(7), holding(6), holding(2))).toBe('unsettled')
})

test('a voter that has collected the register says nothing of what was decided before', () => {
  expect(read(holding(7, 6), holding(6, 5), nothing(6))).toBe('unsettled')
})

test('while voters change a reading is what both the old and the new hold, and not what the old have decided', () => {
  const [a0, a1, a2, ...next] = voters(6).voters
  const joint = { ...voters(6), epoch: 2, voters: [a0!, a1!, a2!], next }
  const old = [holding(7, 6), holding(6, 5), holding(6, 5)]
  expect(readUnder(joint, ...old, nothing(0), nothing(0), nothing(0))).toBe('unsettled')
  expect(readUnder(joint, ...old, holding(6, 5), nothing(0), holding(6, 5))).toBe(6)
})

test('a proposer says that its last change was decided, and of what it has only found that it is not known', () => {
  const ofLast = attempt('change', { accepted: at(6), contents: contentsAt(6), next: at(7) })
  expect(ofLast.begin()).toMatchObject({ send: { kind: 'accept', ballot: at(7), decided: at(6) } })
  const found = attempt('change', { accepted: at(6), contents: contentsAt(6), next: undefined })
  found.begin()
  found.answer('a0', holding(6, 5))
  expect(found.answer('a1', holding(5, 4))).toMatchObject({ send: { kind: 'accept', decided: undefined } })
})
