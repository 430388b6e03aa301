import type { Random } from '../../../src/lib/random.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import type { World } from '../../../src/network/simulated/world.ts'
import { Life } from './life.ts'
import type { Wires } from './restless-rpc.ts'

/** A machine of the campaign, and the process that runs on it now. */
export class ConsensusNode {
  readonly host: SimulatedHost
  readonly #world: World
  readonly #random: Random
  readonly #wires: Wires
  life: Life
  /** When its process last went on after a pause, in virtual milliseconds. */
  resumedAt = Number.NEGATIVE_INFINITY

  /** @param random decides what is done to messages */
  constructor(world: World, id: string, random: Random, wires: Wires) {
    this.#world = world
    this.#random = random
    this.#wires = wires
    this.host = world.host(id)
    this.life = new Life(this, random, wires)
  }

  get id(): string {
    return this.host.id
  }

  /** Its program can do something. */
  get running(): boolean {
    return this.host.alive && !this.host.paused
  }

  /** A new process over what the disk has; somebody has to start its life. */
  restart(): void {
    this.host.restart()
    this.life = new Life(this, this.#random, this.#wires)
  }

  resume(): void {
    this.resumedAt = this.#world.now
    this.host.resume()
  }
}
