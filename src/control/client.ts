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
import { CancelledError, CoveyError, InvalidInputError, messageOf } from '../lib/errors.ts'
import type { TaskRecord } from '../tasks/task.ts'
import { CONNECT_TIMEOUT_MS, NO_PARTIAL_TIMER } from './limits.ts'
import { NodeError } from './node-error.ts'
import type {
  ControlErrorData,
  ControlMethod,
  ControlNotifications,
  ControlParams,
  ControlResult,
  ControlStreams,
  StreamMethod,
  StreamParams,
} from './protocol.ts'
import { findSocketPath } from './socket-path.ts'

export interface ControlClient {
  /** Rejects with the node's own `CoveyError`, or `NODE_GONE` where the connection broke, or `CANCELLED` by `signal`. */
  call<M extends ControlMethod>(
    method: M,
    params: ControlParams<M>,
    options?: { signal?: AbortSignal },
  ): Promise<ControlResult<M>>
  /** As `call`, of a method that answers with a stream first: `listener` gets each item before the result. */
  stream<M extends StreamMethod>(
    method: M,
    params: Omit<ControlParams<M>, keyof StreamParams>,
    listener: (item: ControlStreams[M]) => void,
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
      reject(new CoveyError('NOT_RUNNING', `no node runs in ${data} (${reason})`, `Start it: covey up --data ${data}.`))
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
  readonly #streams = new Map<string, (item: never) => void>()
  #streamsMade = 0

  constructor(socket: Socket) {
    this.#socket = socket
    const reader = new SocketMessageReader(socket)
    reader.partialMessageTimeout = NO_PARTIAL_TIMER
    this.#connection = createMessageConnection(reader, new SocketMessageWriter(socket))
    // A broken connection rejects what is open; the reader's own report of it adds nothing.
    this.#connection.onError(() => socket.destroy())
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#connection.dispose()
        resolve()
      })
    })
    this.#listenTo('stream', ({ stream, item }) => this.#streams.get(stream)?.(item as never))
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

  async stream<M extends StreamMethod>(
    method: M,
    params: Omit<ControlParams<M>, keyof StreamParams>,
    listener: (item: ControlStreams[M]) => void,
    options?: { signal?: AbortSignal },
  ): Promise<ControlResult<M>> {
    const stream = String(++this.#streamsMade)
    this.#streams.set(stream, listener)
    try {
      // What was left out is put back: the parameters of this method.
      return await this.call(method, { ...params, stream } as unknown as ControlParams<M>, options)
    } finally {
      this.#streams.delete(stream)
    }
  }

  onTask(listener: (record: TaskRecord) => void): void {
    this.#listenTo('task', listener)
  }

  #listenTo<N extends keyof ControlNotifications>(name: N, listener: (said: ControlNotifications[N]) => void): void {
    this.#connection.onNotification(name, listener)
  }

  close(): void {
    this.#socket.end()
    // A node that is stopped does not close its side; we need not wait for it.
    this.#socket.unref()
  }
}

function errorOf(error: unknown): CoveyError {
  if (error instanceof ResponseError) {
    const data = error.data as ControlErrorData | undefined
    if (data?.hint !== undefined) return answeredError(data)
  }
  return new CoveyError(
    'NODE_GONE',
    `the node went away (${messageOf(error)})`,
    'See whether it still runs: covey status.',
  )
}

function answeredError({ code, message, hint, details }: ControlErrorData): CoveyError {
  if (details) return new NodeError(code, message, hint, details)
  return code === 'INVALID_INPUT' ? new InvalidInputError(message, hint) : new CoveyError(code, message, hint)
}
