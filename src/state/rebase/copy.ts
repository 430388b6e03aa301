import { type Clock, every, type Timer } from '../../lib/clock.ts'
import { BusyError, CoveyError } from '../../lib/errors.ts'
import type { PeerId } from '../../network/network.ts'
import type { Channel, Rpc } from '../../network/rpc.ts'
import { CopyPart } from '../../wire/roster.ts'
import { decodeEvent, encodeEvent } from '../codec.ts'
import { Context } from '../context.ts'
import { StateCore } from '../core.ts'
import { contextOf, decodeRuns, encodeRuns, type Runs, runsOf } from '../garbage/runs.ts'
import { MAX_REPLICAS } from '../limits.ts'
import { ROSTER_PROTOCOL } from '../roster/protocol.ts'
import type { StateStore } from '../store.ts'
import {
  COPY_IDLE_MS,
  COPY_TIMEOUT_MS,
  MAX_COPIES_SENT,
  MAX_COPY_BYTES,
  MAX_PART_EVENTS,
  PART_BYTES,
} from './limits.ts'

/** Everything that a peer holds, and how much it has forgotten. */
export interface Copy {
  readonly core: StateCore
  readonly collected: Runs
}

const NO_BYTES = new Uint8Array(0)

/** Sends whole copies of the state as it is at one moment. */
export class CopySender {
  readonly #store: StateStore
  readonly #clock: Clock
  readonly #collected: () => Runs
  #sending = 0

  constructor(store: StateStore, clock: Clock, collected: () => Runs) {
    this.#store = store
    this.#clock = clock
    this.#collected = collected
  }

  /** Sends one over the channel. Never rejects: a channel that breaks is the receiver's to see. */
  async send(channel: Channel): Promise<void> {
    if (this.#sending >= MAX_COPIES_SENT) {
      channel.abort(new BusyError(`${MAX_COPIES_SENT} copies are being sent already`))
      return
    }
    this.#sending++
    const watch = new Watch(channel, this.#clock)
    try {
      await this.#send(channel, watch)
      channel.end()
    } catch (error) {
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    } finally {
      watch.end()
      this.#sending--
    }
  }

  async #send(channel: Channel, watch: Watch): Promise<void> {
    const { core } = this.#store
    const held = encodeRuns(runsOf(core.shown()))
    const collected = encodeRuns(this.#collected())
    const events = core.lacking(new Context())
    // Nothing leaves this node that is not on its disk.
    await this.#store.flushed()
    let part: Uint8Array<ArrayBuffer>[] = []
    let bytes = 0
    for (const event of events) {
      const encoded = encodeEvent(event) as Uint8Array<ArrayBuffer>
      if (part.length > 0 && (bytes + encoded.length > PART_BYTES || part.length >= MAX_PART_EVENTS)) {
        await channel.send(CopyPart.encode({ events: part, held: [], collected: [], last: false }))
        watch.moved()
        part = []
        bytes = 0
      }
      part.push(encoded)
      bytes += encoded.length
    }
    if (part.length > 0) await channel.send(CopyPart.encode({ events: part, held: [], collected: [], last: false }))
    await channel.send(CopyPart.encode({ events: [], held, collected, last: true }))
  }
}

/**
 * Fetches everything that a connected peer holds. Rejects as `Rpc.channel` does, with `RangeError` on what is no copy, and with
 * `COPY_STALLED` where no part comes for `COPY_IDLE_MS`.
 */
export async function fetchCopy(rpc: Rpc, clock: Clock, peer: PeerId): Promise<Copy> {
  const channel = await rpc.channel(peer, ROSTER_PROTOCOL, NO_BYTES, { timeoutMs: COPY_TIMEOUT_MS })
  const watch = new Watch(channel, clock)
  try {
    return await receive(channel, watch)
  } finally {
    watch.end()
  }
}

async function receive(channel: Channel, watch: Watch): Promise<Copy> {
  const core = new StateCore()
  let bytes = 0
  for await (const message of channel) {
    watch.moved()
    bytes += message.length
    if (bytes > MAX_COPY_BYTES) break
    const part = CopyPart.decode(message, {
      limits: { events: MAX_PART_EVENTS, held: MAX_REPLICAS, collected: MAX_REPLICAS },
    })
    for (const event of part.events) core.receive([decodeEvent(event)])
    if (!part.last) continue
    core.close(contextOf(decodeRuns(part.held)))
    core.takeDead()
    return { core, collected: decodeRuns(part.collected) }
  }
  const error = new RangeError(`the copy of ${channel.peer} has no end after ${bytes} bytes`)
  channel.abort(error)
  throw error
}

/** Breaks a channel on which nothing moves any more. */
class Watch {
  readonly #clock: Clock
  readonly #timer: Timer
  #last: number

  constructor(channel: Channel, clock: Clock) {
    this.#clock = clock
    this.#last = clock.monotonic()
    this.#timer = every(
      clock,
      () => COPY_IDLE_MS / 2,
      () => {
        if (clock.monotonic() - this.#last >= COPY_IDLE_MS)
          channel.abort(
            new CoveyError(
              'COPY_STALLED',
              `the copy stalled between ${channel.peer} and this node`,
              'It is asked for again.',
            ),
          )
      },
    )
  }

  moved(): void {
    this.#last = this.#clock.monotonic()
  }

  end(): void {
    this.#timer.cancel()
  }
}
