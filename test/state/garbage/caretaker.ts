/** A store and what its node forgets of it, without a network: what others wrote comes when a test says so. */
import { EventEmitter } from 'node:events'
import { silentLog } from '../../../src/lib/log.ts'
import { World } from '../../../src/network/simulated/world.ts'
import type { Dot, ReplicaId } from '../../../src/state/dot.ts'
import { NO_PAST, type Past, type WriteEvent } from '../../../src/state/entry.ts'
import { type Acknowledged, encodeAcknowledged } from '../../../src/state/garbage/acknowledgement.ts'
import { Garbage } from '../../../src/state/garbage/garbage.ts'
import { encodeRetired, NOT_RETIRED, type Retired } from '../../../src/state/garbage/retired.ts'
import { ACKNOWLEDGED, RETIRED } from '../../../src/state/roster/names.ts'
import type { Roster } from '../../../src/state/roster/roster.ts'
import { StateStore } from '../../../src/state/store.ts'
import { decodeValue, encodeValue } from '../../../src/state/value.ts'
import { MemoryStorage } from '../../../src/storage/memory.ts'
import type { Storage } from '../../../src/storage/storage.ts'

export const replica = (peer: string): ReplicaId => `${peer}.0000000000000000`

/** One cell of an event. */
export interface Written {
  readonly key: string
  readonly value?: number | ReturnType<typeof encodeValue> | undefined
  readonly past?: Past
  readonly namespace?: string
}

/** An event as a peer wrote it; its time is its sequence. */
export function event({ replica, sequence }: Dot, written: readonly Written[], origin?: Dot): WriteEvent {
  const entries = written.map(({ key, value, past = NO_PAST, namespace = 'n' }) => {
    const encoded = typeof value === 'number' ? encodeValue(value) : value
    return { namespace, key, path: '', value: encoded, fence: 0, rank: 0, past }
  })
  return { replica, sequence, time: sequence, entries, ...(origin && { origin }) }
}

/** What says of a replica that it is over. */
export function record(dot: Dot, over: ReplicaId, said: Partial<Retired>, past?: Past): WriteEvent {
  const value = encodeRetired({ ...NOT_RETIRED, ...said })
  return event(dot, [{ namespace: RETIRED, key: over, value, ...(past && { past }) }])
}

/** What a member says that it holds. */
export function acknowledgement(dot: Dot, peer: string, said: Partial<Acknowledged>, past?: Past): WriteEvent {
  const value = encodeAcknowledged({ shown: new Map(), settled: new Map(), idle: new Set(), above: new Map(), ...said })
  return event(dot, [{ namespace: ACKNOWLEDGED, key: peer, value, ...(past && { past }) }])
}

/** The node `self` of a mesh with these members. */
export class Caretaker {
  readonly store: StateStore
  readonly garbage: Garbage

  constructor(self: string, members: readonly string[], storage: Storage = new MemoryStorage()) {
    const { clock } = new World({ seed: 1 }).host(self)
    this.store = new StateStore({ storage, clock, log: silentLog })
    const has = (peer: string): boolean => members.includes(peer)
    const roster = Object.assign(new EventEmitter(), { members, size: members.length, has }) as unknown as Roster
    const onFatal = (error: unknown): void => {
      throw error
    }
    this.garbage = new Garbage({ store: this.store, storage, roster, network: { self }, log: silentLog, onFatal })
  }

  async start(): Promise<this> {
    await this.store.load()
    await this.garbage.start()
    return this
  }

  async take(...events: WriteEvent[]): Promise<void> {
    for (const one of events) await this.store.receive([one])
  }

  /** What a key shows, lowest first. */
  get(key: string): unknown[] {
    const siblings = this.store.core.siblings({ namespace: 'n', key, path: '' })
    return siblings.flatMap(({ entry }) => (entry.value ? [decodeValue(entry.value)] : [])).sort()
  }
}
