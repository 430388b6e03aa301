import { BusyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { CellChange } from '../cells.ts'
import type { StateCore } from '../core.ts'
import { MAX_SEQUENCE, type ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import type { Range } from '../ranges.ts'
import type { StateStore } from '../store.ts'
import { goesAlong } from './along.ts'
import type { RetiredReplicas } from './retired.ts'
import type { Runs } from './runs.ts'

export interface RemainsComponents {
  store: StateStore
  log: Log
  /** What this node has told the others that all show. */
  settled(): Runs
  /** The storage failed: the node must stop. */
  onFatal(error: unknown): void
}

/**
 * What remains here of replicas that are over: dots that are void show as nothing, and a write that is here although
 * its dot is void, or its replica forgotten by all others, is brought in again under this node's name. Both follow from the
 * records, so that after a crash the next start does what is left of it.
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

  /** Does what the records say, at once; writes follow when this node knows as which replica. */
  settle(retired: RetiredReplicas): void {
    const { store } = this.#components
    for (const [replica, { voids, dropped, known }] of retired) {
      if (!dropped && voids.some((range) => !isVoid(store, replica, range))) {
        this.#log.info('writes that nobody has are void', { replica, ranges: voids.length })
        this.#settle(replica, (core) => core.markVoid(replica, voids))
      }
      if (dropped && store.core.waits(replica)) this.#settle(replica, (core) => core.release(replica, known))
    }
    for (const event of this.#orphans(retired)) this.#bringIn(event)
  }

  #settle(replica: ReplicaId, change: (core: StateCore) => readonly CellChange[]): void {
    this.#components.store.settle([replica], change).catch((error: unknown) => this.#fail(error))
  }

  /** Living writes that count for nothing anywhere else. */
  #orphans(retired: RetiredReplicas): WriteEvent[] {
    const { core } = this.#components.store
    const orphans: WriteEvent[] = []
    for (const [replica, { voids, dropped }] of retired) {
      const ranges: readonly Range[] = dropped ? [[1, MAX_SEQUENCE]] : voids
      for (const [from, to] of ranges) orphans.push(...core.within(replica, from, to))
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

const isVoid = ({ core }: StateStore, replica: ReplicaId, [from, to]: Range): boolean =>
  core.isVoid({ replica, sequence: from }) && core.isVoid({ replica, sequence: to })
