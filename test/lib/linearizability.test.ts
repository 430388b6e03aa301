import fc from 'fast-check'
import { expect, test } from 'vitest'
import { History } from '../../src/lib/history.ts'
import {
  checkLinearizability,
  describeNotLinearizable,
  type NotLinearizable,
  type Operation,
} from '../../src/lib/linearizability.ts'
import { type Random, seededRandom } from '../../src/lib/random.ts'
import {
  type RegisterAnswer,
  type RegisterCall,
  type RegisterContent,
  registerModel,
} from '../../src/lib/register-model.ts'

type Op = Operation<RegisterCall, RegisterAnswer>

const model = registerModel()
const valuesOnly = registerModel({ revisions: false })

const write = (value: number | undefined, from: number, to?: number): Op => ({
  call: { kind: 'write', value },
  invokedAt: from,
  ...(to !== undefined && { answered: { at: to, answer: { value } } }),
})
const read = (value: number | undefined, from: number, to: number): Op => ({
  call: { kind: 'read' },
  invokedAt: from,
  answered: { at: to, answer: { value } },
})
const swap = (
  expected: number | undefined,
  value: number,
  applied: boolean,
  after: number,
  from: number,
  to: number,
): Op => ({
  call: { kind: 'compareAndSet', expected: { value: expected }, value },
  invokedAt: from,
  answered: { at: to, answer: { value: after, applied } },
})
const increment = (after: number, from: number, to: number): Op => ({
  call: { kind: 'update', name: 'increment', change: ({ value }) => ({ value: Number(value ?? 0) + 1 }) },
  invokedAt: from,
  answered: { at: to, answer: { value: after, applied: true } },
})

const verdict = (...operations: Op[]) => checkLinearizability(model, operations).verdict

test.each<[string, Op[]]>([
  ['nothing', []],
  ['reads of nothing', [read(undefined, 1, 2), read(undefined, 3, 4)]],
  ['a read beside a write sees the old value', [write(1, 1, 4), read(undefined, 2, 3)]],
  ['a read beside a write sees the new value', [write(1, 1, 4), read(1, 2, 3)]],
  ['writes beside one another, in either order', [write(1, 1, 4), write(2, 2, 3), read(1, 5, 6)]],
  [
    'one of two compare-and-sets beside one another',
    [swap(undefined, 1, true, 1, 1, 3), swap(undefined, 2, false, 1, 2, 4)],
  ],
  ['a deleted value', [write(1, 1, 2), write(undefined, 3, 4), read(undefined, 5, 6)]],
  ['increments', [increment(2, 1, 4), increment(1, 2, 3), read(2, 5, 6)]],
  ['an unknown write that never happens', [write(1, 1, 2), write(2, 3), read(1, 4, 5)]],
  [
    'an unknown write that appears much later',
    [write(1, 1, 2), write(2, 3), read(1, 4, 5), write(3, 6, 7), read(2, 8, 9)],
  ],
  ['an unknown write that explains a compare-and-set', [write(2, 1), swap(2, 3, true, 3, 5, 6)]],
  ['touching at one moment is beside one another', [write(1, 1, 2), read(undefined, 2, 3)]],
])('fine: %s', (_, operations) => {
  expect(verdict(...operations)).toBe('linearizable')
})

test.each<[string, Op[]]>([
  ['a stale read', [write(1, 1, 2), read(undefined, 3, 4)]],
  ['a value that nobody wrote', [write(1, 1, 2), read(7, 3, 4)]],
  ['a value before its write was asked', [read(1, 1, 2), write(1, 3, 4)]],
  ['a lost update', [increment(1, 1, 3), increment(1, 2, 4)]],
  ['an update that was applied twice', [increment(1, 1, 2), read(2, 3, 4)]],
  ['two compare-and-sets from one value', [swap(undefined, 1, true, 1, 1, 3), swap(undefined, 2, true, 2, 2, 4)]],
  ['a compare-and-set that declines without a reason', [write(1, 1, 2), swap(1, 2, false, 1, 3, 4)]],
  ['new, then old', [write(1, 1, 10), read(1, 2, 3), read(undefined, 4, 5)]],
  [
    'two readers who disagree on an order',
    [write(1, 1, 20), write(2, 1, 20), read(1, 2, 3), read(2, 4, 5), read(1, 6, 7)],
  ],
  ['an unknown write that appears and vanishes', [write(1, 1, 2), write(2, 3), read(2, 4, 5), read(1, 6, 7)]],
  ['an unknown write that happens twice', [write(2, 1), read(2, 4, 5), write(1, 6, 7), read(1, 8, 9), read(2, 10, 11)]],
  ['an unknown write before it was asked', [read(2, 1, 2), write(2, 3)]],
])('caught: %s', (_, operations) => {
  expect(verdict(...operations)).toBe('not linearizable')
})

