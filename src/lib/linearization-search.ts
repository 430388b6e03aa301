import type { NotLinearizable, Operation, SequentialModel } from './linearizability.ts'

/** A moment of the search: the state that the operations taken so far lead to, and what may come next. */
interface Frame<State> {
  readonly state: State
  /** The moment of the history that nothing of this frame gets past, as an index of events. */
  readonly barrier: number
  readonly next: readonly Candidate<State>[]
  tried: number
}

/** An operation that can be the next, and the state after it. */
interface Candidate<State> {
  readonly operation: number
  readonly state: State
  readonly key: string
  /** It changes nothing wherever it comes, so that it may as well come at once: no other choice need be tried. */
  readonly isRead: boolean
}

/** Before the first event. */
const HEAD = 0
const WORD = 32

/**
 * Depth first over the orders of one key's operations. Answered operations lie in a list of events, an invocation and an
 * answer each, in the order of time; those taken are lifted out of it. Any whose invocation comes before the first
 * answer that is left may be next. A set of taken operations with a state is tried once.
 */
export class LinearizationSearch<State extends NonNullable<unknown>, Call, Answer> {
  readonly #model: SequentialModel<State, Call, Answer>
  readonly #maxSteps: number
  /** Answered ones in the order of their invocations, then those of unknown outcome in theirs. */
  readonly #operations: readonly Operation<Call, Answer>[]
  readonly #answered: number
  /** Of each event: whose it is, and whether it is the answer. */
  readonly #owner: Int32Array
  readonly #isAnswer: Uint8Array
  readonly #time: Float64Array
  /** Of each answered operation: its two events. */
  readonly #invocation: Int32Array
  readonly #answer: Int32Array
  /** The list of events; it ends where it began, at `HEAD`. */
  readonly #after: Int32Array
  readonly #before: Int32Array
  /** A bit an operation: taken. */
  readonly #taken: Uint32Array
  readonly #tried = new Set<string>()
  readonly #frames: Frame<State>[] = []
  #farthest: { barrier: number; state: State; order: number[] } | undefined
  steps = 0

  constructor(
    model: SequentialModel<State, Call, Answer>,
    operations: readonly Operation<Call, Answer>[],
    maxSteps: number,
  ) {
    this.#model = model
    this.#maxSteps = maxSteps
    const sorted = operations.toSorted((a, b) => a.invokedAt - b.invokedAt)
    const answered = sorted.filter((operation) => operation.answered)
    this.#answered = answered.length
    this.#operations = [...answered, ...sorted.filter((operation) => !operation.answered)]
    const size = 2 * this.#answered + 1
    this.#owner = new Int32Array(size)
    this.#isAnswer = new Uint8Array(size)
    this.#time = new Float64Array(size)
    this.#invocation = new Int32Array(this.#answered)
    this.#answer = new Int32Array(this.#answered)
    this.#after = Int32Array.from({ length: size }, (_, i) => (i + 1) % size)
    this.#before = Int32Array.from({ length: size }, (_, i) => (i + size - 1) % size)
    this.#taken = new Uint32Array(Math.ceil(this.#operations.length / WORD))
    this.#layEvents()
  }

  run(): 'found' | 'not found' | 'gave up' {
    this.#frames.push(this.#frame(this.#model.initial, this.#model.key(this.#model.initial)))
    while (this.#after[HEAD] !== HEAD) {
      const frame = this.#frames.at(-1) as Frame<State>
      const candidate = frame.next[frame.tried++]
      if (!candidate) {
        this.#noteFarthest(frame)
        this.#frames.pop()
        const parent = this.#frames.at(-1)
        if (!parent) return 'not found'
        this.#putBack((parent.next[parent.tried - 1] as Candidate<State>).operation)
        continue
      }
      if (this.steps >= this.#maxSteps) return 'gave up'
      this.steps++
      this.#take(candidate.operation)
      if (candidate.isRead || this.#isNew(candidate.key)) this.#frames.push(this.#frame(candidate.state, candidate.key))
      else this.#putBack(candidate.operation)
    }
    return 'found'
  }

  /** What was taken, in its order. */
  order(): Operation<Call, Answer>[] {
    return this.#path().map((operation) => this.#operations[operation] as Operation<Call, Answer>)
  }

  failure(): Pick<NotLinearizable<State, Call, Answer>, 'order' | 'state' | 'stuck' | 'pending'> {
    if (!this.#farthest) throw new Error('this search has not failed')
    const { barrier, state, order } = this.#farthest
    const stuck = this.#owner[barrier] as number
    const taken = new Set(order)
    const pending = this.#operations.filter(
      ({ invokedAt }, i) => i !== stuck && !taken.has(i) && invokedAt <= (this.#time[barrier] as number),
    )
    const named = (operation: number) => this.#operations[operation] as Operation<Call, Answer>
    return { order: order.map(named), state, stuck: named(stuck), pending }
  }

  /** Events in the order of time; at one moment invocations first, since what happens at one moment is concurrent. */
  #layEvents(): void {
    const events = this.#operations.slice(0, this.#answered).flatMap(({ invokedAt, answered }, operation) => [
      { operation, isAnswer: 0, at: invokedAt },
      { operation, isAnswer: 1, at: answered?.at as number },
    ])
    events.sort((a, b) => a.at - b.at || a.isAnswer - b.isAnswer)
    events.forEach(({ operation, isAnswer, at }, i) => {
      const event = i + 1
      this.#owner[event] = operation
      this.#isAnswer[event] = isAnswer
      this.#time[event] = at
      const own = isAnswer ? this.#answer : this.#invocation
      own[operation] = event
    })
  }

