import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { generateIdentity } from '../../../src/network/libp2p/identity.ts'
import { createLibp2pNetwork } from '../../../src/network/libp2p/network.ts'
import type { Network } from '../../../src/network/network.ts'
import { createRpc } from '../../../src/network/requests.ts'
import type { Rpc } from '../../../src/network/rpc.ts'
import type { Contender } from './contender.ts'

const PROTOCOL = '/covey/bench/1.0.0'
const TIMEOUT_MS = 30_000

/** Requests of covey, as every layer above uses them: encrypted, each with a deadline. */
export const contender: Contender = {
  async serve() {
    const { network, rpc } = node()
    rpc.handle(PROTOCOL, (body) => body)
    await network.start()
    return network.addresses()[0] as string
  },
  async connect(where) {
    const { network, rpc } = node()
    await network.start()
    const peer = await network.join(where, TIMEOUT_MS)
    return { request: (body) => rpc.request(peer, PROTOCOL, body, { timeoutMs: TIMEOUT_MS }) }
  },
}

function node(): { network: Network; rpc: Rpc } {
  const network = createLibp2pNetwork({
    mesh: 'bench',
    identity: generateIdentity(),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    clock: systemClock,
    log: silentLog,
  })
  return { network, rpc: createRpc({ network, clock: systemClock, log: silentLog }) }
}
