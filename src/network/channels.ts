import { CancelledError, OutcomeUnknownError } from '../lib/errors.ts'
import { tooLarge } from './failure.ts'
import { encodeFrame, FrameKind, MAX_BODY_BYTES } from './frame.ts'
import type { PeerId } from './network.ts'
import type { Channel } from './rpc.ts'

/**
 * Bytes one end may send before the other has read any: enough for a 10 Gbit/s link at 0.2 ms, and what one channel whose
 * reader sleeps may hold in memory (and one more message, because a message is sent while any credit is left).
 */
export const CHANNEL_WINDOW_BYTES = 256 * 1024

/** Why a signal aborts when both ends ended well; made once, because an error's stack is most of what a short channel costs. */
const ENDED = new CancelledError('the channel has ended')

/** What an end needs of the stream it lives on. */
export interface ChannelWire {
  send(frame: Uint8Array): void
  /** The end is over and its id free. */
  forget(id: number): void
  /** Tells the other end why. */
  reset(id: number, reason: Error): void
}

/** One end of a channel: messages in order either way, with credit in bytes granted by the reader. */
export class ChannelEnd implements Channel {
  readonly peer: PeerId
  readonly #id: number
  readonly #wire: ChannelWire
  /** Made for who asks: it costs as much as all else of a short channel. */
  #controller: AbortController | undefined
  #inbox: Uint8Array[] = []
  #consumed = 0
  #credit = 0
  /** Granted to the other end and not used up: what it sends beyond is a breach. */
  #granted = CHANNEL_WINDOW_BYTES
  #ended = false
  #remoteEnded = false
  #error: Error | undefined
  #over = false
  #wakeReader: (() => void) | undefined
  #wakeSenders: (() => void)[] = []
  #listeners: (() => void)[] = []

  constructor(peer: PeerId, id: number, wire: ChannelWire) {
    this.peer = peer
    this.#id = id
    this.#wire = wire
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#over) this.#controller.abort(this.#error ?? ENDED)
    }
    return this.#controller.signal
  }

  whenOver(fn: () => void): void {
    if (this.#over) fn()
    else this.#listeners.push(fn)
  }

  async send(message: Uint8Array): Promise<void> {
    if (message.length > MAX_BODY_BYTES) throw tooLarge(message.length)
    while (this.#credit <= 0 && !this.#over && !this.#ended) {
      await new Promise<void>((resolve) => this.#wakeSenders.push(resolve))
    }
    if (this.#over || this.#ended) throw this.#error ?? new CancelledError('the channel is over')
    this.#credit -= message.length
    this.#wire.send(encodeFrame(FrameKind.data, this.#id, 0, message))
  }

  end(): void {
    if (this.#ended || this.#over) return
    this.#ended = true
    this.#wire.send(encodeFrame(FrameKind.end, this.#id, 0))
    this.#wakeAllSenders()
    if (this.#remoteEnded) this.#finish()
  }

  abort(reason: Error): void {
    if (this.#over) return
    // Whoever breaks it wants no more of it: what waits may rest on what is not so any more.
    this.#inbox = []
    this.#wire.reset(this.#id, reason)
    this.#finish(reason)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      while (true) {
        const message = this.#inbox.shift()
        if (message) {
          this.#grantBack(message.length)
          yield message
        } else if (this.#error) {
          throw this.#error
        } else if (this.#remoteEnded || this.#over) {
          return
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve
          })
        }
      }
    } finally {
      // Whoever stops reading early will not read the rest either: the sender must learn it.
      if (!this.#remoteEnded) this.abort(new CancelledError('the reader stopped reading'))
    }
  }

  /** From the wire: a message. Returns false if the other end sent without credit. */
  onData(message: Uint8Array): boolean {
    if (this.#remoteEnded || this.#granted <= 0) return false
    this.#granted -= message.length
    this.#inbox.push(message)
    this.#wakeReader?.()
    return true
  }

  /** From the wire: the other end takes that many bytes more. */
  onCredit(bytes: number): void {
    this.#credit = Math.min(this.#credit + bytes, CHANNEL_WINDOW_BYTES)
    this.#wakeAllSenders()
  }

  /** From the wire: no more messages will come. */
  onEnd(): void {
    this.#remoteEnded = true
    this.#wakeReader?.()
    if (this.#ended) this.#finish()
  }

  /** From the wire: the other end, or the stream below, broke it. */
  onBroken(error: Error): void {
    this.#finish(error)
  }

  #grantBack(bytes: number): void {
    this.#consumed += bytes
    if (this.#consumed < CHANNEL_WINDOW_BYTES / 2 || this.#over) return
    this.#granted += this.#consumed
    this.#wire.send(encodeFrame(FrameKind.credit, this.#id, this.#consumed))
    this.#consumed = 0
  }

  #finish(error?: Error): void {
    if (this.#over) return
    this.#over = true
    this.#error = error
    this.#wire.forget(this.#id)
    this.#wakeReader?.()
    this.#wakeAllSenders()
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
    this.#controller?.abort(error ?? ENDED)
  }

  #wakeAllSenders(): void {
    const waiting = this.#wakeSenders
    this.#wakeSenders = []
    for (const wake of waiting) wake()
  }
}

export const streamBroke = (peer: PeerId, cause?: Error): OutcomeUnknownError =>
  new OutcomeUnknownError(`the connection to ${peer} broke before it answered`, { cause })
