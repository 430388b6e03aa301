import { type Random, seededRandom } from '../../lib/random.ts'
import { ProviderBoard, PublishBoard } from './boards.ts'
import { SimulatedHost } from './host.ts'
import { type LinkQuality, Links } from './links.ts'
import { Scheduler } from './scheduler.ts'
import { Trace } from './trace.ts'

export interface WorldOptions {
  /** Everything that is random follows from it. */
  seed: number
  /** How links behave that nothing else is said of. */
  link?: Partial<LinkQuality>
  /** Whether hosts hear of one another by multicast; default true. */
  multicast?: boolean
}

/** A simulated world: machines, links between them, virtual time. The same seed and calls give the same run, always. */
export class World {
  readonly seed: number
  readonly random: Random
  readonly scheduler = new Scheduler()
  readonly links: Links
  readonly trace = new Trace()
  readonly multicast: boolean
  readonly published = new PublishBoard(this)
  readonly provided = new ProviderBoard(this)
  readonly hosts: SimulatedHost[] = []
  readonly #byId = new Map<string, SimulatedHost>()

  constructor({ seed, link, multicast = true }: WorldOptions) {
    this.seed = seed
    this.random = seededRandom(seed)
    this.links = new Links(this.random, link)
    this.multicast = multicast
  }

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.scheduler.now
  }

  /** A new machine; its name is also its peer id. */
  host(id: string): SimulatedHost {
    if (this.#byId.has(id)) throw new Error(`there is a host ${id} already`)
    const host = new SimulatedHost(this, id, this.hosts.length)
    this.hosts.push(host)
    this.#byId.set(id, host)
    return host
  }

  find(id: string): SimulatedHost | undefined {
    return this.#byId.get(id)
  }

  /** Lets `ms` virtual milliseconds pass. */
  async run(ms: number): Promise<void> {
    await this.scheduler.run(this.now + ms)
  }

  /** Lets time pass until `condition` holds (asked after each event); throws when `maxMs` are over first. */
  async until(condition: () => boolean, maxMs: number, what = 'the condition'): Promise<void> {
    if (!(await this.scheduler.run(this.now + maxMs, condition))) {
      throw new Error(`${what} did not come true within ${maxMs} virtual ms (seed ${this.seed}, time ${this.now} ms)`)
    }
  }

  /** Awaits `promise` while time passes; throws when `maxMs` are over first. */
  async settle<T>(promise: Promise<T>, maxMs: number, what = 'the promise'): Promise<T> {
    let over = false
    const mark = (): void => {
      over = true
    }
    promise.then(mark, mark)
    await this.until(() => over, maxMs, what)
    return promise
  }

  /** Nobody reaches a host of another group; hosts in no group keep together. */
  partition(groups: readonly (readonly SimulatedHost[])[]): void {
    this.trace.line(`${this.now.toFixed(3)} partition ${groups.map((g) => g.map((h) => h.id).join(' ')).join(' | ')}`)
    this.links.partition(groups.map((group) => group.map((host) => host.machine.number)))
  }

  /** Nothing passes from one to the other in this direction. */
  block(from: SimulatedHost, to: SimulatedHost): void {
    this.trace.line(`${this.now.toFixed(3)} block ${from.id} > ${to.id}`)
    this.links.block(from.machine.number, to.machine.number)
  }

  /** Ends every partition and block. */
  heal(): void {
    this.trace.line(`${this.now.toFixed(3)} heal`)
    this.links.heal()
  }
}
