import type { Clock, Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { ConfirmReply } from '../../wire/register.ts'
import type { AcceptorDisk } from '../register/acceptor-disk.ts'
import { acceptorsOf, isQuorum, type Voter, voterOf } from './configuration.ts'
import type { Knowledge } from './knowledge.ts'

/** How long after a failed question it is asked again, in milliseconds: progress is to resume within a second. */
const RETRY_MS = 300
/**
 * How long it waits for more than a majority, in milliseconds: an old disk shows to each voter that took part in what it forgot, and to
 * those alone. Whoever is up answers within that; for who is not, no restart waits for longer.
 */
const PATIENCE_MS = 1000

export interface ConfirmationComponents {
  knowledge: Knowledge
  disk: AcceptorDisk
  network: Network
  clock: Clock
  log: Log
  /** Asks a peer for the highest counter that it has seen of an acceptor, and which acceptor it is itself. */
  ask(peer: PeerId, acceptor: string): Promise<ConfirmReply>
}

/**
 * Whether this acceptor's disk is the newest that it ever had. After a start it asks the other voters what they have seen of it,
 * and says nothing in any round before it and those that answered are a quorum; one that is asked later is no different. For a while it
 * waits for so many that somebody of every quorum it ever was in is among them: a majority may all have been away meanwhile. Who is seen
 * further than its disk goes has an old disk: it never speaks as that acceptor again, and becomes another one.
 */
export class Confirmation {
  readonly #components: ConfirmationComponents
  /** Acceptors that answered about `#subject`. */
  readonly #answered = new Set<string>()
  readonly #asking = new Set<string>()
  #subject = ''
  /** Until when on the monotonic clock. */
  #patientUntil = 0
  /** The acceptor that was, in this life of the process. */
  #confirmed = ''
  #timer: Timer | undefined
  #running = false

  constructor(components: ConfirmationComponents) {
    this.#components = components
  }

  start(): void {
    this.#running = true
    const { knowledge, network } = this.#components
    knowledge.on('change', this.ask)
    network.on('connect', this.ask)
    this.ask()
  }

  stop(): void {
    this.#running = false
    const { knowledge, network } = this.#components
    knowledge.off('change', this.ask)
    network.off('connect', this.ask)
    this.#timer?.cancel()
  }

  /** Whether this acceptor may take part in rounds of the present configuration. */
  get confirmed(): boolean {
    const { knowledge, disk, clock } = this.#components
    // No disk is exchanged under a running process.
    if (this.#confirmed === disk.acceptor) return true
    const configuration = knowledge.current
    if (!configuration || this.#subject !== disk.acceptor) return false
    const has = (acceptor: string): boolean => acceptor === disk.acceptor || this.#answered.has(acceptor)
    // In a change of voters it is one of either side, or of both: of those it needs a majority.
    const own = [configuration.voters, configuration.next].filter((side) =>
      side.some((it) => it.acceptor === disk.acceptor),
    )
    const quorum = (voters: readonly Voter[], of: (acceptor: string) => boolean): boolean =>
      isQuorum({ ...configuration, voters: [...voters], next: [] }, of)
    const unheard = (acceptor: string): boolean => acceptor === disk.acceptor || !this.#answered.has(acceptor)
    const isPatient = clock.monotonic() < this.#patientUntil
    const confirmed =
      own.length > 0 &&
      own.every((side) => quorum(side, has) && !(isPatient && side.length > 1 && quorum(side, unheard)))
    if (confirmed) this.#confirmed = disk.acceptor
    return confirmed
  }

  /** Somebody has seen this acceptor at `counter`. */
  async seen(acceptor: string, counter: number): Promise<void> {
    const { disk, log, network } = this.#components
    if (acceptor !== disk.acceptor || counter <= disk.counter) return
    log.error('this disk is older than what others saw of it: this node is no voter any more', {
      had: disk.counter,
      seen: counter,
      remedy: `covey voters add ${network.self}`,
    })
    await disk.renew()
  }

  /** Asks whoever has not answered. */
  readonly ask = (): void => {
    const { knowledge, disk, network, clock } = this.#components
    const configuration = knowledge.current
    if (!this.#running || !configuration || !voterOf(configuration, disk.acceptor)) return
    if (this.#subject !== disk.acceptor) {
      this.#answered.clear()
      this.#patientUntil = clock.monotonic() + PATIENCE_MS
    }
    this.#subject = disk.acceptor
    for (const voter of acceptorsOf(configuration)) {
      if (voter.acceptor === disk.acceptor || this.#answered.has(voter.acceptor)) continue
      if (network.isConnected(voter.peer) && !this.#asking.has(voter.acceptor)) void this.#ask(voter, disk.acceptor)
    }
  }

  async #ask({ peer, acceptor }: Voter, subject: string): Promise<void> {
    this.#asking.add(acceptor)
    try {
      const reply = await this.#components.ask(peer, subject)
      if (subject !== this.#subject) return
      await this.seen(subject, reply.counter)
      // One whose disk is lost has forgotten what it saw: it counts once it is added anew.
      if (reply.acceptor === acceptor) this.#answered.add(acceptor)
    } catch (error) {
      this.#components.log.debug('a voter did not say what it saw of this one', { peer, error: messageOf(error) })
      this.#timer?.cancel()
      if (this.#running) this.#timer = this.#components.clock.after(RETRY_MS, this.ask)
    } finally {
      this.#asking.delete(acceptor)
    }
  }
}
