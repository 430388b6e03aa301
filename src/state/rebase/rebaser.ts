import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import type { ReplicaId } from '../dot.ts'
import { epochRow } from '../epochs/epoch-store.ts'
import type { Epochs } from '../epochs/epochs.ts'
import { encodeAcknowledged } from '../garbage/acknowledgement.ts'
import type { Garbage } from '../garbage/garbage.ts'
import { runsOf } from '../garbage/runs.ts'
import { laterThan } from '../origin.ts'
import { ACKNOWLEDGED, MEMBERS } from '../roster/names.ts'
import type { Roster } from '../roster/roster.ts'
import type { StateStore } from '../store.ts'
import { type Copy, fetchCopy } from './copy.ts'
import { Known } from './known.ts'
import { type Reentry, reentries } from './reentry.ts'

export interface RebaseComponents {
  self: PeerId
  store: StateStore
  roster: Roster
  garbage: Garbage
  epochs: Epochs
  rpc: Rpc
  clock: Clock
  log: Log
  /** Another state is about to take the place of this one: what is under way about this one must end. */
  onAdopt(): void
}

/**
 * Begins anew over the state of a peer: all that this node holds is replaced by a copy of it, and the writes that
 * nobody there can know are written again, as another replica. What readers see changes once, when all is here.
 */
export class Rebaser {
  readonly #components: RebaseComponents
  readonly #log: Log
  #running: Promise<void> | undefined

  constructor(components: RebaseComponents) {
    this.#components = components
    this.#log = components.log.scoped('rebase')
  }

  /** Rebases onto a connected peer; joins the one that runs. Rejects as `fetchCopy` and the storage do; then all is as it was. */
  rebase(peer: PeerId): Promise<void> {
    this.#running ??= this.#rebase(peer).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  async #rebase(peer: PeerId): Promise<void> {
    const { rpc, clock } = this.#components
    this.#log.info('rebases', { onto: peer })
    const copy = await fetchCopy(rpc, clock, peer)
    const again = await this.#adopt(copy)
    this.#log.info('rebased', { onto: peer, again })
  }

  /** Answers how many writes came in again. */
  async #adopt({ core: truth, collected }: Copy): Promise<number> {
    const { store, epochs, garbage, roster, self, onAdopt } = this.#components
    let writes: Reentry[] = []
    let sequence = 0
    const replica = epochs.newReplica()
    onAdopt()
    await store.adopt(
      replica,
      truth,
      (next) => {
        const others = [...truth.cells.keys(MEMBERS)].filter((peer) => peer !== self)
        writes = reentries(store.core, truth, new Known(store.core, truth, others), self)
        // First: what they hold may say nothing of this node, or that it was evicted, and nobody is to see a write of who is no member.
        const join = roster.joinMissingIn(truth)
        if (join) truth.write(truth.compose({ replica, sequence: ++sequence }, next(), [join]))
        for (const { after, time, ...write } of writes) {
          truth.write({ replica, sequence: ++sequence, time: time ?? laterThan(next(), after), ...write })
        }
        // Said at once: a stranger who comes to this node must have what the others require of strangers.
        const said = { shown: runsOf(truth.shown()), settled: new Map(), idle: new Set<ReplicaId>(), above: new Map() }
        const cell = { namespace: ACKNOWLEDGED, key: self, path: '', value: encodeAcknowledged(said) }
        truth.write(truth.compose({ replica, sequence: ++sequence }, next(), [cell]))
        return [epochRow(replica)]
      },
      () => garbage.reset(collected),
    )
    epochs.begin(replica, sequence)
    return writes.length
  }
}
