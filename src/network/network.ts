import type { EventEmitter } from 'node:events'

/** The text form of a libp2p peer id (base58btc), the name of a node everywhere in covey. */
export type PeerId = string

/** A peer and where it was heard of; addresses are multiaddrs. */
export interface PeerAddress {
  id: PeerId
  addresses: string[]
}

export interface NetworkEvents {
  /** The first connection to a peer stands. */
  connect: [peer: PeerId]
  /** The last connection to a peer is gone. */
  disconnect: [peer: PeerId]
  /** Somebody was heard of (multicast, bootstrap, DHT). Nobody has dialled it yet: that is the listener's work. */
  discover: [peer: PeerAddress]
}

/**
 * The network port: peers, frame streams, lossy publish, provide and find. The seam is low on purpose: requests, windows,
 * deadlines and channels are written once above it, so that a simulated fault reaches them as a real one would.
 * `libp2p/` is the real one, `simulated/` the one that a seed drives; one acceptance suite holds both to this page.
 */
export interface Network extends EventEmitter<NetworkEvents> {
  readonly self: PeerId
  /** Idempotent. */
  start(): Promise<void>
  /** Idempotent; closes every stream and connection. */
  stop(): Promise<void>
  /** Multiaddrs others can dial, with `/p2p/ID` at the end. */
  addresses(): string[]
  /** The peers with a connection now. */
  peers(): PeerId[]
  isConnected(peer: PeerId): boolean
  /**
   * Makes sure of a connection to `peer`; resolves at once where one stands. Rejects with `UnreachableError`, also when
   * `timeoutMs` is over.
   */
  connect(peer: PeerId, addresses: readonly string[], timeoutMs: number): Promise<void>
  /** Connects to a multiaddr whose peer id may be unknown and returns the id. Rejects with `UnreachableError`. */
  join(address: string, timeoutMs: number): Promise<PeerId>
  /** Aborts every connection to `peer` now, without waiting for it. */
  disconnect(peer: PeerId): void
  /** Takes streams that peers open for `protocol`. One handler a protocol; registered before `start`. */
  handle(protocol: string, accept: (stream: FrameStream) => void): void
  /** Opens a stream to a connected peer. Rejects with `UnreachableError`. */
  open(peer: PeerId, protocol: string, timeoutMs: number): Promise<FrameStream>
  /** Sends to whoever subscribes to `topic`, at most once each, perhaps not at all: a hint, never a fact. */
  publish(topic: string, data: Uint8Array): void
  /** `listener` hears what others publish on `topic`, never its own. Returns the function that ends it. */
  subscribe(topic: string, listener: (data: Uint8Array, from: PeerId) => void): () => void
  /** Says in the DHT that this node provides `key` (any text). Best effort. */
  provide(key: string): Promise<void>
  /** Who provides `key`, as far as can be learned in `timeoutMs`. An empty list is an answer. */
  find(key: string, timeoutMs: number): Promise<PeerAddress[]>
}

/** An ordered, reliable stream of frames: a frame arrives whole and in order, or the stream closes. */
export interface FrameStream {
  readonly peer: PeerId
  readonly protocol: string
  /**
   * Hands over frames as one send. Returns true to go on, false when the stream is saturated: then send nothing more
   * until `drained` is called (what was handed over is still sent). After the close it does nothing and returns false.
   */
  send(frames: readonly Uint8Array[]): boolean
  /** Whether it may still look at frames that were handed over: if not, their memory can be used otherwise. */
  readonly keepsFrames: boolean
  /** Sets who hears of frames, drain and close; called once, at once after `open` or in `accept`. */
  listen(listener: FrameListener): void
  /** Stops reading from the peer, so that backpressure reaches it; `resume` goes on. */
  pause(): void
  resume(): void
  /** Closes after what was handed over is sent. Idempotent. */
  close(): void
  /** Closes now; frames on their way may be lost. Idempotent. */
  abort(reason: Error): void
}

export interface FrameListener {
  /** Frames that arrived together, never empty. */
  frames(frames: readonly Uint8Array[]): void
  /** The stream takes frames again. */
  drained(): void
  /** Called exactly once, also after own `close` and `abort`. An error says why, none means that an end closed it. */
  closed(error?: Error): void
}

/** The largest frame in bytes: room for a 1 MiB user value and its envelope. A peer that announces a larger one is cut off. */
export const MAX_FRAME_BYTES = 1024 * 1024 + 16 * 1024
