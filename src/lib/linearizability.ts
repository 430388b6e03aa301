import { LinearizationSearch } from './linearization-search.ts'

/** What an object does when it is asked one thing at a time: the truth that concurrent answers are held against. */
export interface SequentialModel<State extends NonNullable<unknown>, Call, Answer> {
  readonly initial: State
  /**
   * The state after `call` was answered with `answer` in `state`; undefined if it cannot be answered so there. Without an
   * answer nothing is known of it, and any will do. Pure: states are never changed.
   */
  step(state: State, call: Call, answer: Answer | undefined): State | undefined
  /**
   * Whether a call with this answer leaves every state as it is in which it can be so answered: a read, a refusal. It is then
   * taken as soon as it fits, which saves most of the search; false is always right.
   */
  isRead(call: Call, answer: Answer): boolean
  /** A text that is equal for equal states and for no others. */
  key(state: State): string
}

/** One operation as its caller saw it. Moments are of one clock, or one counter, for all callers. */
export interface Operation<Call, Answer> {
  /** Which object was asked: each is checked apart (linearizability is local: Herlihy and Wing 1990). Default: the same for all. */
  readonly key?: string
  readonly call: Call
  readonly invokedAt: number
  /** Missing: its outcome is unknown. It may take effect at any moment from its invocation on, or never. */
  readonly answered?: { readonly at: number; readonly answer: Answer }
}

export interface LinearizabilityOptions {
  /** How many steps the search may take for all keys together before it gives up; a step is about a microsecond. */
  maxSteps?: number
}

/** Enough for 5,000 operations many times over; what needs more has too many unknown outcomes at once. */
const DEFAULT_MAX_STEPS = 1_000_000

export type Verdict<State, Call, Answer> =
  | {
      readonly verdict: 'linearizable'
      /** An order in which a sequential object would have given these answers, one key after the other. */
      readonly order: readonly Operation<Call, Answer>[]
    }
  | NotLinearizable<State, Call, Answer>
  /** Neither was shown within the allowed steps. */
  | { readonly verdict: 'gave up'; readonly key: string | undefined; readonly steps: number }

/** Up to the answer of `stuck` everything can be explained, with it nothing can. */
export interface NotLinearizable<State, Call, Answer> {
  readonly verdict: 'not linearizable'
  readonly key: string | undefined
  /** One of the ways to explain the longest part of the history that can be explained, in its order. */
  readonly order: readonly Operation<Call, Answer>[]
  /** The state that this order leads to. */
  readonly state: State
  /** The first operation, in the order of answers, whose answer no order explains. */
  readonly stuck: Operation<Call, Answer>
  /** What else was under way and is not in `order`. */
  readonly pending: readonly Operation<Call, Answer>[]
}

/**
 * Whether one moment between invocation and answer can be found for every operation so that a sequential object would have
 * given these answers (Herlihy and Wing, "Linearizability", 1990). The search is Wing and Gong's ("Testing and Verifying
 * Concurrent Objects", 1993) with Lowe's memory of what was tried ("Testing for linearizability", 2017). Leave
 * operations out that failed for certain; those of unknown outcome stay in without an answer.
 */
export function checkLinearizability<State extends NonNullable<unknown>, Call, Answer>(
  model: SequentialModel<State, Call, Answer>,
  operations: Iterable<Operation<Call, Answer>>,
  { maxSteps = DEFAULT_MAX_STEPS }: LinearizabilityOptions = {},
): Verdict<State, Call, Answer> {
  const order: Operation<Call, Answer>[] = []
  let steps = 0
  let gaveUp: Verdict<State, Call, Answer> | undefined
  for (const [key, own] of byKey(operations)) {
    const search = new LinearizationSearch(model, own, maxSteps - steps)
    const outcome = search.run()
    steps += search.steps
    if (outcome === 'gave up') gaveUp ??= { verdict: 'gave up', key, steps: maxSteps }
    else if (outcome === 'found') order.push(...search.order())
    else return { verdict: 'not linearizable', key, ...search.failure() }
  }
  return gaveUp ?? { verdict: 'linearizable', order }
}

function byKey<Call, Answer>(
  operations: Iterable<Operation<Call, Answer>>,
): Map<string | undefined, Operation<Call, Answer>[]> {
  const groups = new Map<string | undefined, Operation<Call, Answer>[]>()
  for (const operation of operations) {
    const { key, invokedAt, answered } = operation
    if (answered && !(answered.at >= invokedAt)) {
      throw new RangeError(`an operation was answered at ${answered.at}, before it was invoked at ${invokedAt}`)
    }
    const group = groups.get(key)
    if (group) group.push(operation)
    else groups.set(key, [operation])
  }
  return groups
}

/** Operations of the explanation that are told: what came before them is seldom of interest. */
const TOLD = 10

/** What is wrong, in lines for people. */
export function describeNotLinearizable<State extends NonNullable<unknown>, Call, Answer>(
  { key, order, state, stuck, pending }: NotLinearizable<State, Call, Answer>,
  model: SequentialModel<State, Call, Answer>,
): string {
  const lines = [
    `no order of operations explains this answer${key === undefined ? '' : ` of ${key}`}:`,
    `  ${line(stuck)}`,
    `the others up to it are explained by ${order.length} operations that lead to ${model.key(state)}, the last of them:`,
    ...order.slice(-TOLD).map((operation) => `  ${line(operation)}`),
  ]
  if (pending.length > 0)
    lines.push('beside it were under way:', ...pending.slice(0, TOLD).map((it) => `  ${line(it)}`))
  return lines.join('\n')
}

function line<Call, Answer>({ call, invokedAt, answered }: Operation<Call, Answer>): string {
  const until = answered ? `${answered.at}: ${JSON.stringify(answered.answer)}` : 'unknown'
  return `${JSON.stringify(call)} from ${invokedAt} to ${until}`
}
