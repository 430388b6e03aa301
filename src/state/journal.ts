import { scan } from '../storage/scan.ts'
import type { Storage, StorageWrite } from '../storage/storage.ts'
import { Context } from './context.ts'
import type { StateCore } from './core.ts'
import type { ReplicaId } from './dot.ts'
import type { WriteEvent } from './entry.ts'
import { Numbers, rowKey } from './numbers.ts'
import { otherSide, readSide, type Side, sideRow, tablesOf, wipe, writeSide } from './sides.ts'
import { mostBytes } from './size.ts'
import { decodeStored, encodeStored, orCorrupt } from './stored.ts'

/** Events that are handed to the storage as one commit, in bytes as `mostBytes` counts them; beyond, the next one begins. */
const MAX_GROUP_BYTES = 1024 * 1024
/** The same in events: few, so that the storage can begin to write the first of many while the others come. It joins what it can. */
const MAX_GROUP_EVENTS = 16

/** What becomes durable together. */
export interface JournalEntry {
  readonly events?: readonly WriteEvent[]
  /** Replicas of which more, or nothing any more, is held than what these events say. */
  readonly replicas?: Iterable<ReplicaId>
  readonly rows: readonly StorageWrite[]
}

/** A transaction that is being gathered. */
interface Group {
  readonly events: WriteEvent[]
  /** Those of `events` that were written here, and are acknowledged. */
  readonly own: WriteEvent[]
  readonly replicas: Set<ReplicaId>
  readonly rows: StorageWrite[]
  bytes: number
  readonly durable: PromiseWithResolvers<void>
}

/**
 * The durable copy of a state. What comes to it while promise jobs run, each of them a write that waited for the last
 * transaction, goes to the storage as one commit: the events, the end of those that they superseded, and how far replicas are held
 * of which that cannot be seen by their events. Commits end in the order in which they began.
 */
export class Journal {
  readonly #storage: Storage
  readonly #core: StateCore
  readonly #acknowledge: (event: WriteEvent) => void
  #side: Side = 0
  #numbers = new Numbers()
  #group: Group | undefined
  /** The numbers of the other side, while it is written. */
  #next: Numbers | undefined

  /** @param acknowledge called for each own event that became durable, in their order, before anybody else is told */
  constructor(storage: Storage, core: StateCore, acknowledge: (event: WriteEvent) => void) {
    this.#storage = storage
    this.#core = core
    this.#acknowledge = acknowledge
  }

