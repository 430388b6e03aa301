import type { Clock } from '../lib/clock.ts'
import { BusyError, CancelledError, CoveyError } from '../lib/errors.ts'
import { MAX_CHANNELS, REQUEST_WINDOW } from './caller.ts'
import { CHANNEL_WINDOW_BYTES, ChannelEnd, type ChannelWire, streamBroke } from './channels.ts'
import { type Deadlines, Expiring } from './deadlines.ts'
import { encodeFailure, tooLarge } from './failure.ts'
import { decodeFrame, encodeFrame, type Frame, FrameKind, MAX_BODY_BYTES, Status } from './frame.ts'
import type { FrameListener, FrameStream, PeerId } from './network.ts'
import { Outbox } from './outbox.ts'
import type { ChannelHandler, NotifyHandler, RequestContext, RequestHandler } from './rpc.ts'

/** What a node does for one protocol. */
export interface Handlers {
  request?: RequestHandler
  notify?: NotifyHandler
  channel?: ChannelHandler
}

export interface ServiceInit {
  stream: FrameStream
  handlers: Handlers
  clock: Clock
  /** Those of all requests of this node. */
  deadlines: Deadlines<Expiring>
  onOver(): void
  /** The peer broke the protocol; the text says how. */
  onBreach(text: string): void
  /** A handler for messages that nobody waits for threw. */
  onFault(error: unknown): void
}

/** A request whose handler has not returned yet. The signal is made only for handlers that look at it. */
class Running extends Expiring implements RequestContext {
  readonly service: Service
  readonly id: number
  readonly peer: PeerId
  readonly deadline: number
  #controller: AbortController | undefined