test('revisions are held against the number of changes', () => {
  const told = (revision: number, from: number): Op => ({
    call: { kind: 'read' },
    invokedAt: from,
    answered: { at: from + 1, answer: { value: 1, revision } },
  })
  expect(verdict(write(1, 1, 2), told(1, 3))).toBe('linearizable')
  expect(verdict(write(1, 1, 2), told(2, 3))).toBe('not linearizable')
  // Somebody may have written the same value.
  expect(verdict(write(1, 1, 2), write(1, 1), told(2, 3))).toBe('linearizable')
  const expecting = (revision: number, applied: boolean): Op => ({
    call: { kind: 'compareAndSet', expected: { revision }, value: 2 },
    invokedAt: 3,
    answered: { at: 4, answer: { value: applied ? 2 : 1, applied } },
  })
  expect(verdict(write(1, 1, 2), expecting(1, true))).toBe('linearizable')
  expect(verdict(write(1, 1, 2), expecting(0, true))).toBe('not linearizable')
})

test('keys are checked apart', () => {
  const of = (key: string, operation: Op): Op => ({ ...operation, key })
  expect(verdict(of('a', write(1, 1, 2)), of('b', read(undefined, 3, 4)))).toBe('linearizable')
  const bad = checkLinearizability(model, [of('a', write(1, 1, 2)), of('b', write(1, 3, 4)), of('b', read(2, 5, 6))])
  expect(bad).toMatchObject({ verdict: 'not linearizable', key: 'b' })
})

test('the explanation names the first answer that does not fit, and what led there', () => {
  const history = [write(1, 1, 2), write(2, 3, 4), read(2, 5, 6), write(5, 6.5), read(1, 7, 8), read(9, 9, 10)]
  const found = checkLinearizability(model, history) as NotLinearizable<RegisterContent, RegisterCall, RegisterAnswer>
  expect(found.stuck).toBe(history[4])
  expect(found.order).toEqual(history.slice(0, 3))
  expect(found.state).toEqual({ value: 2, revision: 2 })
  expect(found.pending).toEqual([history[3]])
  expect(describeNotLinearizable(found, model).split('\n')).toEqual([
    'no order of operations explains this answer:',
    '  {"kind":"read"} from 7 to 8: {"value":1}',
    'the others up to it are explained by 3 operations that lead to 2 (revision 2), the last of them:',
    '  {"kind":"write","value":1} from 1 to 2: {"value":1}',
    '  {"kind":"write","value":2} from 3 to 4: {"value":2}',
    '  {"kind":"read"} from 5 to 6: {"value":2}',
    'beside it were under way:',
    '  {"kind":"write","value":5} from 6.5 to unknown',
  ])
})

test('an answer before its invocation is refused', () => {
  expect(() => checkLinearizability(model, [read(1, 2, 1)])).toThrow(RangeError)
  expect(() => checkLinearizability(model, [read(1, 2, Number.NaN)])).toThrow(RangeError)
})

test('a search that would take for ever says so, unless another key is clearly bad', () => {
  // Any of 2^24 sets of unknown increments may have happened.
  const unknown = Array.from(
    { length: 24 },
    (_, i): Op => ({
      call: { kind: 'update', name: `add ${2 ** i}`, change: ({ value }) => ({ value: Number(value ?? 0) + 2 ** i }) },
      invokedAt: i,
    }),
  )
  const impossible = read(2 ** 24, 100, 101)
  expect(checkLinearizability(model, [...unknown, impossible], { maxSteps: 10_000 })).toEqual({
    verdict: 'gave up',
    key: undefined,
    steps: 10_000,
  })
  const bad: Op = { ...read(1, 1, 2), key: 'bad' }
  expect(verdict(bad, ...unknown, impossible)).toBe('not linearizable')
})

test('a history writes down what was answered and what is unknown, and forgets what failed', () => {
  const history = new History<RegisterCall, RegisterAnswer>()
  const first = history.begin('a', { kind: 'write', value: 1 })
  history.begin('a', { kind: 'write', value: 2 })
  const third = history.begin('b', { kind: 'read' })
  first.answered({ value: 1 })
  third.failed()
  expect([...history.operations()]).toEqual([
    { key: 'a', call: { kind: 'write', value: 1 }, invokedAt: 1, answered: { at: 4, answer: { value: 1 } } },
    { key: 'a', call: { kind: 'write', value: 2 }, invokedAt: 2 },
  ])
  expect(() => first.failed()).toThrow(/ended before/)
})

test('whatever a real register answers is accepted, in an order that it could have run in', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, count) => {
      const operations = realHistory(seededRandom(seed), { count, clients: 6, unknown: 0.03, values: 4 })
      for (const one of [model, valuesOnly]) {
        const found = checkLinearizability(one, operations)
        expect(found.verdict).toBe('linearizable')
        if (found.verdict === 'linearizable') expectLegal(found.order, operations)
      }
    }),
  )
})