  /** What an earlier life left. Rejects with the storage's error, or `DATA_CORRUPT` where something cannot be read. */
  async load(): Promise<{ context: Context; events: WriteEvent[] }> {
    const storage = this.#storage
    this.#side = await readSide(storage)
    await wipe(storage, otherSide(this.#side))
    const tables = tablesOf(this.#side)
    const context = new Context()
    for await (const rows of scan(storage, tables.context)) {
      for (const { key, value } of rows) {
        const replica = Buffer.from(key).toString()
        const run = orCorrupt('the context', () => this.#numbers.load(replica, value))
        if (run > 0) context.add(replica, 1, run)
      }
    }
    const events: WriteEvent[] = []
    for await (const rows of scan(storage, tables.events)) {
      for (const { key, value } of rows) {
        const dot = orCorrupt('the key of an event', () => this.#numbers.dotOf(key))
        this.#numbers.see(dot.replica, dot.sequence)
        events.push(decodeStored(dot, value))
      }
    }
    return { context, events }
  }

  /** An own event, and rows to be written with it. Resolves when it is durable and acknowledged. */
  write(event: WriteEvent, rows: readonly StorageWrite[]): Promise<void> {
    const group = this.#open()
    group.own.push(event)
    this.#put(group, event)
    return this.#add(group, rows)
  }

  /** Resolves when it is durable. */
  add({ events = [], replicas = [], rows }: JournalEntry): Promise<void> {
    const group = this.#open()
    for (const event of events) this.#put(group, event)
    for (const replica of replicas) group.replicas.add(replica)
    return this.#add(group, rows)
  }

  /** Nothing joins what was gathered until now. */
  flush(): void {
    const group = this.#group
    if (!group) return
    this.#group = undefined
    this.#commit(group).then(group.durable.resolve, group.durable.reject)
  }

  /** Resolves when all that was added until now is durable. */
  async flushed(): Promise<void> {
    this.flush()
    await this.#storage.commit([])
  }

  /** Writes another state beside the one in force. */
  async prepare(next: StateCore): Promise<void> {
    this.#next = await writeSide(this.#storage, next, otherSide(this.#side))
  }

  /** The state that was prepared takes the place of the one in force: to be called just before it does so in memory. */
  turn(): void {
    this.flush()
    this.#side = otherSide(this.#side)
    this.#numbers = this.#next ?? new Numbers()
    this.#next = undefined
  }

  /** Makes the turn durable, together with these rows. */
  finishTurn(rows: readonly StorageWrite[]): Promise<void> {
    return this.#storage.commit([sideRow(this.#side), ...rows])
  }

  /** Removes what was in force before the turn. */
  clean(): Promise<void> {
    return wipe(this.#storage, otherSide(this.#side))
  }

  async #commit(group: Group): Promise<void> {
    await this.#storage.commit(this.#rowsOf(group))
    for (const event of group.own) this.#acknowledge(event)
  }

  #open(): Group {
    if (this.#group) return this.#group
    const group: Group = {
      events: [],
      own: [],
      replicas: new Set(),
      rows: [],
      bytes: 0,
      durable: Promise.withResolvers<void>(),
    }
    this.#group = group
    // Behind the promise jobs that wait already: those of the writes that ended together.
    queueMicrotask(() => {
      if (this.#group === group) this.flush()
    })
    return group
  }

  #put(group: Group, event: WriteEvent): void {
    group.events.push(event)
    group.bytes += mostBytes(event)
  }

  #add(group: Group, rows: readonly StorageWrite[]): Promise<void> {
    for (let i = 0; i < rows.length; i++) group.rows.push(rows[i] as StorageWrite)
    if (group.bytes >= MAX_GROUP_BYTES || group.events.length >= MAX_GROUP_EVENTS) this.flush()
    return group.durable.promise
  }

  /**
   * What is held is in the run of a context row, or has a row of its own. So a context row, which is one more page of each
   * transaction, is written only where the disk does not say so already: of a new replica, and of what loses its row.
   *
   * Events before the end of others: no row is written after it was deleted, since a dot that is held comes only by a rejoin.
   */
  #rowsOf({ events, replicas, rows }: Group): StorageWrite[] {
    const tables = tablesOf(this.#side)
    const numbers = this.#numbers
    const dead = this.#core.takeDead()
    const gone = dead.length > 0 ? new Set(dead) : undefined
    const writes: StorageWrite[] = []
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as WriteEvent
      if (gone?.has(event)) continue
      const key = rowKey(numbers.give(event.replica), event.sequence)
      writes.push({ table: tables.events, key, value: encodeStored(event) })
      numbers.see(event.replica, event.sequence)
    }
    for (const row of rows) writes.push(row)
    for (const { replica, sequence } of dead) {
      const number = numbers.get(replica)
      if (number === undefined) continue
      if (sequence > (numbers.runOf(replica) ?? 0)) replicas.add(replica)
      writes.push({ table: tables.events, key: rowKey(number, sequence), value: undefined })
    }
    const { stored } = this.#core
    let latest: ReplicaId | undefined
    for (let i = 0; i < events.length; i++) {
      const { replica } = events[i] as WriteEvent
      // Those of one replica come in a row.
      if (replica === latest) continue
      latest = replica
      if (numbers.seenOf(replica) !== stored.contiguous(replica)) replicas.add(replica)
    }
    for (const replica of replicas)
      writes.push({ table: tables.context, key: replica, value: this.#contextRow(replica) })
    return writes
  }

  /** Undefined, so that it goes, where no row can name the replica any more. */
  #contextRow(replica: ReplicaId): Uint8Array | undefined {
    const { stored } = this.#core
    if (stored.names(replica) || this.#core.lives(replica) || this.#core.waits(replica)) {
      return this.#numbers.row(replica, stored.contiguous(replica))
    }
    this.#numbers.delete(replica)
    return undefined
  }
}
