import type { Socket } from 'node:net'
import type { Client } from './contender.ts'

const HEADER_BYTES = 8

/**
 * The least that requests over a socket can be: length, correlation id, body. Writes are batched as Node's documentation
 * has it: corked until the end of the tick, so that they leave in one system call. What TCP and TLS are measured with.
 */
class FramedSocket {
  readonly #socket: Socket
  readonly #onFrame: (id: number, body: Buffer) => void
  #partial: Buffer | undefined
  #corked = false

  constructor(socket: Socket, onFrame: (id: number, body: Buffer) => void) {
    this.#socket = socket
    this.#onFrame = onFrame
    socket.setNoDelay(true)
    socket.on('data', (data) => this.#read(data))
    // The other process ends when the measurement does.
    socket.on('error', () => socket.destroy())
  }

  send(id: number, body: Uint8Array): void {
    const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length)
    frame.writeUInt32LE(body.length, 0)
    frame.writeUInt32LE(id, 4)
    frame.set(body, HEADER_BYTES)
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      process.nextTick(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    this.#socket.write(frame)
  }

  #read(data: Buffer): void {
    let bytes = this.#partial ? Buffer.concat([this.#partial, data]) : data
    while (bytes.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + bytes.readUInt32LE(0)
      if (bytes.length < end) break
      this.#onFrame(bytes.readUInt32LE(4), bytes.subarray(HEADER_BYTES, end))
      bytes = bytes.subarray(end)
    }
    this.#partial = bytes.length > 0 ? bytes : undefined
  }
}

/** Answers every request of `socket` with its own body. */
export function echo(socket: Socket): void {
  const framed: FramedSocket = new FramedSocket(socket, (id, body) => framed.send(id, body))
}

export function clientOver(socket: Socket): Client {
  const waiting = new Map<number, (body: Uint8Array) => void>()
  let next = 0
  const framed = new FramedSocket(socket, (id, body) => {
    waiting.get(id)?.(body)
    waiting.delete(id)
  })
  return {
    request: (body) =>
      new Promise((resolve) => {
        next = (next + 1) >>> 0
        waiting.set(next, resolve)
        framed.send(next, body)
      }),
  }
}
