import { type Random, randomId } from '../../lib/random.ts'
import type { Storage, StorageWrite } from '../../storage/storage.ts'
import { AcceptorState, type Floor, Ballot as WireBallot, AcceptorRecord as WireRecord } from '../../wire/register.ts'
import { ID_CHARS } from '../voters/configuration.ts'
import type { AcceptorRecord } from './acceptor.ts'
import type { Ballot } from './ballot.ts'
import { decodeRecord, NO_FLOOR } from './codec.ts'
import { MAX_NAMES } from './limits.ts'
import { Sightings } from './sightings.ts'

/** Records: key ACCEPTOR/NAME, so that another acceptor of this disk begins with none. */
const RECORDS = 'register.records'
/**
 * Promises that were given since the record of the same key was written: it may hold 64 KB, which a promise leaves as they are. What is
 * here is lower than what the record says, and without meaning, once something was accepted again.
 */
const PROMISES = 'register.promises'
const META = 'register.meta'
const STATE_KEY = 'acceptor'

export interface AcceptorDiskComponents {
  storage: Storage
  random: Random
}

/**
 * What an acceptor keeps on its disk. Each write raises its counter in the same commit; commits end in the order in which they
 * were asked for, so that all with a lower counter are durable when one is.
 */
export class AcceptorDisk {
  readonly sightings = new Sightings()
  readonly #storage: Storage
  readonly #random: Random
  #acceptor = ''
  #counter = 0
  #floor: Floor = NO_FLOOR
  #durable: { counter: number; floor: Floor } = { counter: 0, floor: this.#floor }

  constructor({ storage, random }: AcceptorDiskComponents) {
    this.#storage = storage
    this.#random = random
  }

  /** Reads what is there, or becomes a new acceptor. */
  async load(): Promise<void> {
    const bytes = await this.#storage.get(META, STATE_KEY)
    if (!bytes) return this.renew()
    const { acceptor, counter, floor = NO_FLOOR, sightings } = AcceptorState.decode(bytes)
    this.#acceptor = acceptor
    this.#counter = counter
    this.#floor = floor
    this.#durable = { counter, floor }
    for (const it of sightings) this.sightings.note(it.acceptor, it.counter)
  }

  /** Who this is: minted with the disk. */
  get acceptor(): string {
    return this.#acceptor
  }

  /** The highest counter that is durable. */
  get counter(): number {
    return this.#durable.counter
  }

  /** What holds from now on; durable once the commit that raised it is. */
  get floor(): Floor {
    return this.#floor
  }

  get durableFloor(): Floor {
    return this.#durable.floor
  }

  /** Ends this acceptor for ever and becomes another one that holds nothing. */
  async renew(): Promise<void> {
    this.#acceptor = randomId(this.#random, ID_CHARS)
    this.#counter = 0
    this.#floor = NO_FLOOR
    this.#durable = { counter: 0, floor: this.#floor }
    await this.write([])
  }

  async record(name: string): Promise<AcceptorRecord | undefined> {
    const key = this.#key(name)
    const [record, promise] = await Promise.all([this.#storage.get(RECORDS, key), this.#storage.get(PROMISES, key)])
    return record && decodeRecord(record, promise)
  }

  /** Makes a record, or that there is none, durable together with the floor. */
  async writeRecord(name: string, record: AcceptorRecord | undefined, floor: Floor): Promise<void> {
    this.#floor = floor
    const key = this.#key(name)
    if (record) await this.write([{ table: RECORDS, key, value: WireRecord.encode(record) }])
    else await this.write([RECORDS, PROMISES].map((table) => ({ table, key, value: undefined })))
  }

  /** Makes a promise durable that is above all that the record of this name has; there is one. */
  async writePromise(name: string, promised: Ballot): Promise<void> {
    await this.write([{ table: PROMISES, key: this.#key(name), value: WireBallot.encode(promised) }])
  }

  async raiseFloor(floor: Floor): Promise<void> {
    this.#floor = floor
    await this.write([])
  }

  /** Writes together with the own state, under the next counter. */
  async write(writes: readonly StorageWrite[]): Promise<void> {
    const counter = ++this.#counter
    const floor = this.#floor
    const acceptor = this.#acceptor
    const state = AcceptorState.encode({ acceptor, counter, floor, sightings: this.sightings.list() })
    await this.#storage.commit([...writes, { table: META, key: STATE_KEY, value: state }])
    if (acceptor === this.#acceptor) this.#durable = { counter, floor }
  }

  /** Names behind `after`, in order, which of them hold no value, and whether there may be more. */
  async names(after: string): Promise<{ names: string[]; more: boolean; cleared: boolean[] }> {
    const prefix = this.#key('')
    const range = { prefix, limit: MAX_NAMES, ...(after !== '' && { after: this.#key(after) }) }
    const { entries, next } = await this.#storage.list(RECORDS, range)
    const names = entries.map(({ key }) => Buffer.from(key).toString().slice(prefix.length))
    return { names, more: next !== undefined, cleared: entries.map(({ value }) => decodeRecord(value).cleared) }
  }

  /** Deletes what former acceptors of this disk have left: nobody asks for it any more. */
  async dropOthers(): Promise<void> {
    for (const table of [RECORDS, PROMISES]) await this.#dropOthersOf(table)
  }

  async #dropOthersOf(table: string): Promise<void> {
    const own = this.#key('')
    for (let after: Uint8Array | undefined, more = true; more; ) {
      const { entries, next } = await this.#storage.list(table, { limit: MAX_NAMES, ...(after && { after }) })
      const others = entries.filter(({ key }) => !Buffer.from(key).toString().startsWith(own))
      if (others.length > 0) await this.#storage.commit(others.map(({ key }) => ({ table, key, value: undefined })))
      after = next
      more = next !== undefined
    }
  }

  #key(name: string): string {
    return `${this.#acceptor}/${name}`
  }
}
