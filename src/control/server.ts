import { chmod } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { type CancellationToken, createMessageConnection, ResponseError } from 'vscode-jsonrpc/node'
import { CoveyError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { BoundedReader, CountingWriter } from './bounded.ts'
import { MAX_CONTROL_CONNECTIONS } from './limits.ts'
import { type CallContext, type ControlHandlers, controlHandlers, nodeStatus } from './methods.ts'
import { NodeError } from './node-error.ts'
import { isControlMethod, parseParams } from './params.ts'
import {
  CONTROL_ERROR,
  type ControlErrorData,
  type ControlMethod,
  type ControlNotifications,
  type NodeStatus,
  type StreamParams,
} from './protocol.ts'
import { claimSocketPath, removeSocket } from './socket-path.ts'

export interface ControlServer {
  /** Listens on the socket in the data directory, whose lock the caller holds. Throws `CoveyError` where it cannot. */
  start(): Promise<void>
  /** Closes the socket and every connection. Idempotent. */
  stop(): Promise<void>
  /** What the method `status` answers. */
  status(): NodeStatus
}

export interface ControlServerOptions {
  mesh: Mesh
  /** The data directory. */
  data: string
  log: Log
  /** Called when a client asked the node to leave. */
  down(): void
}

/** Serves the local API (protocol.ts) of one node. */
export function createControlServer(options: ControlServerOptions): ControlServer {
  return new UnixControlServer(options)
}

class UnixControlServer implements ControlServer {
  readonly #mesh: Mesh
  readonly #data: string
  readonly #log: Log
  readonly #handlers: ControlHandlers
  readonly #down: () => void
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #started = false

  constructor({ mesh, data, log, down }: ControlServerOptions) {
    this.#mesh = mesh
    this.#data = data
    this.#log = log.scoped('control')
    this.#handlers = controlHandlers(mesh, data)
    this.#down = down
    this.#server = createServer((socket) => this.#serve(socket))
    this.#server.maxConnections = MAX_CONTROL_CONNECTIONS
    this.#server.on('drop', () => this.#log.warn('refused a connection: too many are open'))
  }

  async start(): Promise<void> {
    const path = await claimSocketPath(this.#data)
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, resolve)
    }).catch((error: unknown) => {
      throw new CoveyError('SOCKET', `cannot listen on ${path}: ${messageOf(error)}`, 'Check the data directory.')
    })
    this.#started = true
    await chmod(path, 0o600)
  }

  async stop(): Promise<void> {
    if (!this.#started) return
    this.#started = false
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.end()
    // Whoever does not take the last answers at once is cut off: the process is about to end.
    setImmediate(() => {
      for (const socket of this.#sockets) socket.destroySoon()
    })
    await removeSocket(this.#data)
    await closed
  }

  status(): NodeStatus {
    return nodeStatus(this.#mesh, this.#data)
  }

  #serve(socket: Socket): void {
    const gone = new AbortController()
    const refuse = (reason: string): void => {
      this.#log.warn('closed a connection', { reason })
      socket.destroy()
    }
    const reader = new BoundedReader(socket, refuse)
    let leaving = false
    const writer = new CountingWriter(socket, (id) => {
      reader.answered(id)
      if (leaving) this.#down()
    })
    const connection = createMessageConnection(reader, writer)
    this.#sockets.add(socket)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      gone.abort()
      connection.dispose()
    })
    const notify = async <N extends keyof ControlNotifications>(name: N, said: ControlNotifications[N]) => {
      try {
        if (!gone.signal.aborted) await connection.sendNotification(name, said)
      } catch (error) {
        // Whoever is gone needs no answer; what it had open ends with `gone`.
        if (!socket.destroyed) throw error
      }
    }
    connection.onError(([error]) => refuse(messageOf(error)))
    connection.onRequest(async (method: string, params: unknown, token: CancellationToken) => {
      const cancelled = new AbortController()
      token.onCancellationRequested(() => cancelled.abort())
      try {
        return await this.#call(method, params, {
          signal: AbortSignal.any([gone.signal, cancelled.signal]),
          notifyTask: (record) => notify('task', record),
          send: (item) => notify('stream', { stream: (params as StreamParams).stream, item }),
          leaveAfterAnswer: () => {
            leaving = true
          },
        })
      } catch (error) {
        return this.#answerOf(method, error)
      }
    })
    connection.listen()
  }

  async #call(method: string, params: unknown, context: CallContext): Promise<unknown> {
    if (!isControlMethod(method)) {
      throw new CoveyError(
        'NO_SUCH_METHOD',
        `this node has no method "${method}"`,
        'Use the same version of covey as the node.',
      )
    }
    return await this.#invoke(method, params, context)
  }

  #invoke<M extends ControlMethod>(method: M, params: unknown, context: CallContext): unknown {
    return this.#handlers[method](parseParams(method, params), context)
  }

  #answerOf(method: string, error: unknown): ResponseError<ControlErrorData> {
    if (error instanceof CoveyError) {
      const { code, message, hint } = error
      const details = error instanceof NodeError ? { details: error.details } : {}
      return new ResponseError(CONTROL_ERROR, message, { code, message, hint, ...details })
    }
    this.#log.error('a control request failed', { method, error: error instanceof Error ? error.stack : String(error) })
    const message = `${method} failed: ${messageOf(error)}`
    return new ResponseError(CONTROL_ERROR, message, {
      code: 'INTERNAL',
      message,
      hint: `See ${this.#data}/covey.log.`,
    })
  }
}
