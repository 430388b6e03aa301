import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { systemRandom } from '../../../src/lib/random.ts'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { createRpc } from '../../../src/network/requests.ts'
import { replicaId } from '../../../src/state/dot.ts'
import { StateStore } from '../../../src/state/store.ts'
import { createSync, type Sync } from '../../../src/state/sync/sync.ts'
import { Fleet } from '../../network/libp2p/fleet.ts'
import { cell } from './swarm.ts'

interface End {
  network: Libp2pNetwork
  store: StateStore
  sync: Sync
}

const fleet = new Fleet()
const ends: End[] = []

async function end(): Promise<End> {
  const parts = { clock: systemClock, random: systemRandom, log: silentLog }
  const network = fleet.network()
  const rpc = createRpc({ network, ...parts })
  const store = new StateStore(parts)
  const sync = createSync({ network, rpc, store, mesh: 'test', membership: { members: () => [] }, ...parts })
  await network.start()
  store.begin(replicaId(network.self, systemRandom.bytes(8)), 0)
  sync.start()
  ends.push({ network, store, sync })
  return { network, store, sync }
}

afterEach(async () => {
  for (const { sync } of ends.splice(0)) sync.stop()
  await fleet.stop()
})

const put = (store: StateStore, key: string, text: string): Promise<unknown> =>
  store.write([{ ...cell(key), value: new TextEncoder().encode(text) }])

test('over a real network: all at once when they meet, and each write as it comes', async () => {
  const [a, b] = [await end(), await end()]
  const large = 'x'.repeat(1_000_000)
  await put(a.store, 'large', large)
  await Promise.all(Array.from({ length: 5000 }, (_, i) => put(a.store, `key-${i}`, `${i}`)))
  await put(b.store, 'theirs', 'y')
  await a.network.connect(b.network.self, b.network.addresses(), 5000)
  await vi.waitFor(() => expect(a.sync.digest()).toEqual(b.sync.digest()), { timeout: 10_000, interval: 10 })
  expect(b.store.core.siblings(cell('large'))[0]?.entry.value).toHaveLength(large.length)
  expect(await a.sync.status()).toMatchObject([{ peer: b.network.self, state: 'in sync' }])
  await put(a.store, 'key-7', 'again')
  await vi.waitFor(() => expect(a.sync.digest()).toEqual(b.sync.digest()), { timeout: 5000, interval: 1 })
  const [report] = await b.sync.syncNow()
  expect(report).toMatchObject({ sent: { events: 0 }, received: { events: 0 }, error: undefined })
}, 30_000)
