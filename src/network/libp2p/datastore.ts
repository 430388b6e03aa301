import { MemoryDatastore } from 'datastore-core/memory'
import { Key } from 'interface-datastore'
import type { Clock, Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { scan } from '../../storage/scan.ts'
import type { Storage, StorageWrite } from '../../storage/storage.ts'

/** How long a peer that was not heard of is remembered, in milliseconds: 30 days, as long as a member may be away. */
export const REMEMBERED_MS = 30 * 24 * 3600 * 1000
/** Peers remembered from one run to the next, those heard of last: any one of them leads to the mesh. */
export const MAX_REMEMBERED_PEERS = 256
/** From a change to its transaction, in milliseconds. libp2p writes a peer at every sign of life; what a crash loses is heard again. */
const WRITE_DELAY_MS = 1000

const TABLE = 'network.peers'
/** Where libp2p's peer store keeps its records. Everything else (the DHT's) is of this run only. */
const PEERS = '/peers/'
/** In front of each stored record: when it was written, a float64 in milliseconds since 1970. */
const TIME_BYTES = 8

type PutOptions = Parameters<MemoryDatastore['put']>[2]
type DeleteOptions = Parameters<MemoryDatastore['delete']>[1]

interface Remembered {
  key: string
  record: Uint8Array
  at: number
}

/**
 * libp2p's datastore: in memory, as libp2p's own, with the peer store's records also in the node's storage. Reads wait for
 * nothing, and writes reach the storage together, a second later or at the stop. libp2p calls `start`, `stop` and `afterStop`.
 */
export class PeerDatastore extends MemoryDatastore {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #log: Log
  /** Changed since they were last written; undefined: deleted. */
  #changed = new Map<string, Uint8Array | undefined>()
  #timer: Timer | undefined
  #writing: Promise<void> = Promise.resolve()

  /** With what an earlier run has left, those heard of last in front. Rejects as the storage does. */
  static async open(storage: Storage, clock: Clock, log: Log): Promise<PeerDatastore> {
    const datastore = new PeerDatastore(storage, clock, log)
    const all: Remembered[] = []
    for await (const entries of scan(storage, TABLE)) {
      for (const { key, value } of entries) {
        const at = new DataView(value.buffer, value.byteOffset).getFloat64(0)
        all.push({ key: Buffer.from(key).toString(), record: value.slice(TIME_BYTES), at })
      }
    }
    all.sort((a, b) => b.at - a.at)
    for (const [i, { key, record, at }] of all.entries()) {
      const keep = i < MAX_REMEMBERED_PEERS && clock.now() - at < REMEMBERED_MS
      if (keep) MemoryDatastore.prototype.put.call(datastore, new Key(key), record)
      else datastore.#note(key, undefined)
    }
    return datastore
  }

  private constructor(storage: Storage, clock: Clock, log: Log) {
    super()
    this.#storage = storage
    this.#clock = clock
    this.#log = log
  }

  override put(key: Key, value: Uint8Array, options?: PutOptions): Key | Promise<Key> {
    this.#note(key.toString(), value)
    return super.put(key, value, options)
  }

  override delete(key: Key, options?: DeleteOptions): void | Promise<void> {
    this.#note(key.toString(), undefined)
    return super.delete(key, options)
  }

  start(): void {}

  stop(): void {}

  /** The rest of libp2p has stopped: nothing changes any more. */
  async afterStop(): Promise<void> {
    this.#timer?.cancel()
    this.#write()
    await this.#writing
  }

  #note(key: string, value: Uint8Array | undefined): void {
    if (!key.startsWith(PEERS)) return
    this.#changed.set(key, value)
    this.#timer ??= this.#clock.after(WRITE_DELAY_MS, () => this.#write())
  }

  #write(): void {
    this.#timer = undefined
    const now = this.#clock.now()
    const writes: StorageWrite[] = []
    for (const [key, value] of this.#changed) writes.push({ table: TABLE, key, value: value && stamped(value, now) })
    this.#changed.clear()
    if (writes.length === 0) return
    this.#writing = this.#storage.commit(writes).catch((error: unknown) => {
      // The mesh works without: this node has to be told again where the others are.
      this.#log.warn('known peers could not be stored', { error: messageOf(error) })
    })
  }
}

function stamped(record: Uint8Array, at: number): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES + record.length)
  new DataView(bytes.buffer).setFloat64(0, at)
  bytes.set(record, TIME_BYTES)
  return bytes
}
