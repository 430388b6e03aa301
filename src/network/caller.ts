import type { Clock } from '../lib/clock.ts'
import { BusyError, CancelledError, OutcomeUnknownError, UnreachableError } from '../lib/errors.ts'
import { CHANNEL_WINDOW_BYTES, ChannelEnd, type ChannelWire, streamBroke } from './channels.ts'
import { type Deadlines, Expiring } from './deadlines.ts'
import { decodeFailure, encodeFailure, tooLarge } from './failure.ts'
import { decodeFrame, encodeFrame, FrameKind, MAX_BODY_BYTES, Status } from './frame.ts'
import type { FrameListener, FrameStream, PeerId } from './network.ts'
import { Outbox } from './outbox.ts'
import type { Asker, Channel, RequestOptions } from './rpc.ts'

/** Requests sent and not answered, a peer and protocol: what a peer must be ready to run at once for one requester. */
export const REQUEST_WINDOW = 1024
/** Requests waiting for the window; beyond it `BusyError`, because a longer queue only makes answers late. */
export const MAX_WAITING_REQUESTS = 8192
/** Channels open at once, a peer and protocol: each may hold a window of bytes. */
export const MAX_CHANNELS = 1024
/** Longest deadline that fits the header, in milliseconds (49 days). */
const MAX_BUDGET_MS = 2 ** 32 - 1

/** A request, or the opening of a channel, that is not over. */
abstract class Call extends Expiring {
  readonly caller: Caller
  readonly id: number
  readonly kind: typeof FrameKind.request | typeof FrameKind.open
  readonly body: Uint8Array
  readonly deadline: number
  readonly signal: AbortSignal | undefined
  onAbort: (() => void) | undefined = undefined
  sent = false

  constructor(
    caller: Caller,
    id: number,
    kind: Call['kind'],
    body: Uint8Array,
    deadline: number,
    signal?: AbortSignal,
  ) {
    super()
    this.caller = caller
    this.id = id
    this.kind = kind
    this.body = body
    this.deadline = deadline
    this.signal = signal
  }

  abstract succeed(value: Uint8Array | Channel): void
  abstract fail(error: Error): void

  expire(): void {
    this.caller.expire(this)
  }
}

/** Whose outcome is a promise. */
class PromisedCall extends Call {
  readonly #outcome = Promise.withResolvers<Uint8Array | Channel>()

  get outcome(): Promise<Uint8Array | Channel> {
    return this.#outcome.promise
  }

  succeed(value: Uint8Array | Channel): void {
    this.#outcome.resolve(value)
  }

  fail(error: Error): void {
    this.#outcome.reject(error)
  }
}

/** Whose outcome somebody is called with. */
class AskedCall extends Call {
  readonly #asker: Asker

  constructor(caller: Caller, id: number, body: Uint8Array, deadline: number, asker: Asker) {
    super(caller, id, FrameKind.request, body, deadline)
    this.#asker = asker
  }

  succeed(value: Uint8Array): void {
    this.#asker.answered(value)
  }

  fail(error: Error): void {
    this.#asker.failed(error)
  }
}

/** What the opener's side of a peer and protocol is told at birth. */
export interface CallerInit {
  peer: PeerId
  protocol: string
  clock: Clock
  /** Those of all requests of this node. */
  deadlines: Deadlines<Expiring>
  open(): Promise<FrameStream>
  /** The stream is gone: the next request makes a new caller. */
  onOver(): void
  /** The peer broke the protocol; the text says how. */
  onBreach(text: string): void
}

/** The opener's side of the one stream to a peer for a protocol: sends requests and opens channels, matches the answers. */
export class Caller implements FrameListener, ChannelWire {
  readonly #init: CallerInit
  readonly #clock: Clock
  readonly #deadlines: Deadlines<Expiring>
  readonly #calls = new Map<number, Call>()
  /** Made for the first channel: most streams only ever carry requests. */
  #channels: Map<number, ChannelEnd> | undefined
  /** Waiting for the stream to open or the window to have room. A call that is over stays until its turn. */
  #waiting: Call[] = []
  #notifications: Uint8Array[] = []
  #stream: FrameStream | undefined
  #outbox: Outbox | undefined
  #inFlight = 0
  #nextId = 1
  #over = false

  constructor(init: CallerInit) {
    this.#init = init
    this.#clock = init.clock
    this.#deadlines = init.deadlines
    init.open().then(
      (stream) => this.#opened(stream),
      (error: Error) => this.closed(error),
    )
  }

