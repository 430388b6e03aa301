import { type Random, randomId } from '../../lib/random.ts'
import type { Storage, StorageWrite } from '../../storage/storage.ts'
import { AcceptorState, type Floor, AcceptorRecord as WireRecord } from '../../wire/register.ts'
import { ID_CHARS } from '../voters/configuration.ts'
import type { AcceptorRecord } from './acceptor.ts'
import { decodeRecord, NO_FLOOR } from './codec.ts'
import { MAX_NAMES } from './limits.ts'
import { Sightings } from './sightings.ts'

/** Records: key ACCEPTOR/NAME, so that another acceptor of this disk begins with none. */
const RECORDS = 'register.records'
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
    const bytes = await this.#storage.get(RECORDS, this.#key(name))
    return bytes && decodeRecord(bytes)
  }

  /** Makes a record, or that there is none, durable together with the floor. */
  async writeRecord(name: string, record: AcceptorRecord | undefined, floor: Floor): Promise<void> {
    this.#floor = floor
    await this.write([{ table: RECORDS, key: this.#key(name), value: record && WireRecord.encode(record) }])
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

  /** Names behind `after`, in order, and whether there may be more. */
  async names(after: string): Promise<{ names: string[]; more: boolean; records: AcceptorRecord[] }> {
    const prefix = this.#key('')
    const range = { prefix, limit: MAX_NAMES, ...(after !== '' && { after: this.#key(after) }) }
    const { entries, next } = await this.#storage.list(RECORDS, range)
    const names = entries.map(({ key }) => Buffer.from(key).toString().slice(prefix.length))
    return { names, more: next !== undefined, records: entries.map(({ value }) => decodeRecord(value)) }
  }

  /** Deletes what former acceptors of this disk have left: nobody asks for it any more. */
  async dropOthers(): Promise<void> {
    const own = this.#key('')
    for (let after: Uint8Array | undefined, more = true; more; ) {
      const { entries, next } = await this.#storage.list(RECORDS, { limit: MAX_NAMES, ...(after && { after }) })
      const others = entries.filter(({ key }) => !Buffer.from(key).toString().startsWith(own))
      if (others.length > 0)
        await this.#storage.commit(others.map(({ key }) => ({ table: RECORDS, key, value: undefined })))
      after = next
      more = next !== undefined
    }
  }

  #key(name: string): string {
    return `${this.#acceptor}/${name}`
  }
}
