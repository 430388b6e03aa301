import type { MessageStream, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Clock } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { FrameListener, FrameStream, PeerId } from '../network.ts'
import { receiveDirectly } from './direct.ts'
import { encodeFrames, FrameDecoder } from './frames.ts'
import { connectionOf } from './muxer.ts'

/** What goes into one underlying send, in bytes: a noise message holds 64 KiB, its tag and yamux's header included. */
const MAX_SEND_BYTES = 60 * 1024
/**
 * What may wait in one stream, in bytes: twice what may wait in an outbox of the layer above, which keeps it while the stream
 * is saturated. Only a caller that goes on sending then gets there; the stream is aborted.
 */
const MAX_WAITING_BYTES = 32 * 1024 * 1024
/**
 * How long a closed stream waits for the peer to take what was handed over and to end its own side, in milliseconds;
 * then it is aborted. Enough for a full outbox at 1 MB/s.
 */
const CLOSE_TIMEOUT_MS = 30_000

/** What the streams of a network share. */
export interface StreamContext {
  clock: Clock
  log: Log
  /** A peer broke the framing. */
  onMalformed(): void
  /** A peer reads too slowly for what was sent to it. */
  onOverflow(): void
  /** The stream is over; called once. */
  onOver(stream: Libp2pFrameStream): void
}

/**
 * Frames on a libp2p stream, each behind its length. Frames handed up may be views of a larger buffer, and frames
 * handed in must not change afterwards: what the stream cannot take yet is kept by reference.
 */
export class Libp2pFrameStream implements FrameStream {
  readonly peer: PeerId
  readonly protocol: string
  readonly #stream: Stream
  readonly #connection: MessageStream | undefined
  readonly #context: StreamContext
  readonly #decoder = new FrameDecoder()
  #listener: FrameListener | undefined
  #saturated = false
  /** The peer has sent all that it will. */
  #remoteEnded = false
  #over = false
  #error: Error | undefined

  constructor(stream: Stream, peer: PeerId, context: StreamContext) {
    this.#stream = stream
    this.#connection = connectionOf(stream)
    this.#context = context
    this.peer = peer
    this.protocol = stream.protocol
    stream.addEventListener('remoteCloseWrite', () => {
      this.#remoteEnded = true
    })
    stream.addEventListener('close', this.#onClose)
    stream.addEventListener('drain', this.#onDrain)
    if (stream.status !== 'open') this.#finish(connectionLost())
  }

  send(frames: readonly Uint8Array[]): boolean {
    if (this.#over) return false
    try {
      for (const piece of encodeFrames(frames, MAX_SEND_BYTES)) this.#saturated = !this.#stream.send(piece)
    } catch (error) {
      // Its own end is shut already, or a frame is over the limit: either way nothing more can follow in order.
      this.abort(error instanceof Error ? error : new Error(messageOf(error)))
      return false
    }
    if (this.#stream.writeBufferLength > MAX_WAITING_BYTES) {
      this.#context.onOverflow()
      this.#complain('a peer reads too slowly, its stream is cut', `${this.#stream.writeBufferLength} bytes wait`)
      this.abort(new Error(`more than ${MAX_WAITING_BYTES} bytes wait for ${this.peer}`))
      return false
    }
    return !this.#saturated
  }

  get keepsFrames(): boolean {
    // Below, noise has enciphered what does not wait.
    return this.#stream.writeBufferLength > 0 || this.#connection?.writeBufferLength !== 0
  }

  listen(listener: FrameListener): void {
    this.#listener = listener
    if (this.#over) {
      queueMicrotask(() => listener.closed(this.#error))
      return
    }
    this.#stream.addEventListener('message', this.#onMessage)
    // An event for each would cost as much as all the rest of a small frame's way up.
    receiveDirectly(this.#stream, (data) => this.#read(data))
    this.#stream.addEventListener('end', this.#onEnd)
    if (this.#remoteEnded && this.#stream.readBufferLength === 0) queueMicrotask(this.#onEnd)
  }

  pause(): void {
    if (!this.#over && this.#stream.readStatus === 'readable') this.#stream.pause()
  }

  resume(): void {
    if (!this.#over && this.#stream.readStatus === 'paused') this.#stream.resume()
  }

  close(): void {
    if (this.#over) return
    this.#finish(undefined)
    // What a paused reader left unread would hold the peer's end back for ever.
    if (this.#stream.readStatus === 'paused') this.#stream.resume()
    this.#shut()
  }

  abort(reason: Error): void {
    if (this.#over) return
    this.#finish(reason)
    this.#stream.abort(reason)
  }

  readonly #onMessage = (event: StreamMessageEvent): void => this.#read(event.data)

  #read(data: Uint8Array | Uint8ArrayList): void {
    if (this.#over) return
    const frames: Uint8Array[] = []
    try {
      if (data instanceof Uint8Array) this.#decoder.push(data, frames)
      else for (const part of data) this.#decoder.push(part, frames)
    } catch (error) {
      this.#context.onMalformed()
      this.#complain('a peer sent a malformed frame, its stream is cut', messageOf(error))
      this.abort(error as Error)
      return
    }
    if (frames.length > 0) this.#listener?.frames(frames)
  }

  /** Everything that the peer sent before its end has been read. */
  readonly #onEnd = (): void => {
    if (this.#over || !this.#remoteEnded) return
    if (!this.#decoder.idle) return this.abort(new Error(`${this.peer} ended in the middle of a frame`))
    this.#finish(undefined)
    this.#shut()
  }

  readonly #onClose = (event: StreamCloseEvent): void => {
    if (this.#over) return
    if (event.error !== undefined) return this.#finish(event.error)
    if (!this.#remoteEnded) return this.#finish(connectionLost())
    // Ended well, but a paused reader has not read it all yet: its `end` follows.
    if (this.#stream.readBufferLength === 0) this.#onEnd()
  }

  readonly #onDrain = (): void => {
    if (!this.#saturated) return
    // The stream first hands on what it kept: what is left tells whether there is room again.
    queueMicrotask(() => {
      if (this.#over || !this.#saturated) return
      if (this.#stream.writableNeedsDrain || this.#stream.writeBufferLength > 0) return
      this.#saturated = false
      this.#listener?.drained()
    })
  }

  /** Ends the own side after what was handed over; gives up on a peer that does not take it or does not end. */
  #shut(): void {
    const stream = this.#stream
    if (stream.status !== 'open') return
    const timer = this.#context.clock.after(CLOSE_TIMEOUT_MS, () => {
      stream.abort(new Error(`${this.peer} did not end its side of a closed stream`))
    })
    stream.addEventListener('close', () => timer.cancel())
    stream.close().catch((error: unknown) => {
      // The stream or its connection broke first: what was left is lost, and there is nobody to tell.
      this.#context.log.debug('a stream broke while it closed', { peer: this.peer, error: messageOf(error) })
    })
  }

  #finish(error: Error | undefined): void {
    this.#over = true
    this.#error = error
    this.#context.onOver(this)
    this.#listener?.closed(error)
  }

  #complain(message: string, error: string): void {
    this.#context.log.warn(message, { peer: this.peer, protocol: this.protocol, error })
  }
}

function connectionLost(): Error {
  return new Error('the connection was lost')
}
