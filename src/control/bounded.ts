import type { Socket } from 'node:net'
import {
  type DataCallback,
  type Disposable,
  Message,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node'
import { MAX_CONTROL_MESSAGE_BYTES, MAX_OPEN_REQUESTS, NO_PARTIAL_TIMER } from './limits.ts'

const CANCEL = '$/cancelRequest'

/**
 * The node's end of one connection: vscode-jsonrpc's reader and writer with an upper bound on what a client can make the
 * node keep. A message that is too large, or of a kind that clients do not send, ends the connection; too many open
 * requests only stop the reading until one is answered.
 */
export class BoundedReader extends SocketMessageReader {
  readonly #socket: Socket
  readonly #refuse: (reason: string) => void
  /** Ids of requests that are not answered; true once they were cancelled. */
  readonly #open = new Map<number | string, boolean>()
  #bytesSinceMessage = 0

  constructor(socket: Socket, refuse: (reason: string) => void) {
    super(socket)
    this.partialMessageTimeout = NO_PARTIAL_TIMER
    this.#socket = socket
    this.#refuse = refuse
  }

  override listen(callback: DataCallback): Disposable {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#bytesSinceMessage += chunk.length
      if (this.#bytesSinceMessage > MAX_CONTROL_MESSAGE_BYTES) this.#refuse('a message that is too large')
    })
    return super.listen((message) => {
      this.#bytesSinceMessage = 0
      if (this.#admit(message)) callback(message)
    })
  }

  /** The answer to a request is on its way. */
  answered(id: number | string): void {
    this.#open.delete(id)
    if (this.#open.size < MAX_OPEN_REQUESTS && this.#socket.isPaused()) this.#socket.resume()
  }

  #admit(message: Message): boolean {
    if (Message.isRequest(message) && message.id !== null && !this.#open.has(message.id)) {
      this.#open.set(message.id, false)
      if (this.#open.size >= MAX_OPEN_REQUESTS) this.#socket.pause()
      return true
    }
    if (Message.isNotification(message) && message.method === CANCEL) {
      const id = (message.params as { id?: number | string } | undefined)?.id
      // One cancellation a request: otherwise a flood of them would queue without end.
      if (id === undefined || this.#open.get(id) !== false) return false
      this.#open.set(id, true)
      return true
    }
    this.#refuse('a message that no client sends')
    return false
  }
}

/** Tells who counts when an answer has left for the operating system. */
export class CountingWriter extends SocketMessageWriter {
  readonly #answered: (id: number | string) => void

  constructor(socket: Socket, answered: (id: number | string) => void) {
    super(socket)
    this.#answered = answered
  }

  override async write(message: Message): Promise<void> {
    try {
      await super.write(message)
    } finally {
      if (Message.isResponse(message) && message.id !== null) this.#answered(message.id)
    }
  }
}