  #frame(state: State, key: string): Frame<State> {
    const next: Candidate<State>[] = []
    let event = this.#after[HEAD] as number
    for (; this.#isAnswer[event] === 0 && event !== HEAD; event = this.#after[event] as number) {
      const candidate = this.#candidate(this.#owner[event] as number, state, key)
      if (candidate?.isRead) return { state, barrier: event, next: [candidate], tried: 0 }
      if (candidate) next.push(candidate)
    }
    // They are tried last: most unknown outcomes explain nothing.
    const until = this.#time[event] as number
    for (let i = this.#answered; i < this.#operations.length; i++) {
      if ((this.#operations[i] as Operation<Call, Answer>).invokedAt > until) break
      if (this.#isTaken(i)) continue
      const candidate = this.#candidate(i, state, key)
      // Where it changes nothing it may as well never happen.
      if (candidate && candidate.key !== key) next.push(candidate)
    }
    return { state, barrier: event, next, tried: 0 }
  }

  #candidate(operation: number, state: State, key: string): Candidate<State> | undefined {
    const { call, answered } = this.#operations[operation] as Operation<Call, Answer>
    const next = this.#model.step(state, call, answered?.answer)
    if (next === undefined) return undefined
    const isRead = answered !== undefined && this.#model.isRead(call, answered.answer)
    return { operation, state: next, key: next === state ? key : this.#model.key(next), isRead }
  }

  #take(operation: number): void {
    this.#flip(operation)
    if (operation >= this.#answered) return
    this.#lift(this.#invocation[operation] as number)
    this.#lift(this.#answer[operation] as number)
  }

  /** In the reverse order of `#take`: a lifted event still knows its neighbours of then (Knuth's dancing links). */
  #putBack(operation: number): void {
    this.#flip(operation)
    if (operation >= this.#answered) return
    this.#drop(this.#answer[operation] as number)
    this.#drop(this.#invocation[operation] as number)
  }

  #lift(event: number): void {
    const [before, after] = [this.#before[event] as number, this.#after[event] as number]
    this.#after[before] = after
    this.#before[after] = before
  }

  #drop(event: number): void {
    this.#after[this.#before[event] as number] = event
    this.#before[this.#after[event] as number] = event
  }

  #flip(operation: number): void {
    const word = Math.floor(operation / WORD)
    this.#taken[word] = (this.#taken[word] as number) ^ (1 << (operation % WORD))
  }

  #isTaken(operation: number): boolean {
    return (((this.#taken[Math.floor(operation / WORD)] as number) >>> (operation % WORD)) & 1) === 1
  }

  /** Whether these operations have not been taken with this state as their end before; they have been from now on. */
  #isNew(state: string): boolean {
    // All words before the first operation that is left are full; most of those behind the present are empty.
    const first = this.#after[HEAD] as number
    const from = first === HEAD ? this.#taken.length : Math.floor((this.#owner[first] as number) / WORD)
    let text = `${from}`
    for (let word = from; word < this.#taken.length; word++) {
      const bits = this.#taken[word] as number
      if (bits !== 0) text += `,${word - from}:${bits.toString(WORD)}`
    }
    text += ` ${state}`
    const before = this.#tried.size
    return this.#tried.add(text).size > before
  }

  #noteFarthest({ barrier, state }: Frame<State>): void {
    const { barrier: reached = HEAD, order } = this.#farthest ?? {}
    // Of several that got as far, the one that needed the fewest operations says most.
    if (barrier < reached || (barrier === reached && this.#frames.length > (order?.length ?? 0))) return
    this.#farthest = { barrier, state, order: this.#path() }
  }

  #path(): number[] {
    return this.#frames.flatMap(({ next, tried }) => next[tried - 1]?.operation ?? [])
  }
}