test('of small histories it says exactly what trying all orders says', () => {
  const seen = { linearizable: 0, 'not linearizable': 0, 'gave up': 0 }
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 7 }), (seed, count) => {
      const random = seededRandom(seed)
      const operations = realHistory(random, { count, clients: 3, unknown: 0.2, values: 2 })
      mutate(random, operations)
      const { verdict } = checkLinearizability(model, operations)
      expect(verdict).toBe(tryAllOrders(operations) ? 'linearizable' : 'not linearizable')
      seen[verdict]++
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(seen.linearizable, seen['not linearizable'])).toBeGreaterThan(500)
})

test('5,000 operations of ten clients, unknown ones among them, are checked in a moment', () => {
  const operations = realHistory(seededRandom(1), { count: 5000, clients: 10, unknown: 0.002, values: 1000 })
  expect(operations.filter(({ answered }) => !answered).length).toBeGreaterThan(4)
  const before = process.cpuUsage()
  expect(checkLinearizability(model, operations).verdict).toBe('linearizable')
  const { user, system } = process.cpuUsage(before)
  // It takes about a twentieth of a second of a core; the rest is for slower machines.
  expect((user + system) / 1000).toBeLessThan(500)
})

interface HistoryShape {
  count: number
  clients: number
  /** The fraction whose answer is lost; half of those take no effect. */
  unknown: number
  values: number
}

/** What clients would have seen of a real register: each operation takes effect at a moment of its own between its ends. */
function realHistory(random: Random, { count, clients, unknown, values }: HistoryShape): Op[] {
  const free = new Array<number>(clients).fill(0)
  const planned = Array.from({ length: count }, () => {
    const client = random.below(clients)
    const invokedAt = (free[client] as number) + random.float()
    const at = invokedAt + random.float() * 3
    const lost = random.float() < unknown
    free[client] = at
    const effectAt = invokedAt + random.float() * (at - invokedAt) * (lost ? 10 : 1)
    return { call: randomCall(random, values), invokedAt, at, lost, effectAt, happens: !lost || random.below(2) === 0 }
  })
  let state: RegisterContent = model.initial
  const operations: Op[] = []
  for (const { call, invokedAt, at, lost, happens } of planned.sort((a, b) => a.effectAt - b.effectAt)) {
    const next = happens ? (model.step(state, call, undefined) as RegisterContent) : state
    const answer = { ...next, applied: next !== state }
    operations.push({ call, invokedAt, ...(!lost && { answered: { at, answer } }) })
    state = next
  }
  return operations
}

function randomCall(random: Random, values: number): RegisterCall {
  const value = random.below(values)
  const dice = random.below(10)
  if (dice < 4) return { kind: 'read' }
  if (dice < 6) return { kind: 'write', value }
  if (dice < 7) return { kind: 'write', value: undefined }
  if (dice < 9) return { kind: 'compareAndSet', expected: { value: random.below(values) }, value }
  return { kind: 'update', name: 'add', change: (now) => ({ value: Number(now.value ?? 0) + value }) }
}

/** Another value, revision or end of one answer, or an answer that never came. */
function mutate(random: Random, operations: Op[]): void {
  const i = random.below(operations.length)
  const { answered, ...open } = operations[i] as Op
  if (!answered) return
  const dice = random.below(4)
  if (dice === 0) operations[i] = open
  else if (dice === 1) operations[i] = { ...open, answered: { ...answered, answer: { ...answered.answer, value: 1 } } }
  else if (dice === 2) operations[i] = { ...open, answered: { at: open.invokedAt + 0.01, answer: answered.answer } }
  else {
    const revision = (answered.answer.revision as number) + random.below(3) - 1
    operations[i] = { ...open, answered: { ...answered, answer: { ...answered.answer, revision } } }
  }
}

function tryAllOrders(operations: readonly Op[], state: RegisterContent = model.initial): boolean {
  if (operations.every(({ answered }) => !answered)) return true
  const firstAnswer = Math.min(...operations.map(({ answered }) => answered?.at ?? Number.POSITIVE_INFINITY))
  return operations.some((operation) => {
    if (operation.invokedAt > firstAnswer) return false
    const next = model.step(state, operation.call, operation.answered?.answer)
    return (
      next !== undefined &&
      tryAllOrders(
        operations.filter((other) => other !== operation),
        next,
      )
    )
  })
}

/** The order holds all that were answered, each answer fits, and nobody comes before somebody who had ended by then. */
function expectLegal(order: readonly Op[], operations: readonly Op[]): void {
  for (const operation of operations) if (operation.answered) expect(order).toContain(operation)
  expect(new Set(order).size).toBe(order.length)
  let state: RegisterContent | undefined = model.initial
  let latestInvocation = Number.NEGATIVE_INFINITY
  for (const { call, invokedAt, answered } of order) {
    latestInvocation = Math.max(latestInvocation, invokedAt)
    expect(answered?.at ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(latestInvocation)
    state = valuesOnly.step(state as RegisterContent, call, answered?.answer)
    expect(state).toBeDefined()
  }
}
