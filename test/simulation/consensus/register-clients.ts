import { DECLINED, type RegisterReading } from '../../../src/consensus/register/register.ts'
import { History, type OpenOperation } from '../../../src/lib/history.ts'
import { checkLinearizability, describeNotLinearizable } from '../../../src/lib/linearizability.ts'
import { randomId } from '../../../src/lib/random.ts'
import {
  type RegisterAnswer,
  type RegisterCall,
  type RegisterExpectation,
  registerModel,
} from '../../../src/lib/register-model.ts'
import type { Life } from './life.ts'
import type { ConsensusNode } from './node.ts'
import { Readings } from './readings.ts'
import { attempt, one, pause, type Stage } from './stage.ts'

/** Few, so that clients meet. */
const NAMES = ['a', 'b'] as const
/** From one register that is new to all to the next, in virtual milliseconds. */
const NEW_EVERY_MS = 4000
/** From one operation of a client to its next, in milliseconds. */
const THINKS_MS = [100, 900] as const
/** How long a client waits before it asks again what became of a change, in milliseconds. */
const RETRIES_MS = [50, 400] as const
/** Then it gives up, and nobody ever knows. */
const MAX_ATTEMPTS = 12
/** How long a call tries, in milliseconds: from less than a round to more than most partitions last. */
const TIMEOUTS_MS = [300, 1000, 3000] as const

/** One change or read, asked as often as it takes to learn what became of it, on whichever node. */
interface Errand {
  readonly name: string
  readonly call: RegisterCall
  readonly nonce: string
  readonly operation: OpenOperation<RegisterAnswer>
  attempts: number
  /** Something was sent, so that it may be done. */
  maybeDone: boolean
}

/** Programs on every node that read and change registers, and write down what they are told. */
export class RegisterClients {
  readonly #readings: Readings
  readonly #stage: Stage
  readonly #history = new History<RegisterCall, RegisterAnswer>()
  /** Under way, with the life that asks. */
  readonly #under = new Map<Errand, Life>()
  /** What was under way when its process died: any other may ask what became of it. */
  readonly #orphans: Errand[] = []
  /** What a node was at when its process died: the next one begins there. */
  readonly #left = new Map<ConsensusNode, string>()
  #lastValue = 0
  answered = 0

  constructor(stage: Stage) {
    this.#stage = stage
    this.#readings = new Readings((what) => stage.fail(what))
  }

  /** The program of a life, for as long as there is trouble. */
  async run(life: Life): Promise<void> {
    const { random } = this.#stage
    const left = this.#left.get(life.node)
    if (left !== undefined) await this.#ask(life, left)
    while (true) {
      await pause(this.#stage, life, THINKS_MS)
      if (this.#stage.over) return
      const orphan = random.below(2) === 0 ? this.#orphans.shift() : undefined
      if (orphan) await this.#pursue(life, orphan)
      else await this.#ask(life, one(random, [...NAMES, this.#newName()]))
    }
  }

  #newName(): string {
    return `new ${Math.floor(this.#stage.world.now / NEW_EVERY_MS)}`
  }

  /** A call of this register, by chance one of all kinds; undefined where it failed or nobody knows. */
  #ask(life: Life, name: string, call = this.#anyCall(name)): Promise<RegisterReading | undefined> {
    const operation = this.#history.begin(name, call)
    const nonce = randomId(this.#stage.random)
    return this.#pursue(life, { name, call, nonce, operation, attempts: 0, maybeDone: false })
  }

  /** Its process is gone, and with it what it would have been told. */
  ended(life: Life): void {
    for (const [errand, asker] of [...this.#under]) {
      if (asker !== life) continue
      this.#under.delete(errand)
      errand.maybeDone = true
      this.#orphans.push(errand)
      this.#left.set(life.node, errand.name)
    }
  }

  /** Each register takes a write and a read of this life: that ends in a world that is whole. */
  async finish(life: Life): Promise<void> {
    for (const name of NAMES) {
      await this.#insist(life, name, this.#write())
      await this.#insist(life, name, { kind: 'read' })
    }
  }

  check(): void {
    const model = registerModel()
    const found = checkLinearizability(model, this.#history.operations())
    if (found.verdict === 'not linearizable') this.#stage.fail(describeNotLinearizable(found, model))
    if (found.verdict === 'gave up') this.#stage.fail(`nobody knows whether ${found.key} is linearizable`)
  }

  async #insist(life: Life, name: string, call: RegisterCall): Promise<void> {
    while (!(await this.#ask(life, name, call))) await pause(this.#stage, life, RETRIES_MS)
  }

  #anyCall(name: string): RegisterCall {
    const dice = this.#stage.random.below(10)
    const latest = this.#readings.latest(name)
    if (dice < 3) return { kind: 'read' }
    if (dice < 5 || !latest) return this.#write()
    if (dice < 8) return { kind: 'compareAndSet', expected: { revision: latest.revision }, value: ++this.#lastValue }
    return ADD_HALF
  }

  /** Every value is another one, so that it tells whose it is; some are deletions. */
  #write(): RegisterCall {
    return { kind: 'write', value: this.#stage.random.below(8) === 0 ? undefined : ++this.#lastValue }
  }

  /** Asks until it is answered, or certainly was not done, or nobody has the patience any more. */
  async #pursue(life: Life, errand: Errand): Promise<RegisterReading | undefined> {
    const { name, call, operation } = errand
    this.#under.set(errand, life)
    while (errand.attempts++ < MAX_ATTEMPTS) {
      const what = `${call.kind} of ${name}`
      const { result, maybeDone } = await attempt(this.#stage, life, what, () => this.#send(life, errand))
      errand.maybeDone ||= maybeDone
      // A read has no effect, whatever became of it.
      const isOver = result !== undefined || call.kind === 'read' || !errand.maybeDone
      if (isOver) this.#under.delete(errand)
      if (result) {
        this.answered++
        operation.answered(result)
        this.#readings.note(name, result)
        return result
      }
      if (isOver) {
        operation.failed()
        return undefined
      }
      await pause(this.#stage, life, RETRIES_MS)
    }
    this.#under.delete(errand)
    return undefined
  }

  async #send(life: Life, { name, call, nonce }: Errand): Promise<RegisterAnswer & RegisterReading> {
    const register = life.registers.register(name)
    const timeoutMs = one(this.#stage.random, TIMEOUTS_MS)
    const options = { nonce, timeoutMs }
    switch (call.kind) {
      case 'read':
        return register.read({ timeoutMs })
      case 'write':
        return { ...(await register.write(call.value, options)), applied: true }
      case 'compareAndSet': {
        const version = this.#versionOf(name, call.expected)
        const { applied, reading } = await register.compareAndSet(version, call.value, options)
        return { ...reading, applied }
      }
      case 'update': {
        const change = (current: RegisterReading) => {
          const next = call.change(current)
          return next ? next.value : DECLINED
        }
        const { applied, reading } = await register.update(change, options)
        return { ...reading, applied }
      }
    }
  }

  #versionOf(name: string, expected: RegisterExpectation): string {
    const reading = 'revision' in expected ? this.#readings.at(name, expected.revision) : undefined
    if (!reading) throw new Error(`nobody was told of ${JSON.stringify(expected)} of ${name}`)
    return reading.version
  }
}

/** Tells an update from a write, and declines where two of it came one after the other. */
const ADD_HALF: RegisterCall = {
  kind: 'update',
  name: 'add 0.5 to a whole number',
  change: ({ value }) => (Number.isInteger(value ?? 0) ? { value: Number(value ?? 0) + 0.5 } : null),
}
