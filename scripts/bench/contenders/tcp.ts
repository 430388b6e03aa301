import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import type { Contender } from './contender.ts'
import { clientOver, echo } from './socket.ts'

export const contender: Contender = {
  async serve() {
    const server = createServer(echo).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return String((server.address() as AddressInfo).port)
  },
  async connect(where) {
    const socket = createConnection(Number(where), '127.0.0.1')
    await once(socket, 'connect')
    return clientOver(socket)
  },
}