  constructor(service: Service, id: number, peer: PeerId, deadline: number) {
    super()
    this.service = service
    this.id = id
    this.peer = peer
    this.deadline = deadline
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  expire(): void {
    this.service.expire(this)
  }

  abort(reason: Error): void {
    if (!this.#controller) this.#controller = new AbortController()
    this.#controller.abort(reason)
  }
}

/** The acceptor's side of one stream: runs handlers and answers. */
export class Service implements FrameListener, ChannelWire {
  readonly #init: ServiceInit
  readonly #handlers: Handlers
  readonly #clock: Clock
  readonly #peer: PeerId
  readonly #outbox: Outbox
  /** Made for the first of each: most requests are answered at once, most streams carry no channel. */
  #running: Map<number, Running> | undefined
  #channels: Map<number, ChannelEnd> | undefined
  #over = false

  constructor(init: ServiceInit) {
    this.#init = init
    // What each request needs, one step nearer: with thousands of streams every step is memory that no cache holds.
    this.#handlers = init.handlers
    this.#clock = init.clock
    this.#peer = init.stream.peer
    this.#outbox = new Outbox(init.stream, init.clock)
    init.stream.listen(this)
  }

  stop(reason: Error): void {
    this.#init.stream.abort(reason)
    this.closed(reason)
  }

  frames(frames: readonly Uint8Array[]): void {
    const several = frames.length > 1
    if (several) this.#outbox.cork()
    for (const bytes of frames) if (!this.#over) this.#frame(bytes)
    if (several) this.#outbox.uncork()
  }

  drained(): void {
    this.#outbox.drained()
  }

  closed(error?: Error): void {
    if (this.#over) return
    this.#over = true
    const running = [...(this.#running?.values() ?? [])]
    const channels = [...(this.#channels?.values() ?? [])]
    if (running.length > 0 || channels.length > 0) this.#break(running, channels, error)
    this.#init.onOver()
  }

  /** From a running request: the requester has given up, its answer would be of no use. */
  expire(running: Running): void {
    if (this.#running?.delete(running.id)) running.abort(new CancelledError('the deadline is over'))
  }

  // ChannelWire, and the way of every answer
  send(frame: Uint8Array): void {
    if (this.#over) return
    if (this.#outbox.hasRoom(frame.length)) this.#outbox.push(frame)
    else this.#breach('nothing back: it does not read its answers')
  }

  forget(id: number): void {
    this.#channels?.delete(id)
  }

  reset(id: number, reason: Error): void {
    const { status, body } = encodeFailure(reason)
    this.send(encodeFrame(FrameKind.reset, id, status, body))
  }

  #frame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes)
    if (!frame) return this.#breach('a malformed frame')
    switch (frame.kind) {
      case FrameKind.request:
        return this.#request(frame)
      case FrameKind.cancel: {
        const running = this.#running?.get(frame.id)
        if (!running) return
        this.#drop(running)
        return running.abort(new CancelledError('cancelled by the requester'))
      }
      case FrameKind.notify:
        return this.#notify(frame.body)
      case FrameKind.open:
        return this.#open(frame)
      case FrameKind.data:
        if (this.#channels?.get(frame.id)?.onData(frame.body) === false) this.#breach('data without credit')
        return
      case FrameKind.credit:
        return this.#channels?.get(frame.id)?.onCredit(frame.value)
      case FrameKind.end:
        return this.#channels?.get(frame.id)?.onEnd()
      case FrameKind.reset:
        return this.#channels?.get(frame.id)?.onBroken(new CancelledError('the opener took the channel back'))
      default:
        this.#breach(`a frame of kind ${frame.kind} from the asking side`)
    }
  }

  #request(frame: Frame): void {
    const handler = this.#handlers.request
    if (!handler) return this.#unhandled(FrameKind.response, frame.id)
    if (this.#running && this.#running.size >= REQUEST_WINDOW)
      return this.#refuse(frame.id, new BusyError('too many requests at once'))
    if (this.#running?.has(frame.id)) return this.#breach('a request with an id that is in use')
    const running = new Running(this, frame.id, this.#peer, this.#clock.monotonic() + frame.value)
    let answer: Uint8Array | Promise<Uint8Array>
    try {
      answer = handler(frame.body, running)
    } catch (error) {
      return this.#refuse(frame.id, error)
    }
    if (answer instanceof Uint8Array) return this.#answer(frame.id, answer)
    this.#running ??= new Map()
    this.#running.set(running.id, running)
    this.#init.deadlines.add(running, running.deadline)
    answer.then(
      (body) => {
        if (this.#drop(running)) this.#answer(running.id, body)
      },
      (error) => {
        if (this.#drop(running)) this.#refuse(running.id, error)
      },
    )
  }

  /** Forgets a running request; false if it was over already. */
  #drop(running: Running): boolean {
    if (!this.#running?.delete(running.id)) return false
    this.#init.deadlines.delete(running)
    return true
  }

  #answer(id: number, body: Uint8Array): void {
    if (body.length > MAX_BODY_BYTES) return this.#refuse(id, tooLarge(body.length))
    this.send(encodeFrame(FrameKind.response, id, Status.ok, body))
  }

  #refuse(id: number, error: unknown): void {
    // An error that nobody raised on purpose is a fault of ours: the log must have it too.
    if (!(error instanceof CoveyError)) this.#init.onFault(error)
    const { status, body } = encodeFailure(error)
    this.send(encodeFrame(FrameKind.response, id, status, body))
  }

  #unhandled(kind: typeof FrameKind.response | typeof FrameKind.reset, id: number): void {
    const body = new TextEncoder().encode(`UNHANDLED\n${this.#init.stream.protocol} is not answered here`)
    this.send(encodeFrame(kind, id, Status.unhandled, body))
  }

  #notify(body: Uint8Array): void {
    try {
      this.#handlers.notify?.(body, this.#peer)
    } catch (error) {
      this.#init.onFault(error)
    }
  }

  #open(frame: Frame): void {
    const handler = this.#handlers.channel
    if (!handler) return this.#unhandled(FrameKind.reset, frame.id)
    if (this.#channels && this.#channels.size >= MAX_CHANNELS)
      return this.reset(frame.id, new BusyError('too many channels at once'))
    if (this.#channels?.has(frame.id)) return this.#breach('an open with an id that is in use')
    const channel = new ChannelEnd(this.#peer, frame.id, this)
    channel.onCredit(CHANNEL_WINDOW_BYTES)
    this.#channels ??= new Map()
    this.#channels.set(frame.id, channel)
    // The first word that the handler says travels with the credit.
    this.#outbox.cork()
    this.send(encodeFrame(FrameKind.credit, frame.id, CHANNEL_WINDOW_BYTES))
    try {
      handler(channel, frame.body)
    } catch (error) {
      this.#init.onFault(error)
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    }
    this.#outbox.uncork()
  }

  #break(running: readonly Running[], channels: readonly ChannelEnd[], error: Error | undefined): void {
    const reason = streamBroke(this.#peer, error)
    for (const request of running) {
      this.#drop(request)
      request.abort(reason)
    }
    for (const channel of channels) channel.onBroken(reason)
  }

  #breach(text: string): void {
    this.#init.onBreach(text)
    this.stop(new Error(`${this.#peer} sent ${text}`))
  }
}
