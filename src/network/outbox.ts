import type { Clock } from '../lib/clock.ts'
import type { FrameStream } from './network.ts'
import { release } from './release.ts'

/**
 * Bytes that may wait for one stream: several of the largest frames, and little enough that a hundred peers that read
 * nothing cost less than 2 GiB at their worst.
 */
export const MAX_OUTBOX_BYTES = 16 * 1024 * 1024

/**
 * What waits for the end of the tick leaves early once it is this much, in bytes: the peer can begin to work on it while this
 * node goes on, instead of each waiting for the other in turn.
 */
const EARLY_BYTES = 16 * 1024

/**
 * What goes into the stream at once where much waits, in bytes: about as much as it sends in one piece. The rest waits here while
 * the stream is saturated, since what waits in a stream is cut and joined again, and cannot be given back once it has left.
 */
const BITE_BYTES = 60 * 1024

/**
 * Frames on their way out of one stream, batched adaptively: the first frame of a tick leaves at once (alone it would pay
 * for waiting), what follows in the same tick leaves as one send at its end (each send costs several system calls).
 * While the stream is saturated everything waits, up to `MAX_OUTBOX_BYTES`. Frames belong to it: nobody may look at one that was
 * pushed.
 */
export class Outbox {
  readonly #stream: FrameStream
  readonly #clock: Clock
  #queue: Uint8Array[] = []
  #bytes = 0
  #saturated = false
  /** Whether a flush at the end of this turn is under way. */
  #flushing = false
  #corks = 0
  /** The turn in which something left, or was held back so that it leaves at its end. */
  #turn = Number.NEGATIVE_INFINITY

  constructor(stream: FrameStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
  }

  /** Whether `bytes` more may wait. */
  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= MAX_OUTBOX_BYTES
  }

  push(frame: Uint8Array): void {
    const turn = this.#clock.turn()
    if (turn !== this.#turn && !this.#saturated && this.#corks === 0 && this.#queue.length === 0) {
      this.#turn = turn
      this.#send([frame])
      return
    }
    this.#queue.push(frame)
    this.#bytes += frame.length
    if (this.#bytes >= EARLY_BYTES) this.#sendQueue()
    else if (!this.#flushing && !this.#saturated && this.#corks === 0) this.#flushSoon()
  }

  /** Holds frames back until as many calls of `uncork`: for what follows from several frames that came together. */
  cork(): void {
    this.#corks++
  }

  /**
   * Sends what was held back. What follows in the same tick (callers that got their answers and ask the next) leaves at its
   * end: it comes in numbers too, and its first frame alone would double the sends.
   */
  uncork(): void {
    if (--this.#corks > 0 || this.#flushing) return
    this.#sendQueue()
    this.#turn = this.#clock.turn()
  }

  /** The stream takes frames again. */
  drained(): void {
    this.#saturated = false
    this.#sendQueue()
  }

  readonly #flush = (): void => {
    this.#flushing = false
    if (this.#corks === 0) this.#sendQueue()
  }

  #flushSoon(): void {
    this.#flushing = true
    this.#clock.soon(this.#flush)
  }

  #sendQueue(): void {
    while (!this.#saturated && this.#queue.length > 0) {
      let bytes = 0
      let end = 0
      for (; end < this.#queue.length; end++) {
        const { length } = this.#queue[end] as Uint8Array
        if (end > 0 && bytes + length > BITE_BYTES) break
        bytes += length
      }
      this.#bytes -= bytes
      this.#send(this.#queue.splice(0, end))
    }
  }

  #send(frames: readonly Uint8Array[]): void {
    this.#saturated = !this.#stream.send(frames)
    if (!this.#stream.keepsFrames) for (const frame of frames) release(frame)
  }
}
