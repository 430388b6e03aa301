import { type Clock, every, type Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import { type Configuration, isJoint } from '../voters/configuration.ts'
import type { Confirmation } from '../voters/confirmation.ts'
import type { Knowledge } from '../voters/knowledge.ts'
import type { AcceptorDisk } from './acceptor-disk.ts'
import type { AcceptorService } from './acceptor-service.ts'
import { Contents } from './contents.ts'
import {
  COLLECT_AFTER_MS,
  COLLECT_AT_ONCE,
  COLLECT_EVERY_MS,
  COLLECT_SOONER_MS,
  COLLECT_TIMEOUT_MS,
  MAX_CLEARED,
} from './limits.ts'
import type { Proposer } from './proposer.ts'
import type { Transport } from './transport.ts'

export interface CollectorComponents {
  self: PeerId
  knowledge: Knowledge
  confirmation: Confirmation
  disk: AcceptorDisk
  service: AcceptorService
  proposer: Proposer
  transport: Transport
  clock: Clock
  log: Log
  onFatal(error: unknown): void
}

/**
 * Forgets registers that hold no value and that nobody touched for a while (the paper's section 3.1): all voters accept the empty
 * value at one ballot, then each drops the register if nothing came after, and raises its floor. All must take part: one that is away
 * would bring back what it still holds. The first voter does it, so that two never get in each other's way; what it does not know to be
 * without value, since it was away or was never told, the next one does, who waits that much longer.
 */
export class Collector {
  readonly #components: CollectorComponents
  #timer: Timer | undefined
  #busy = false
  #swept = ''

  constructor(components: CollectorComponents) {
    this.#components = components
  }

  start(): void {
    this.#timer = every(
      this.#components.clock,
      () => COLLECT_EVERY_MS,
      () => void this.#pass(),
    )
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  async #pass(): Promise<void> {
    const { knowledge, confirmation, self, log, onFatal } = this.#components
    if (this.#busy) return
    this.#busy = true
    try {
      await this.#sweep()
    } catch (error) {
      // A storage that was stopped on purpose is no failure.
      if (this.#timer) onFatal(error)
    }
    try {
      const configuration = knowledge.current
      const turn = configuration?.voters.findIndex(({ peer }) => peer === self) ?? -1
      if (configuration && turn >= 0 && !isJoint(configuration) && confirmation.confirmed)
        await this.#collectAll(configuration, turn)
    } catch (error) {
      // A voter is away, or somebody uses the register: it is tried again when it was idle anew.
      log.debug('a register was not collected', { error: messageOf(error) })
    } finally {
      this.#busy = false
    }
  }

  /** Once for each acceptor that this disk was: finds what a former process left without value, and drops what former acceptors left. */
  async #sweep(): Promise<void> {
    const { disk, service, clock } = this.#components
    const { acceptor } = disk
    if (this.#swept === acceptor) return
    await disk.dropOthers()
    for (let after = '', more = true; more && this.#timer; ) {
      const page = await disk.names(after)
      page.names.forEach((name, i) => {
        if (page.cleared[i] && !service.cleared.has(name)) service.cleared.set(name, clock.monotonic())
      })
      after = page.names.at(-1) ?? after
      more = page.more
    }
    this.#swept = acceptor
  }

  /** @param turn how many voters come before this one */
  async #collectAll(configuration: Configuration, turn: number): Promise<void> {
    const { service, clock } = this.#components
    const now = clock.monotonic()
    const patience = (turn + 1) * (service.cleared.size > MAX_CLEARED ? COLLECT_SOONER_MS : COLLECT_AFTER_MS)
    const due: [name: string, since: number][] = []
    // The order of the map is that in which they were touched.
    for (const [name, since] of service.cleared) {
      if (now - since < patience) break
      due.push([name, since])
    }
    // Another voter may have collected it meanwhile, and would have to once more.
    const isUntouched = ([name, since]: [name: string, since: number]): boolean => service.cleared.get(name) === since
    for (let i = 0; i < due.length && this.#timer; i += COLLECT_AT_ONCE) {
      const some = due.slice(i, i + COLLECT_AT_ONCE).filter(isUntouched)
      await Promise.all(some.map(([name]) => this.#collect(configuration, name)))
    }
  }

  async #collect(configuration: Configuration, name: string): Promise<void> {
    const { proposer, transport, knowledge, disk } = this.#components
    const held = await disk.record(name)
    const { answer, ballot } = await proposer.perform({ name, all: true, timeoutMs: COLLECT_TIMEOUT_MS })
    const { value, revision } = answer.reading
    if (value !== undefined || !ballot || knowledge.current !== configuration) return
    // Somebody has changed it, and this voter was not told: whoever did may be about to ask again, so it is left alone as long once more.
    if (!held?.contents || Contents.decode(held.contents).revision < revision) return
    const collect = { ballot, revision }
    await Promise.all(
      configuration.voters.map((voter) => transport.ask(voter, configuration, { name, collect }, COLLECT_TIMEOUT_MS)),
    )
  }
}
