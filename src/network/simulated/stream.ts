import type { FrameListener, FrameStream, PeerId } from '../network.ts'
import type { Endpoint } from './connection.ts'

/** Bytes that a stream takes before it says that it is saturated: a yamux window, as the real one has. */
export const STREAM_WINDOW_BYTES = 256 * 1024

/** One end of a simulated stream. */
export class SimulatedStream implements FrameStream {
  readonly peer: PeerId
  readonly protocol: string
  readonly #endpoint: Endpoint
  readonly #id: number
  /** The other end, from when it took the stream: looking it up for each frame was a fifth of what carrying one costs. */
  #twin: SimulatedStream | undefined
  #listener: FrameListener | undefined
  /** Frames that arrived while nobody listened or the reader was paused. */
  #held: (readonly Uint8Array[])[] = []
  #paused = false
  /** Bytes handed over and not yet given to the other end's listener. */
  #unread = 0
  #saturated = false
  #over = false
  #overError: Error | undefined
  /** The other end closed; what it sent before is still to be read. */
  #remoteClosed: { error: Error | undefined } | undefined

  constructor(endpoint: Endpoint, id: number, protocol: string) {
    this.#endpoint = endpoint
    this.#id = id
    this.peer = endpoint.remote.id
    this.protocol = protocol
  }

  /** From the connection: `other` is the other end of it. */
  join(other: SimulatedStream): void {
    this.#twin = other
    other.#twin = this
  }

  /** They travel as they are. */
  get keepsFrames(): boolean {
    return true
  }

  send(frames: readonly Uint8Array[]): boolean {
    if (this.#over || frames.length === 0) return !this.#over && !this.#saturated
    let bytes = 0
    for (const frame of frames) bytes += frame.length
    this.#unread += bytes
    this.#endpoint.send({ kind: 'frames', to: this.#twin, frames, bytes })
    this.#saturated = this.#unread > STREAM_WINDOW_BYTES
    return !this.#saturated
  }

  listen(listener: FrameListener): void {
    this.#listener = listener
    // A turn later, as the real one does: the caller may still be setting itself up.
    if (this.#held.length > 0) this.#endpoint.later(() => this.#deliverHeld())
    if (this.#over) this.#endpoint.later(() => listener.closed(this.#overError))
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#deliverHeld()
  }

  close(): void {
    if (this.#over) return
    this.#endpoint.send({ kind: 'close', stream: this.#id })
    this.#finish(undefined)
  }

  abort(reason: Error): void {
    if (this.#over) return
    this.#endpoint.send({ kind: 'abort', stream: this.#id })
    this.#finish(reason)
  }

  /** From the connection: frames arrived. */
  onFrames(frames: readonly Uint8Array[]): void {
    if (this.#over) return
    if (this.#paused || !this.#listener || this.#held.length > 0) this.#held.push(frames)
    else this.#deliver(frames)
  }

  /** From the connection: the other end closed, or the connection is gone. */
  onClosed(error: Error | undefined): void {
    if (this.#over) return
    if (this.#held.length > 0 && !error) this.#remoteClosed = { error }
    else this.#finish(error)
  }

  /** From the other end: its reader took that many bytes. */
  onRead(bytes: number): void {
    this.#unread -= bytes
    if (this.#over || !this.#saturated || this.#unread > STREAM_WINDOW_BYTES / 2) return
    this.#saturated = false
    this.#endpoint.afterLatency(() => {
      if (!this.#over) this.#listener?.drained()
    })
  }

  #deliver(frames: readonly Uint8Array[]): void {
    let bytes = 0
    for (const frame of frames) bytes += frame.length
    this.#twin?.onRead(bytes)
    this.#listener?.frames(frames)
  }

  #deliverHeld(): void {
    while (!this.#paused && !this.#over && this.#listener && this.#held.length > 0) {
      this.#deliver(this.#held.shift() as readonly Uint8Array[])
    }
    if (this.#held.length === 0 && this.#remoteClosed) this.#finish(this.#remoteClosed.error)
  }

  #finish(error: Error | undefined): void {
    this.#over = true
    this.#overError = error
    this.#held = []
    this.#endpoint.forget(this.#id)
    this.#listener?.closed(error)
  }
}
