import { connect, type Socket } from 'node:net'
import { findSocketPath } from '../../src/control/socket-path.ts'

/** A client that can stop reading: one request, and every message that comes back. */
export class RawReader {
  readonly socket: Socket
  #unread = Buffer.alloc(0)

  private constructor(socket: Socket, onMessage: (message: unknown) => void) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk])
      for (let message = this.#next(); message !== undefined; message = this.#next()) onMessage(message)
    })
  }

  static async open(data: string, method: string, params: object, onMessage: (message: unknown) => void) {
    const reader = new RawReader(connect(await findSocketPath(data)), onMessage)
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    reader.socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    return reader
  }

  #next(): unknown {
    const head = this.#unread.indexOf('\r\n\r\n')
    if (head < 0) return undefined
    const length = Number(/Content-Length: (\d+)/.exec(this.#unread.subarray(0, head).toString())?.[1])
    if (this.#unread.length < head + 4 + length) return undefined
    const body = this.#unread.subarray(head + 4, head + 4 + length)
    this.#unread = this.#unread.subarray(head + 4 + length)
    return JSON.parse(body.toString())
  }
}
