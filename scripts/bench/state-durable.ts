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
import { PEER } from './state-contenders.ts'

/** Writers at once: what is written while a commit runs joins the next. The bare loop has as many rows a transaction. */
export const WRITERS = 64
const ROUNDS = 5
/** How long each is measured in a round, in milliseconds. */
const ROUND_MS = 500
const VALUE = new Uint8Array(100).fill(7)

/** Single-row writes a second, each acknowledged when it is on the disk. */
export interface Durable {
  /** As many rows a transaction as there are writers. */
  bare: number
  /** A row a transaction. */
  bareOne: number
  storage: number
  state: number
}

async function openState(storage: SqliteStorage): Promise<Namespace> {
  const store = new StateStore({ storage, clock: systemClock, log: silentLog })
  const state = createState({ self: PEER, store, clock: systemClock, random: systemRandom, log: silentLog })
  await store.load()
  store.begin(`${PEER}.0123456789abcdef`, 0)
  state.start()
  return state.namespace('bench', { policy: 'latest' })
}

/** The best of each: what else the disk is asked to do only ever makes it slower. */
export async function durableWrites(): Promise<Durable> {
  const folder = mkdtempSync(join(tmpdir(), 'covey-bench-'))
  const bare = openBare(join(folder, 'bare.db'))
  const storage = new SqliteStorage(join(folder, 'storage'))
  const below = new SqliteStorage(join(folder, 'state'))
  await Promise.all([storage.start(), below.start()])
  const namespace = await openState(below)
  const best: Durable = { bare: 0, bareOne: 0, storage: 0, state: 0 }
  for (let i = 0; i < ROUNDS; i++) {
    best.bare = Math.max(best.bare, bareRate(bare, WRITERS, ROUND_MS))
    best.bareOne = Math.max(best.bareOne, bareRate(bare, 1, ROUND_MS))
    const commit = (): Promise<void> => storage.commit([{ table: 't', key: nextKey(), value: VALUE }])
    best.storage = Math.max(best.storage, await writeRate(WRITERS, ROUND_MS, commit))
    best.state = Math.max(best.state, await writeRate(WRITERS, ROUND_MS, () => namespace.set(nextKey(), VALUE)))
  }
  bare.close()
  await Promise.all([storage.stop(), below.stop()])
  rmSync(folder, { recursive: true })
  return best
}
