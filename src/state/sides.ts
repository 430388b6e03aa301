import { encodeJson } from '../lib/json.ts'
import { scan } from '../storage/scan.ts'
import type { Storage, StorageWrite } from '../storage/storage.ts'
import { StateRanges } from '../wire/sync.ts'
import { encodeEvent } from './codec.ts'
import type { StateCore } from './core.ts'
import type { WriteEvent } from './entry.ts'

/** The two places of the durable state: a whole other state is written beside the one in force, which then changes sides. */
export type Side = 0 | 1

interface Tables {
  /** Events, by replica and sequence, so that a replica's are read in order. */
  readonly events: string
  /** The run of one replica, by replica: without the dots above a gap, which would be written anew with each that comes. */
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

/** Writes rows a part at a time; a crash in between leaves some of them. */
export async function writeInParts(storage: Storage, rows: Iterable<StorageWrite>): Promise<void> {
  let part: StorageWrite[] = []
  let bytes = 0
  for (const row of rows) {
    part.push(row)
    bytes += row.value?.length ?? 0
    if (part.length < CHUNK_WRITES && bytes < CHUNK_BYTES) continue
    await storage.commit(part)
    part = []
    bytes = 0
  }
  if (part.length > 0) await storage.commit(part)
}

/** Sequences have 14 hexadecimal digits at most, so that keys are ordered as they are. */
export const keyOf = ({ replica, sequence }: Pick<WriteEvent, 'replica' | 'sequence'>): string =>
  `${replica}/${sequence.toString(16).padStart(14, '0')}`

/** A whole state as the rows of a side. */
export function* rowsOf(core: StateCore, side: Side): Generator<StorageWrite> {
  const { events, context } = tablesOf(side)
  for (const event of core.events()) yield { table: events, key: keyOf(event), value: encodeEvent(event) }
  for (const replica of core.stored.replicas()) {
    const run = core.stored.contiguous(replica)
    if (run > 0) yield { table: context, key: replica, value: StateRanges.encode({ replica, bounds: [1, run] }) }
  }
}