  request(body: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    return this.#call(FrameKind.request, body, options) as Promise<Uint8Array>
  }

  channel(body: Uint8Array, options: RequestOptions): Promise<Channel> {
    if (this.#channels && this.#channels.size >= MAX_CHANNELS)
      return Promise.reject(new BusyError(`${MAX_CHANNELS} channels are open`))
    return this.#call(FrameKind.open, body, options) as Promise<Channel>
  }

  ask(body: Uint8Array, timeoutMs: number, asker: Asker): boolean {
    if (this.#refusal(body)) return false
    const budget = Math.min(timeoutMs, MAX_BUDGET_MS)
    this.#begin(new AskedCall(this, this.#newId(), body, this.#clock.monotonic() + budget, asker), budget)
    return true
  }

  notify(body: Uint8Array): boolean {
    if (this.#over || body.length > MAX_BODY_BYTES) return false
    const frame = encodeFrame(FrameKind.notify, 0, 0, body)
    if (this.#outbox) {
      if (!this.#outbox.hasRoom(frame.length)) return false
      this.#outbox.push(frame)
      return true
    }
    if (this.#notifications.length >= REQUEST_WINDOW) return false
    this.#notifications.push(frame)
    return true
  }

  stop(reason: Error): void {
    this.#stream?.abort(reason)
    this.closed(reason)
  }

  frames(frames: readonly Uint8Array[]): void {
    // A frame by itself is a caller by itself: its next request shall not wait for the end of the tick.
    const several = frames.length > 1
    if (several) this.#outbox?.cork()
    for (const bytes of frames) this.#frame(bytes)
    this.#startWaiting()
    if (several) this.#outbox?.uncork()
  }

  drained(): void {
    this.#outbox?.drained()
    this.#startWaiting()
  }

  closed(error?: Error): void {
    if (this.#over) return
    this.#over = true
    const { peer } = this.#init
    // First: whoever hears of its end at once may ask again, and needs a new stream for it.
    this.#init.onOver()
    for (const call of [...this.#calls.values()]) {
      const cause = error ? { cause: error } : undefined
      this.#settle(
        call,
        call.sent ? streamBroke(peer, error) : new UnreachableError(`no stream to ${peer} could be opened`, cause),
      )
    }
    this.#waiting = []
    for (const channel of [...(this.#channels?.values() ?? [])]) channel.onBroken(streamBroke(peer, error))
  }

  // ChannelWire
  send(frame: Uint8Array): void {
    this.#outbox?.push(frame)
  }

  forget(id: number): void {
    this.#channels?.delete(id)
  }

  reset(id: number, reason: Error): void {
    const { status, body } = encodeFailure(reason)
    this.send(encodeFrame(FrameKind.reset, id, status, body))
  }

  #call(kind: Call['kind'], body: Uint8Array, { timeoutMs, signal }: RequestOptions): Promise<Uint8Array | Channel> {
    const refusal = this.#refusal(body, signal)
    if (refusal) return Promise.reject(refusal)
    const budget = Math.min(timeoutMs, MAX_BUDGET_MS)
    const call = new PromisedCall(this, this.#newId(), kind, body, this.#clock.monotonic() + budget, signal)
    if (signal) {
      call.onAbort = () => this.#cancel(call)
      signal.addEventListener('abort', call.onAbort, { once: true })
    }
    this.#begin(call, budget)
    return call.outcome
  }

  /** Why a call cannot even begin. */
  #refusal(body: Uint8Array, signal?: AbortSignal): Error | undefined {
    if (body.length > MAX_BODY_BYTES) return tooLarge(body.length)
    if (signal?.aborted) return new CancelledError()
    if (this.#waiting.length < MAX_WAITING_REQUESTS) return undefined
    return new BusyError(`${MAX_WAITING_REQUESTS} requests to ${this.#init.peer} are waiting`)
  }

  #begin(call: Call, budget: number): void {
    this.#calls.set(call.id, call)
    this.#deadlines.add(call, call.deadline)
    if (this.#canStart(call.body.length)) this.#start(call, budget)
    else this.#waiting.push(call)
  }

  #newId(): number {
    // Wraps after 4 billion; an id still in use by a long-lived channel is stepped over.
    do this.#nextId = this.#nextId === 2 ** 32 - 1 ? 1 : this.#nextId + 1
    while (this.#calls.has(this.#nextId) || this.#channels?.has(this.#nextId))
    return this.#nextId
  }

  #canStart(bytes: number): boolean {
    return this.#outbox !== undefined && this.#inFlight < REQUEST_WINDOW && this.#outbox.hasRoom(bytes)
  }

  #start(call: Call, budget: number): void {
    call.sent = true
    this.#inFlight++
    // A part of a millisecond left is still left: zero would mean over.
    this.#outbox?.push(encodeFrame(call.kind, call.id, Math.max(1, Math.floor(budget)), call.body))
  }

  #startWaiting(): void {
    if (this.#waiting.length === 0) return
    let taken = 0
    for (const call of this.#waiting) {
      if (this.#calls.has(call.id)) {
        if (!this.#canStart(call.body.length)) break
        this.#start(call, call.deadline - this.#clock.monotonic())
      }
      taken++
    }
    if (taken > 0) this.#waiting.splice(0, taken)
  }

  #opened(stream: FrameStream): void {
    if (this.#over) return stream.abort(new CancelledError('stopped while opening'))
    this.#stream = stream
    this.#outbox = new Outbox(stream, this.#clock)
    stream.listen(this)
    const notifications = this.#notifications
    this.#notifications = []
    for (const frame of notifications) this.#outbox.push(frame)
    this.#startWaiting()
  }

  #frame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes)
    if (!frame) return this.#breach('a malformed frame')
    const call = this.#calls.get(frame.id)
    const channel = this.#channels?.get(frame.id)
    switch (frame.kind) {
      case FrameKind.response:
        // An answer to nothing came late: its request is over.
        if (!call) return
        if (call.kind !== FrameKind.request) return this.#breach('a response to an open')
        return this.#settle(call, frame.value === Status.ok ? frame.body : decodeFailure(frame.value, frame.body))
      case FrameKind.data:
        if (channel && !channel.onData(frame.body)) this.#breach('data without credit')
        return
      case FrameKind.credit:
        if (call?.kind === FrameKind.open) this.#openChannel(call, frame.value)
        else channel?.onCredit(frame.value)
        return
      case FrameKind.end:
        return channel?.onEnd()
      case FrameKind.reset:
        if (call?.kind === FrameKind.open) this.#settle(call, decodeFailure(frame.value, frame.body))
        else channel?.onBroken(decodeFailure(frame.value, frame.body))
        return
      default:
        this.#breach(`a frame of kind ${frame.kind} from the answering side`)
    }
  }

  #openChannel(call: Call, credit: number): void {
    const channel = new ChannelEnd(this.#init.peer, call.id, this)
    channel.onCredit(Math.min(credit, CHANNEL_WINDOW_BYTES))
    this.#channels ??= new Map()
    this.#channels.set(call.id, channel)
    const { signal } = call
    if (signal) {
      const onAbort = (): void => channel.abort(new CancelledError())
      signal.addEventListener('abort', onAbort, { once: true })
      channel.whenOver(() => signal.removeEventListener('abort', onAbort))
    }
    this.#settle(call, channel)
  }

  #settle(call: Call, outcome: Uint8Array | Channel | Error): void {
    if (!this.#calls.delete(call.id)) return
    this.#deadlines.delete(call)
    if (call.sent) this.#inFlight--
    if (call.onAbort) call.signal?.removeEventListener('abort', call.onAbort)
    if (outcome instanceof Error) call.fail(outcome)
    else call.succeed(outcome)
  }

  /** From a call: its deadline is over. */
  expire(call: Call): void {
    const { peer, protocol } = this.#init
    if (call.kind === FrameKind.open) this.#takeBack(call)
    this.#settle(
      call,
      call.sent
        ? new OutcomeUnknownError(`${peer} did not answer ${protocol} in time`)
        : new UnreachableError(`the request to ${peer} could not be sent in time`),
    )
    this.#startWaiting()
  }

  #cancel(call: Call): void {
    this.#takeBack(call)
    this.#settle(call, new CancelledError())
    this.#startWaiting()
  }

  #takeBack(call: Call): void {
    if (!call.sent) return
    if (call.kind === FrameKind.open) this.reset(call.id, new CancelledError())
    else this.send(encodeFrame(FrameKind.cancel, call.id, 0))
  }

  #breach(text: string): void {
    this.#init.onBreach(text)
    this.stop(new Error(`${this.#init.peer} sent ${text}`))
  }
}
