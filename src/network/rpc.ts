import type { PeerId } from './network.ts'

/**
 * Requests and channels between peers, written once above the `Network` port (requests.ts, channels.ts). One kept-open
 * stream a peer, protocol and direction; requests are pipelined on it and joined into one send a tick.
 */
export interface Rpc {
  /** Answers requests of `protocol`. One handler a protocol, registered before the network starts. */
  handle(protocol: string, handler: RequestHandler): void
  /** Takes one-way messages of `protocol`. */
  onNotify(protocol: string, handler: NotifyHandler): void
  /** Takes channels that peers open for `protocol`. */
  onChannel(protocol: string, handler: ChannelHandler): void
  /**
   * Sends a request and waits for its answer. The peer must be connected, else `UnreachableError` (nothing was sent).
   * Rejects with `OutcomeUnknownError` (sent, no answer by the deadline or the stream broke), `BusyError` (a window or
   * queue is full, it did not run), `CancelledError` (own signal), `RemoteError` (the handler's own error, with its code).
   */
  request(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Uint8Array>
  /** Sends a one-way message if a connection stands and the queue has room; returns whether it was queued. A hint, not a fact. */
  notify(peer: PeerId, protocol: string, body: Uint8Array): boolean
  /** Opens a channel: many messages either way, flow-controlled, in order. Rejects like `request`. */
  channel(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Channel>
  stop(): void
}

/** Requests for who asks all the time. */
export interface DirectRpc extends Rpc {
  /**
   * As `request`, but `asker` is called where the promise would be settled: exactly once, and from within what settles it, as
   * a promise and its jobs are a good part of what a request costs. Returns false, and calls nobody, where nothing was begun: there
   * is no connection, or the queue is full.
   */
  ask(peer: PeerId, protocol: string, body: Uint8Array, timeoutMs: number, asker: Asker): boolean
}

/** Who asked. */
export interface Asker {
  answered(body: Uint8Array): void
  failed(error: Error): void
}

export interface RequestOptions {
  /** How long until the answer is of no use, in milliseconds. Becomes an absolute deadline on either side's own clock. */
  timeoutMs: number
  /** Taking the request back; the other side's `signal` aborts. */
  signal?: AbortSignal
}

export interface RequestContext {
  readonly peer: PeerId
  /** Until when the answer is of use, on the own monotonic clock. */
  readonly deadline: number
  /** Aborts when the requester cancels, its deadline is over or its stream breaks. */
  readonly signal: AbortSignal
}

/** Returns the answer's body, at once or later. A `CoveyError` it throws reaches the requester with code and message. */
export type RequestHandler = (body: Uint8Array, context: RequestContext) => Uint8Array | Promise<Uint8Array>
export type NotifyHandler = (body: Uint8Array, peer: PeerId) => void
export type ChannelHandler = (channel: Channel, body: Uint8Array) => void

/** Both ends look the same. Iterate it to read: the loop ends when the other end has ended, and throws when it broke. */
export interface Channel extends AsyncIterable<Uint8Array> {
  readonly peer: PeerId
  /** Aborts when the channel is over, for whatever reason. Costs something only where it is asked for. */
  readonly signal: AbortSignal
  /** Runs `fn` when the channel is over, for whatever reason; at once where it is. */
  whenOver(fn: () => void): void
  /** Resolves when the message is on its way and there is credit for another; rejects when the channel is over. */
  send(message: Uint8Array): Promise<void>
  /** No more messages from this end. Idempotent. */
  end(): void
  /** Breaks the channel at both ends. What has come and was not read is not read any more. Idempotent. */
  abort(reason: Error): void
}
