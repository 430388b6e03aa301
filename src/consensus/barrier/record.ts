import type { Json } from '../../lib/json.ts'
import type { PeerId } from '../../network/network.ts'
import { readFormat } from '../leases/format.ts'
import { margin } from '../leases/limits.ts'
import { PARTY_TTL_MS, REMEMBERED_GENERATIONS } from './limits.ts'

/**
 * What the register of a barrier holds. Its word decides a generation once: released when the last party arrives, broken when one goes
 * away before. As with leases there is no time in it. The transitions are pure; undefined: nothing to change.
 */
export interface BarrierRecord {
  readonly parties: number
  /** The register's revision when its first party arrived: later generations have higher numbers, also after a collection. */
  readonly generation: number
  /** Who waits; nobody before the first has arrived. */
  readonly arrived: readonly Party[]
  /** Decided generations, the oldest first. */
  readonly decided: readonly Decision[]
}

export interface Party {
  /** Of one arrival, random. */
  readonly id: string
  readonly node: PeerId
  /** Grows with each renewal of its presence. */
  readonly sequence: number
}

export interface Decision {
  readonly generation: number
  /** Why it was broken; undefined: released. */
  readonly broken?: string
}

const FORMAT = 'covey-barrier'

/** Throws `CoveyError` on what no barrier has written. */
export function readBarrier(value: Json | undefined): BarrierRecord | undefined {
  return readFormat<BarrierRecord>(value, FORMAT)
}

export const writeBarrier = (record: BarrierRecord): Json => ({ format: FORMAT, ...record }) as unknown as Json

/**
 * A party comes. The last one releases all; one that expects another number breaks it.
 * @param revision of the register with this change
 */
export function arrive(
  before: BarrierRecord | undefined,
  revision: number,
  { id, node, parties }: { id: string; node: PeerId; parties: number },
): BarrierRecord | undefined {
  const decided = before?.decided ?? []
  const record = before?.arrived.length ? before : { parties, generation: revision, arrived: [], decided }
  if (record.arrived.some((party) => party.id === id)) return undefined
  if (record.parties !== parties) {
    return decide(record, `one party expects ${parties} parties, the others ${record.parties}`)
  }
  const arrived = [...record.arrived, { id, node, sequence: 0 }]
  return arrived.length === parties ? decide(record) : { ...record, arrived }
}

/** A party says that it still waits. */
export function stay(record: BarrierRecord, id: string): BarrierRecord | undefined {
  if (!record.arrived.some((party) => party.id === id)) return undefined
  const renewed = (party: Party): Party => ({ ...party, sequence: party.sequence + 1 })
  return { ...record, arrived: record.arrived.map((party) => (party.id === id ? renewed(party) : party)) }
}

/** Breaks a generation, if it is not decided yet. */
export function breakUp(record: BarrierRecord, generation: number, reason: string): BarrierRecord | undefined {
  return record.arrived.length > 0 && record.generation === generation ? decide(record, reason) : undefined
}

/** What a generation came to; undefined while it is open, `forgotten` where the record does not know any more. */
export function decisionOf(record: BarrierRecord | undefined, generation: number): Decision | 'forgotten' | undefined {
  if (record && record.arrived.length > 0 && record.generation === generation) return undefined
  return record?.decided.find((decision) => decision.generation === generation) ?? 'forgotten'
}

function decide({ parties, generation, decided }: BarrierRecord, broken?: string): BarrierRecord {
  const decision = { generation, ...(broken !== undefined && { broken }) }
  return { parties, generation, arrived: [], decided: [...decided, decision].slice(-REMEMBERED_GENERATIONS) }
}

/** Which parties went silent, by the monotonic clock of whoever looks; as `Watch` of leases. */
export class PartyWatch {
  #since = new Map<string, number>()

  observe(record: BarrierRecord | undefined, now: number): void {
    const before = this.#since
    const keys = (record?.arrived ?? []).map(({ id, sequence }) => `${id} ${sequence}`)
    this.#since = new Map(keys.map((key) => [key, before.get(key) ?? now]))
  }

  isSilent({ id, sequence }: Party, now: number): boolean {
    return now - (this.#since.get(`${id} ${sequence}`) ?? now) >= PARTY_TTL_MS + margin(PARTY_TTL_MS)
  }
}
