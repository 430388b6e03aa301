import type { Socket } from 'node:net'
import type { Client } from './contender.ts'

const HEADER_BYTES = 8

/**
 * The least that a request over a socket can be: length, correlation id, body; writes joined adaptively as covey does it
 * (the first at once, the rest of the tick together). What TCP and TLS are measured with.
 */
export class FramedSocket {
  readonly #socket: Socket
  readonly #onFrame: (id: number, body: Buffer) => void
  #partial: Buffer | undefined
  #queue: Buffer[] = []
  #flushing = false

  constructor(socket: Socket, onFrame: (id: number, body: Buffer) => void) {
    this.#socket = socket
    this.#onFrame = onFrame
    socket.setNoDelay(true)
    socket.on('data', (data) => this.#read(data))
  }

  send(id: number, body: Uint8Array): void {
    const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length)
    frame.writeUInt32LE(body.length, 0)
    frame.writeUInt32LE(id, 4)
    frame.set(body, HEADER_BYTES)
    if (this.#flushing) {
      this.#queue.push(frame)
      return
    }
    this.#flushing = true
    this.#socket.write(frame)
    setImmediate(() => {
      this.#flushing = false
      if (this.#queue.length === 0) return
      const joined = this.#queue.length === 1 ? (this.#queue[0] as Buffer) : Buffer.concat(this.#queue)
      this.#queue = []
      this.#socket.write(joined)
    })
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
