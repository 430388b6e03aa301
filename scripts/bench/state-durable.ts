/** Durable writes of the replicated state, beside the storage below it and a bare SQLite loop, in turns. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { systemRandom } from '../../src/lib/random.ts'
import type { Namespace } from '../../src/state/namespace.ts'
import { createState } from '../../src/state/state.ts'
import { StateStore } from '../../src/state/store.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import { bareRate, nextKey, openBare, writeRate } from './bare-sqlite.ts'
import { median } from './goals.ts'
import { PEER } from './state-contenders.ts'

/** Writers at once: what is written while a commit runs joins the next. The bare loop has as many rows a transaction. */
export const WRITERS = 64
/**
 * How long each is measured at a time, in milliseconds, and how often, in turns: how long a disk takes to sync changes within a
 * second by half and more, and what is compared must meet the same disk.
 */
const SLICE_MS = 100
const SLICES = 30
/** At first, before anything counts: code is not compiled yet, and logs still grow. */
const WARM_UP_SLICES = 5
const VALUE = new Uint8Array(100).fill(7)

/** Single-row writes a second, each acknowledged when it is on the disk: medians over the slices. */
export interface Durable {
  /** As many rows a transaction as there are writers. */
  bare: number
  /** A row a transaction. */
  bareOne: number
  storage: number
  state: number
  /** Of the bare loop in the same slice, as durable: a row a transaction. */
  stateOfBareOne: number
  /** Of the one with as many rows a transaction, all of which it knows at once. */
  storageOfBare: number
  stateOfBare: number
}

async function openState(storage: SqliteStorage): Promise<Namespace> {
  const store = new StateStore({ storage, clock: systemClock, log: silentLog })
  const state = createState({ self: PEER, store, clock: systemClock, random: systemRandom, log: silentLog })
  await store.load()
  store.begin(`${PEER}.0123456789abcdef`, 0)
  state.start()
  return state.namespace('bench', { policy: 'latest' })
}

export async function durableWrites(): Promise<Durable> {
  const folder = mkdtempSync(join(tmpdir(), 'covey-bench-'))
  const bare = openBare(join(folder, 'bare.db'))
  const storage = new SqliteStorage(join(folder, 'storage'))
  const below = new SqliteStorage(join(folder, 'state'))
  await Promise.all([storage.start(), below.start()])
  const namespace = await openState(below)
  const commit = (): Promise<void> => storage.commit([{ table: 't', key: nextKey(), value: VALUE }])
  const slices: Pick<Durable, 'bare' | 'bareOne' | 'storage' | 'state'>[] = []
  for (let i = 0; i < WARM_UP_SLICES + SLICES; i++) {
    slices.push({
      bareOne: bareRate(bare, 1, SLICE_MS),
      bare: bareRate(bare, WRITERS, SLICE_MS),
      state: await writeRate(WRITERS, SLICE_MS, () => namespace.set(nextKey(), VALUE)),
      storage: await writeRate(WRITERS, SLICE_MS, commit),
    })
  }
  bare.close()
  await Promise.all([storage.stop(), below.stop()])
  rmSync(folder, { recursive: true })
  const measured = slices.slice(WARM_UP_SLICES)
  return {
    bare: median(measured.map((slice) => slice.bare)),
    bareOne: median(measured.map((slice) => slice.bareOne)),
    storage: median(measured.map((slice) => slice.storage)),
    state: median(measured.map((slice) => slice.state)),
    stateOfBareOne: median(measured.map((slice) => slice.state / slice.bareOne)),
    storageOfBare: median(measured.map((slice) => slice.storage / slice.bare)),
    stateOfBare: median(measured.map((slice) => slice.state / slice.bare)),
  }
}
