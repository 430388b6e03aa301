import { encodeJson } from '../lib/json.ts'
import { scan } from '../storage/scan.ts'
import type { Storage, StorageWrite } from '../storage/storage.ts'
import type { StateCore } from './core.ts'
import { Numbers, rowKey } from './numbers.ts'
import { encodeStored } from './stored.ts'

/** The two places of the durable state: a whole other state is written beside the one in force, which then changes sides. */
export type Side = 0 | 1

interface Tables {
  /** Events, by the number of their replica and their sequence, so that a replica's are read in order. */
  readonly events: string
  /**
   * By replica: its number on this side, and the end of a run of dots that are held, whether they have a row or not; not the dots
   * above it, which all have one.
   */
  readonly context: string
}

const TABLES: readonly [Tables, Tables] = [
  { events: 'state.events', context: 'state.context' },
  { events: 'state.events.other', context: 'state.context.other' },
]
const TABLE = 'state.side'
const KEY = 'side'
/** Writes of one commit while a whole state is written or wiped: others get their turn in between. */
const CHUNK_WRITES = 4096
/** The same in bytes. */
const CHUNK_BYTES = 4 * 1024 * 1024

export const tablesOf = (side: Side): Tables => TABLES[side]
export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0)

/** Which side is in force. Rejects as the storage does. */
export async function readSide(storage: Storage): Promise<Side> {
  const bytes = await storage.get(TABLE, KEY)
  return bytes?.[0] === '1'.charCodeAt(0) ? 1 : 0
}

export const sideRow = (side: Side): StorageWrite => ({ table: TABLE, key: KEY, value: encodeJson(side) })

/** Removes whatever a side holds: what was in force before, or was never finished. */
export async function wipe(storage: Storage, side: Side): Promise<void> {
  const { events, context } = TABLES[side]
  for (const table of [events, context]) {
    for await (const rows of scan(storage, table)) {
      await storage.commit(rows.map(({ key }) => ({ table, key, value: undefined })))
    }
  }
}

/** Writes a whole state to a side, a part at a time; a crash in between leaves some of it. Resolves to its replicas' numbers. */
export async function writeSide(storage: Storage, core: StateCore, side: Side): Promise<Numbers> {
  const numbers = new Numbers()
  let part: StorageWrite[] = []
  let bytes = 0
  for (const row of rowsOf(core, side, numbers)) {
    part.push(row)
    bytes += row.value?.length ?? 0
    if (part.length < CHUNK_WRITES && bytes < CHUNK_BYTES) continue
    await storage.commit(part)
    part = []
    bytes = 0
  }
  if (part.length > 0) await storage.commit(part)
  return numbers
}

function* rowsOf(core: StateCore, side: Side, numbers: Numbers): Generator<StorageWrite> {
  const { events, context } = tablesOf(side)
  const replicas = new Set(core.stored.replicas())
  for (const event of core.events()) {
    replicas.add(event.replica)
    yield { table: events, key: rowKey(numbers.give(event.replica), event.sequence), value: encodeStored(event) }
  }
  for (const replica of replicas) {
    yield { table: context, key: replica, value: numbers.row(replica, core.stored.contiguous(replica)) }
  }
}
