/**
 * What it costs to make two replicas equal over the loopback address, network, encryption and decoding included, beside
 * Yjs, Loro and Automerge, which have no network to pay for: `node scripts/run.mjs scripts/bench/state-sync.ts [--json]
 * [--rounds N]`. Both ends run in one process, so that the time holds the work of both.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
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
import { ensureRivals } from './rivals.ts'
import { type Result, RIVALS, type Rival } from './state-sync-rivals.ts'

const valueFor = (i: number): { n: number; text: string } => ({ n: i, text: `value ${i}` })
const encode = (i: number) => encodeValue(valueFor(i))
const keyOf = (i: number): string => `key-${String(i).padStart(5, '0')}`

interface End {
  network: Network
  store: StateStore
  sync: Sync
  /** Bytes of sync frames that it sent, with their headers. */
  bytes: number
  sent: Uint8Array[]
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
    sent: [],
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
        counted.sent.push(Uint8Array.from(frame))
      }
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

/** `keys` fresh keys to an empty replica. */
async function fill(
  keys: number,
  folders?: [string, string],
): Promise<Result & { deflated: number; deflateMs: number }> {
  const a = await end(folders?.[0])
  const b = await end(folders?.[1])
  await write(a.store, 0, keys)
  await a.network.connect(b.network.self, b.network.addresses(), 5000)
  const began = performance.now()
  a.sync.start()
  b.sync.start()
  await b.sync.syncNow()
  await until(() => b.store.core.visible(a.store.replica as string) === keys)
  const ms = performance.now() - began
  if (a.sync.digest().content !== b.sync.digest().content) throw new Error('the two are not equal')
  const payload = Buffer.concat(a.sent)
  const before = performance.now()
  const packed = a.sent.map((frame) => deflateRawSync(frame, { level: 1 }))
  for (const bytes of packed) inflateRawSync(bytes)
  const deflateMs = performance.now() - before
  const deflated = packed.reduce((sum, bytes) => sum + bytes.length, 0)
  await stop(a, b)
  return { ms, bytes: payload.length + b.bytes, deflated, deflateMs }
}

/** One key of `keys` changes at one end, a third replica is known to both. */
async function change(keys: number, rounds: number): Promise<Result> {
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
  const results: Result[] = []
  for (let i = 0; i < rounds; i++) {
    // A push would bring it at once: then there were nothing to measure.
    a.store.removeAllListeners('written')
    await a.store.write([{ namespace: 'bench', key: keyOf(i), path: '', value: encode(-i) }])
    const before = a.bytes + b.bytes
    const began = performance.now()
    const [report] = await b.sync.syncNow()
    results.push({ ms: performance.now() - began, bytes: a.bytes + b.bytes - before })
    if (report?.error) throw report.error
    if (a.sync.digest().content !== b.sync.digest().content) throw new Error('the two are not equal')
  }
  await stop(a, b)
  return median(results)
}

function median<T extends Result>(results: readonly T[]): T {
  return [...results].sort((x, y) => x.ms - y.ms)[results.length >> 1] as T
}

/** The same with a rival: a fresh pair filled, then one key changed. */
async function rival({ pair }: Rival, keys: number, rounds: number): Promise<{ fill: Result; change: Result }> {
  const fills: Result[] = []
  const changes: Result[] = []
  for (let i = 0; i < rounds; i++) {
    const { set, sync } = await pair()
    for (let j = 0; j < keys; j++) set(keyOf(j), valueFor(j))
    fills.push(sync())
    for (let j = 0; j < 4; j++) {
      set(keyOf(j), valueFor(-j - 1))
      changes.push(sync())
    }
  }
  return { fill: median(fills), change: median(changes) }
}

const KEYS = 10_000
const SIZES = [1000, KEYS, 100_000]

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)
if (!(Number.isInteger(rounds) && rounds > 0)) throw new TypeError('--rounds takes a whole number above 0')
ensureRivals()
const rows: Record<string, Result> = {}
const memory: Awaited<ReturnType<typeof fill>>[] = []
for (let i = 0; i < rounds; i++) memory.push(await fill(KEYS))
const { deflated, deflateMs, ...filled } = median(memory)
rows[`covey: ${KEYS} keys to an empty replica`] = filled
rows[`covey: the same, the first time in a process`] = { ms: memory[0]?.ms ?? 0, bytes: memory[0]?.bytes ?? 0 }
const durable: Result[] = []
for (let i = 0; i < rounds; i++) {
  const folder = mkdtempSync(join(tmpdir(), 'covey-bench-'))
  try {
    durable.push(await fill(KEYS, [join(folder, 'a'), join(folder, 'b')]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
rows['covey: the same, durable at both ends'] = { ms: median(durable).ms, bytes: median(durable).bytes }
for (const keys of SIZES) rows[`covey: one changed key among ${keys}`] = await change(keys, 4 * rounds)
for (const one of RIVALS) {
  for (const keys of SIZES) {
    if (keys > one.most) continue
    const result = await rival(one, keys, keys > KEYS ? 1 : rounds)
    if (keys === KEYS) rows[`${one.name}: ${KEYS} keys to an empty replica`] = result.fill
    rows[`${one.name}: one changed key among ${keys}`] = result.change
  }
}
if (values.json) console.log(JSON.stringify({ rows, deflated, deflateMs }, undefined, 2))
else {
  for (const [what, { ms, bytes }] of Object.entries(rows)) {
    console.log(`${what.padEnd(52)} ${ms.toFixed(2).padStart(9)} ms ${String(bytes).padStart(9)} B`)
  }
  console.log(`deflated, covey would send ${deflated} B, for ${deflateMs.toFixed(1)} ms of packing and unpacking`)
}
