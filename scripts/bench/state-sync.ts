/**
 * What it costs to make two replicas equal over the loopback address, network, encryption and decoding included. Both ends run
 * in one process, so that the time holds the work of both.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { generateIdentity } from '../../src/network/libp2p/identity.ts'
import { createLibp2pNetwork } from '../../src/network/libp2p/network.ts'
import type { FrameStream, Network } from '../../src/network/network.ts'
import { createRpc } from '../../src/network/requests.ts'
import { replicaId } from '../../src/state/dot.ts'
import { StateStore } from '../../src/state/store.ts'
import { SYNC_PROTOCOL } from '../../src/state/sync/messages.ts'
import { createSync, type Sync } from '../../src/state/sync/sync.ts'
import { encodeValue } from '../../src/state/value.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { keyOf, type Result, valueFor } from './state-sync-rivals.ts'

const encode = (i: number) => encodeValue(valueFor(i))

/** How often the word has passed from one end to the other. */
interface Turns {
  count: number
  last: End | undefined
}

interface End {
  network: Network
  store: StateStore
  sync: Sync
  /** Bytes of sync frames that it sent, with their headers. */
  bytes: number
  /** Shared by the two ends of an exchange. */
  turns: Turns
  storage: Storage | undefined
}

async function end(folder?: string): Promise<End> {
  const clock = systemClock
  const log = silentLog
  const network = createLibp2pNetwork({
    mesh: 'bench',
    identity: generateIdentity(),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    clock,
    log,
  })
  const counted: End = {
    network,
    store: undefined as never,
    sync: undefined as never,
    bytes: 0,
    turns: { count: 0, last: undefined },
    storage: undefined,
  }
  count(network, counted)
  const storage = folder === undefined ? undefined : new SqliteStorage(folder)
  await storage?.start()
  const store = new StateStore({ ...(storage && { storage }), clock, log })
  await store.load()
  store.begin(replicaId(network.self, systemRandom.bytes(8)), 0)
  const rpc = createRpc({ network, clock, log })
  const membership = { members: () => [] }
  const sync = createSync({ network, rpc, clock, random: systemRandom, log, store, mesh: 'bench', membership })
  await network.start()
  return Object.assign(counted, { store, sync, storage })
}

/** Counts what leaves over streams of sync. */
function count(network: Network, counted: End): void {
  const tally = (stream: FrameStream): FrameStream => {
    const send = stream.send.bind(stream)
    stream.send = (frames) => {
      for (const frame of frames) {
        counted.bytes += frame.length + (frame.length < 128 ? 1 : frame.length < 16_384 ? 2 : 3)
      }
      const { turns } = counted
      if (turns.last !== counted) turns.count++
      turns.last = counted
      return send(frames)
    }
    return stream
  }
  const { open, handle } = network
  network.open = async (peer, protocol, timeoutMs) => {
    const stream = await open.call(network, peer, protocol, timeoutMs)
    return protocol === SYNC_PROTOCOL ? tally(stream) : stream
  }
  network.handle = (protocol, accept) =>
    handle.call(network, protocol, (stream) => accept(protocol === SYNC_PROTOCOL ? tally(stream) : stream))
}

async function connect(a: End, b: End): Promise<void> {
  await a.network.connect(b.network.self, b.network.addresses(), 5000)
  // The stream stands and is known to work: what follows measures the exchange.
  a.sync.start()
  b.sync.start()
  await a.sync.syncNow()
}

function write(store: StateStore, from: number, to: number): Promise<unknown> {
  const writes: Promise<unknown>[] = []
  for (let i = from; i < to; i++) {
    writes.push(store.write([{ namespace: 'bench', key: keyOf(i), path: '', value: encode(i) }]))
  }
  return Promise.all(writes)
}

async function stop(...ends: End[]): Promise<void> {
  for (const { sync, network, storage } of ends) {
    sync.stop()
    await network.stop()
    await storage?.stop()
  }
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** Fills measured in one process, after the one that warms it up. */
const FILLS = 5

/** So many fresh keys to an empty replica, from the first word to all of them there: the best of some. */
export async function fill(keys: number, durable: boolean): Promise<Result> {
  const results: Result[] = []
  for (let i = 0; i <= FILLS; i++) {
    const folder = mkdtempSync(join(tmpdir(), 'covey-bench-'))
    try {
      results.push(await fillOnce(keys, durable ? [join(folder, 'a'), join(folder, 'b')] : []))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return results.slice(1).reduce((best, one) => (one.ms < best.ms ? one : best))
}

async function fillOnce(keys: number, folders: readonly string[]): Promise<Result> {
  const a = await end(folders[0])
  const b = await end(folders[1])
  await write(a.store, 0, keys)
  await a.network.connect(b.network.self, b.network.addresses(), 5000)
  globalThis.gc?.()
  const began = performance.now()
  a.sync.start()
  b.sync.start()
  await b.sync.syncNow()
  await until(() => b.store.core.visible(a.store.replica as string) === keys)
  const ms = performance.now() - began
  if (a.sync.digest().content !== b.sync.digest().content) throw new Error('the two are not equal')
  await stop(a, b)
  return { ms, bytes: a.bytes + b.bytes }
}

export interface Change extends Result {
  /** How often the word had passed from one end to the other when the change showed: two are one round trip. */
  turns: number
}

/** Changes measured, one after the other. */
const CHANGES = 20

/** One key of `keys` changes at one end, a third replica is known to both: the best of some. */
export async function change(keys: number): Promise<Change> {
  const [a, b, c] = [await end(), await end(), await end()]
  await write(a.store, 0, keys / 2)
  await write(b.store, keys / 2, keys)
  await write(c.store, keys, keys + 10)
  await connect(a, b)
  await connect(c, b)
  await a.sync.syncNow()
  await until(() => a.sync.digest().content === b.sync.digest().content)
  // What it wrote stays; it must not be asked, too.
  await stop(c)
  await until(() => b.network.peers().length === 1)
  const results: Change[] = []
  for (let i = 0; i < CHANGES; i++) results.push(await changeOnce(a, b, i))
  await stop(a, b)
  return results.reduce((best, one) => (one.ms < best.ms ? one : best))
}

async function changeOnce(a: End, b: End, i: number): Promise<Change> {
  // A push would bring it at once: then there were nothing to measure.
  a.store.removeAllListeners('written')
  await a.store.write([{ namespace: 'bench', key: keyOf(i), path: '', value: encode(-i - 1) }])
  const before = a.bytes + b.bytes
  const turns: Turns = { count: 0, last: undefined }
  a.turns = turns
  b.turns = turns
  let shown = 0
  b.store.once('change', () => {
    shown = turns.count
  })
  const began = performance.now()
  const [report] = await b.sync.syncNow()
  const ms = performance.now() - began
  if (report?.error) throw report.error
  if (a.sync.digest().content !== b.sync.digest().content) throw new Error('the two are not equal')
  return { ms, bytes: a.bytes + b.bytes - before, turns: shown }
}
