import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import type { Contender } from './contender.ts'
import { clientOver, echo } from './socket.ts'

/**
 * A shared key instead of certificates, which would have to be made first; what a request costs is the same. AES as nearly
 * every TLS connection has it, which processors compute in hardware; noise prescribes ChaCha20.
 */
const SESSION = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const
const KEY = { psk: Buffer.alloc(16, 7), identity: 'bench' }

export const contender: Contender = {
  async serve() {
    const server = createServer({ ...SESSION, pskCallback: () => KEY.psk }, echo).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return String((server.address() as AddressInfo).port)
  },
  async connect(where) {
    const socket = connect({
      ...SESSION,
      host: '127.0.0.1',
      port: Number(where),
      pskCallback: () => KEY,
      checkServerIdentity: () => undefined,
    })
    await once(socket, 'secureConnect')
    return clientOver(socket)
  },
}
