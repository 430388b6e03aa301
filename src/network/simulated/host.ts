import type { Clock } from '../../lib/clock.ts'
import type { CoveyError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Random, seededRandom } from '../../lib/random.ts'
import type { Signer } from '../../lib/signer.ts'
import { MemoryStorage, type StorageStep } from '../../storage/memory.ts'
import { MemoryDisk } from '../../storage/memory-disk.ts'
import { SimulatedNetwork } from './network.ts'
import type { EventOwner, SimulatedEvent } from './scheduler.ts'
import { simulatedSigner } from './signer.ts'
import { tracedLog } from './trace.ts'
import type { World } from './world.ts'

/** Wall-clock time at the beginning of every simulation, milliseconds since 1970. */
const EPOCH_MS = Date.UTC(2026, 0, 1)

/** A machine: what survives its process. */
export interface Machine {
  readonly number: number
  powered: boolean
  /** How far its wall clock is from true time, in milliseconds. */
  skewMs: number
  /** How much too fast its clocks run: 0.001 is a millisecond a second. */
  drift: number
}

/** One life of a host's process: its ports die with it. */
export class Process implements EventOwner {
  readonly world: World
  readonly id: string
  readonly machine: Machine
  readonly network: SimulatedNetwork
  alive = true
  paused = false
  held: SimulatedEvent[] = []

  constructor(world: World, id: string, machine: Machine, random: Random) {
    this.world = world
    this.id = id
    this.machine = machine
    this.network = new SimulatedNetwork(this, random)
  }

  holds(event: SimulatedEvent): boolean {
    if (this.paused) this.held.push(event)
    return this.paused
  }
}

/**
 * A simulated computer with one process on it. `clock`, `random`, `network`, `signer`, `storage` and `log` are the ports
 * of the present process; `restart` gives new ones, over the same disk and identity.
 */
export class SimulatedHost {
  readonly id: string
  readonly machine: Machine
  readonly signer: Signer
  readonly log: Log
  clock!: Clock
  random!: Random
  network!: SimulatedNetwork
  storage!: MemoryStorage
  /** The least and the most that a commit takes in milliseconds, by chance; 0 and 0: it is durable at once. */
  diskLatencyMs: readonly [least: number, most: number] = [0, 0]
  /** Hears of every step of its storage; `crash` in it is a crash at that step. */
  onStorageStep: (step: StorageStep) => void = () => undefined
  #disk = new MemoryDisk()
  readonly #diskRandom: Random
  readonly #world: World
  #process!: Process
  #lives = 0

  constructor(world: World, id: string, number: number) {
    this.#world = world
    this.id = id
    this.machine = { number, powered: true, skewMs: 0, drift: 0 }
    this.signer = simulatedSigner(id, `secret of world ${world.seed}`)
    this.log = tracedLog(world.trace, () => world.now, id)
    // Of its own: what a disk does must not change what links do.
    this.#diskRandom = seededRandom(Math.imul(world.seed + 1, 0x9e3779b1) ^ number)
    this.#boot()
  }

  get alive(): boolean {
    return this.#process.alive
  }

  get paused(): boolean {
    return this.#process.paused
  }

  get process(): Process {
    return this.#process
  }

  /** SIGKILL: the process is gone, its kernel resets its connections. */
  kill(): void {
    this.log.info('killed')
    for (const endpoint of this.network.endpoints()) endpoint.abort(new Error('killed'))
    this.#process.alive = false
    this.storage.crash()
  }

  /** The power goes: nobody is told anything. */
  crash(): void {
    this.log.info('crashed')
    this.machine.powered = false
    this.#process.alive = false
    this.storage.crash()
  }

  /** A new process with new ports, over what the disk has. */
  restart(): void {
    if (this.#process.alive) this.kill()
    this.machine.powered = true
    this.#boot()
    this.log.info('restarted')
  }

  /** SIGSTOP, or an event loop that stalls: timers and deliveries wait. */
  pause(): void {
    this.log.info('paused')
    this.#process.paused = true
  }

  /** SIGCONT: what waited happens now, in order. */
  resume(): void {
    this.log.info('resumed')
    this.#process.paused = false
    const held = this.#process.held
    this.#process.held = []
    const { scheduler } = this.#world
    for (const event of held) {
      // Looked at again when its turn comes: an earlier one may have cancelled it.
      scheduler.schedule(scheduler.now, this.#process, () => {
        if (!event.cancelled) event.run()
      })
    }
  }

  /** What is on its disk now, for a later `restoreDisk`. */
  snapshotDisk(): MemoryDisk {
    return this.#disk.copy()
  }

  /** Puts an older disk in, as from a backup; whatever was written since is gone. Only while its process is dead. */
  restoreDisk(snapshot: MemoryDisk): void {
    if (this.alive) throw new Error(`${this.id} runs: kill it before its disk is changed`)
    this.log.info('disk restored')
    this.#disk = snapshot.copy()
  }

  /** Its disk fails for good: what the storage is asked from now on rejects with `error`. */
  failDisk(error: CoveyError): void {
    this.log.info('disk failed')
    this.storage.fail(error)
  }

  #boot(): void {
    const life = this.#lives++
    const random = seededRandom(this.#world.random.below(2 ** 31) + life)
    const process = new Process(this.#world, this.id, this.machine, random)
    this.#process = process
    this.random = random
    this.network = process.network
    this.clock = hostClock(this.#world, process)
    this.storage = new MemoryStorage(this.#disk, {
      clock: this.clock,
      random: this.#diskRandom,
      latencyMs: () => this.diskLatencyMs,
      onStep: (step) => this.onStorageStep(step),
    })
  }
}

/** The process's view of virtual time, through its machine's skew and drift. */
function hostClock(world: World, process: Process): Clock {
  const { scheduler } = world
  const { machine } = process
  return {
    now: () => Math.floor(EPOCH_MS + scheduler.now * (1 + machine.drift) + machine.skewMs),
    monotonic: () => scheduler.now * (1 + machine.drift),
    after(ms, run) {
      return scheduler.schedule(scheduler.now + Math.max(0, ms) / (1 + machine.drift), process, run)
    },
    soon(run) {
      scheduler.schedule(scheduler.now, process, run)
    },
    turn: () => scheduler.processed,
  }
}
