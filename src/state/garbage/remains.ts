import { BusyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { CellChange } from '../cells.ts'
import type { StateCore } from '../core.ts'
import { MAX_SEQUENCE, type ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import type { Range } from '../ranges.ts'
import type { StateStore } from '../store.ts'
import { goesAlong } from './along.ts'
import { isNamed, isWholly, type RetiredReplicas, type StandingRetired } from './retired.ts'
import type { Runs } from './runs.ts'

export interface RemainsComponents {
  store: StateStore
  log: Log
  /** What this node has told the others that all show. */
  settled(): Runs
  /** Whether all that has replaced what is known shows here. */
  isCaughtUp(said: StandingRetired): boolean
  /** The storage failed: the node must stop. */
  onFatal(error: unknown): void
}

/**
 * What remains here of replicas that are over: dots that are void show as nothing, a write that is known shows no more, and one that
 * is here although its dot is void, or its replica forgotten by all others, is brought in again under this node's name. All of it
 * follows from the records, so that after a crash the next start does what is left of it.
 */
export class Remains {
  readonly #components: RemainsComponents
  readonly #log: Log
  /** Events that are being brought in. */
  readonly #under = new Set<WriteEvent>()

  constructor(components: RemainsComponents) {
    this.#components = components
    this.#log = components.log.scoped('remains')
  }

  /**
   * Does what the records say, at once; writes follow when this node knows as which replica. Answers whether it is to be asked again when
   * more shows.
   */
  settle(retired: RetiredReplicas): boolean {
    const { store } = this.#components
    let isOpen = false
    for (const [replica, said] of retired) {
      const { voids, dropped } = said
      if (!dropped && voids.some((range) => !isVoid(store, replica, range))) {
        this.#log.info('writes that nobody has are void', { replica, ranges: voids.length })
        this.#settle(replica, (core) => core.markVoid(replica, voids))
      }
      if (!dropped || !store.core.waits(replica)) continue
      if (isWholly(store.core, said)) this.#settle(replica, (core) => core.release(replica))
      else isOpen = true
    }
    for (const [replica, said] of retired) if (said.known.length > 0 && !this.#bury(replica, said)) isOpen = true
    for (const event of this.#orphans(retired)) this.#bringIn(event)
    return isOpen
  }

  /**
   * Whoever wrote the record had seen these writes replaced or deleted, or has brought them in again. They go when what has replaced them
   * is here: nothing must be missing in between. Answers whether none of them is left.
   */
  #bury(replica: ReplicaId, said: StandingRetired): boolean {
    const { store, isCaughtUp } = this.#components
    const named = livingIn(store.core, replica, said.known).filter((event) => isNamed(said, event))
    const known = named.filter((event) => store.core.isKnown(event))
    if (known.length === 0 || !isCaughtUp(said)) return named.length === 0
    this.#log.info('writes that are known elsewhere show no more', { replica, count: known.length })
    this.#settle(replica, (core) => core.bury(known))
    return known.length === named.length
  }

  #settle(replica: ReplicaId, change: (core: StateCore) => readonly CellChange[]): void {
    this.#components.store.settle([replica], change).catch((error: unknown) => this.#fail(error))
  }

  /** Living writes that count for nothing anywhere else. */
  #orphans(retired: RetiredReplicas): WriteEvent[] {
    const { core } = this.#components.store
    const orphans: WriteEvent[] = []
    for (const [replica, { voids, dropped }] of retired) {
      const living = livingIn(core, replica, dropped ? [[1, MAX_SEQUENCE]] : voids)
      orphans.push(...living.filter((event) => !core.isKnown(event)))
    }
    return orphans
  }

  #bringIn(event: WriteEvent): void {
    if (this.#under.has(event)) return
    this.#under.add(event)
    const { store, settled } = this.#components
    store
      .bringIn(event, (entry) => goesAlong(store.core, event, entry, settled()))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#under.delete(event))
  }

  #fail(error: unknown): void {
    // Too many writes wait: it is done when the next record comes, or at the next start.
    if (error instanceof BusyError) return
    this.#log.error('what remains of a replica that is over cannot be written', { error: messageOf(error) })
    this.#components.onFatal(error)
  }
}

const livingIn = (core: StateCore, replica: ReplicaId, ranges: readonly Range[]): WriteEvent[] =>
  core.lives(replica) ? ranges.flatMap(([from, to]) => [...core.within(replica, from, to)]) : []

const isVoid = ({ core }: StateStore, replica: ReplicaId, [from, to]: Range): boolean =>
  core.isVoid({ replica, sequence: from }, to)
