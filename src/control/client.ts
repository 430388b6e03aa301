import { createConnection, type Socket } from 'node:net'
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ParameterStructures,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node'
import { CancelledError, CoveyError, messageOf } from '../lib/errors.ts'
import type { TaskRecord } from '../tasks/task.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'
import {
  type ControlErrorData,
  type ControlMethod,
  type ControlParams,
  type ControlResult,
  TASK_NOTIFICATION,
} from './protocol.ts'
import { findSocketPath } from './socket-path.ts'

export interface ControlClient {
  /** Rejects with the node's own `CoveyError`, or `NODE_GONE` where the connection broke, or `CANCELLED` by `signal`. */
  call<M extends ControlMethod>(
    method: M,
    params: ControlParams<M>,
    options?: { signal?: AbortSignal },
  ): Promise<ControlResult<M>>
  /** Hears of changes of the tasks that a `wait` of this client is open for. One listener. */
  onTask(listener: (record: TaskRecord) => void): void
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>
  close(): void
}

/** Connects to the node in a data directory. Rejects with `NOT_RUNNING` where none answers. */
export async function connectControl(data: string): Promise<ControlClient> {
  return new SocketControlClient(await openSocket(await findSocketPath(data), data))
}

function openSocket(path: string, data: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path)
    const fail = (reason: string): void => {
      socket.destroy()
      reject(new CoveyError('NOT_RUNNING', `no node runs in ${data} (${reason})`, 'Start it: covey up.'))
    }
    const timer = setTimeout(() => fail(`no answer within ${CONNECT_TIMEOUT_MS} ms`), CONNECT_TIMEOUT_MS)
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      fail(error.code ?? error.message)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

class SocketControlClient implements ControlClient {
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #connection: MessageConnection

  constructor(socket: Socket) {
    this.#socket = socket
    this.#connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
    // A broken connection rejects what is open; the reader's own report of it adds nothing.
    this.#connection.onError(() => socket.destroy())
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#connection.dispose()
        resolve()
      })
    })
    this.#connection.listen()
  }

  async call<M extends ControlMethod>(
    method: M,
    params: ControlParams<M>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<ControlResult<M>> {
    const source = new CancellationTokenSource()
    const cancel = (): void => source.cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      const answer = this.#connection.sendRequest(method, ParameterStructures.byName, params, source.token)
      return (await answer) as ControlResult<M>
    } catch (error) {
      throw signal?.aborted ? new CancelledError() : errorOf(error)
    } finally {
      signal?.removeEventListener('abort', cancel)
      source.dispose()
    }
  }

  onTask(listener: (record: TaskRecord) => void): void {
    this.#connection.onNotification(TASK_NOTIFICATION, listener)
  }

  close(): void {
    this.#socket.end()
  }
}

function errorOf(error: unknown): CoveyError {
  if (error instanceof ResponseError) {
    const data = error.data as ControlErrorData | undefined
    if (data?.hint !== undefined) return new CoveyError(data.code, data.message, data.hint)
  }
  return new CoveyError(
    'NODE_GONE',
    `the node went away (${messageOf(error)})`,
    'See whether it still runs: covey status.',
  )
}
