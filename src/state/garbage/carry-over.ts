import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import { type Dot, MAX_SEQUENCE, peerOf, type ReplicaId } from '../dot.ts'
import type { Encoded } from '../encoded.ts'
import { type CellAddress, type Entry, pastOf, type WriteEvent } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import { RESERVED_PREFIX } from '../limits.ts'
import { again, originOf, pastThrough, stands } from '../origin.ts'
import { COUNTER_PREFIX } from '../paths.ts'
import { winner } from '../policy.ts'
import { decodeValue, encodeValue } from '../value.ts'
import { MAX_FORMER_EPOCHS } from './limits.ts'

/** Entries to be written again by the present epoch. */
export interface Carried {
  readonly entries: readonly Entry[]
  /** As old as the original: it must not win over anything that the original would not win over. */
  readonly time: Hlc | undefined
  readonly origin: Dot | undefined
}

/**
 * What is to be written again so that former epochs of a node end: its own records always, and everything of those with the
 * least in them where there are more than `MAX_FORMER_EPOCHS`. Each of them stands in every vector for as long as anything of it lives.
 * @param known whether all members hold all of a replica: only then is a part of a counter complete
 */
export function carriedOver(
  core: StateCore,
  self: PeerId,
  present: ReplicaId,
  known: (replica: ReplicaId) => boolean,
): Carried[] {
  const former: { replica: ReplicaId; events: WriteEvent[] }[] = []
  for (const replica of core.stored.replicas()) {
    if (replica === present || peerOf(replica) !== self || !known(replica)) continue
    const events = [...core.within(replica, 1, MAX_SEQUENCE)]
    if (events.length > 0) former.push({ replica, events })
  }
  former.sort((a, b) => a.events.length - b.events.length || (a.replica < b.replica ? -1 : 1))
  const surplus = former.length - MAX_FORMER_EPOCHS
  const carried: Carried[] = []
  const folds = new Folds(core, present)
  former.forEach(({ events }, i) => {
    for (const event of events) {
      const living = event.entries.filter((entry) => stands(core, event, entry))
      if (i >= surplus && !living.every(({ namespace }) => namespace.startsWith(RESERVED_PREFIX))) continue
      const entries: Entry[] = []
      for (const entry of living) {
        if (entry.path.startsWith(COUNTER_PREFIX)) folds.add(event, entry)
        else entries.push(again(entry, event))
      }
      // Of two that bring in one write the later one stands.
      const time = event.origin ? event.time + 1 : event.time
      if (entries.length > 0) carried.push({ entries, time, origin: originOf(event) })
    }
  })
  return [...carried, ...folds.take()]
}

/** Parts of counters go over to the present epoch's part: deleted there and added here, in one write for each counter. */
class Folds {
  readonly #core: StateCore
  readonly #present: ReplicaId
  readonly #byKey = new Map<string, { into: CellAddress; gone: Entry[]; sum: number }>()

  constructor(core: StateCore, present: ReplicaId) {
    this.#core = core
    this.#present = present
  }

  add(event: WriteEvent, entry: Entry): void {
    const { namespace, key } = entry
    const name = `${namespace}\0${key}`
    let fold = this.#byKey.get(name)
    if (!fold) {
      const into = { namespace, key, path: `${COUNTER_PREFIX}${this.#present}` }
      fold = { into, gone: [], sum: amountOf(winner(this.#core.siblings(into), 'latest')?.entry.value) }
      this.#byKey.set(name, fold)
    }
    fold.gone.push({ ...entry, value: undefined, past: pastThrough(entry, event) })
    fold.sum += amountOf(entry.value)
  }

  take(): Carried[] {
    return [...this.#byKey.values()].map(({ into, gone, sum }) => {
      const past = pastOf(this.#core.siblings(into))
      return {
        entries: [...gone, { ...into, value: encodeValue(sum), fence: 0, rank: 0, past }],
        time: undefined,
        origin: undefined,
      }
    })
  }
}

function amountOf(encoded: Encoded | undefined): number {
  const value = encoded && decodeValue(encoded)
  return Number.isSafeInteger(value) ? (value as number) : 0
}
