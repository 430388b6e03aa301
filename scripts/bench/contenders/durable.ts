import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { generateIdentity } from '../../../src/network/libp2p/identity.ts'
import { createLibp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { createRpc } from '../../../src/network/requests.ts'
import { SqliteStorage } from '../../../src/storage/sqlite.ts'
import type { Contender } from './contender.ts'
import { contender as covey } from './covey.ts'

const PROTOCOL = '/covey/bench/1.0.0'

/** As `covey`, but what it is asked is on the disk of whoever answers before it does: one message of a consensus, alone. */
export const contender: Contender = {
  async serve() {
    const data = mkdtempSync(join(tmpdir(), 'covey-bench-durable-'))
    process.on('exit', () => rmSync(data, { recursive: true, force: true }))
    const storage = new SqliteStorage(data)
    await storage.start()
    const network = createLibp2pNetwork({
      mesh: 'bench',
      identity: generateIdentity(),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      clock: systemClock,
      log: silentLog,
    })
    const rpc = createRpc({ network, clock: systemClock, log: silentLog })
    rpc.handle(PROTOCOL, async (body) => {
      await storage.commit([{ table: 'bench', key: 'request', value: body }])
      return body
    })
    await network.start()
    return network.addresses()[0] as string
  },
  connect: covey.connect,
}
