import { BusyError } from '../../lib/errors.ts'
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
import { COPY_TIMEOUT_MS, MAX_COPIES_SENT, MAX_COPY_BYTES, MAX_PART_EVENTS, PART_BYTES } from './limits.ts'

/** Everything that a peer holds, and how much it has forgotten. */
export interface Copy {
  readonly core: StateCore
  readonly collected: Runs
}

const NO_BYTES = new Uint8Array(0)

/** Sends whole copies of the state as it is at one moment. */
export class CopySender {
  readonly #store: StateStore
  readonly #collected: () => Runs
  #sending = 0

  constructor(store: StateStore, collected: () => Runs) {
    this.#store = store
    this.#collected = collected
  }

  /** Sends one over the channel. Never rejects: a channel that breaks is the receiver's to see. */
  async send(channel: Channel): Promise<void> {
    if (this.#sending >= MAX_COPIES_SENT) {
      channel.abort(new BusyError(`${MAX_COPIES_SENT} copies are being sent already`))
      return
    }
    this.#sending++
    try {
      await this.#send(channel)
      channel.end()
    } catch (error) {
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#sending--
    }
  }

  async #send(channel: Channel): Promise<void> {
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

/** Fetches everything that a connected peer holds. Rejects as `Rpc.channel` does, and with `RangeError` on what is no copy. */
export async function fetchCopy(rpc: Rpc, peer: PeerId): Promise<Copy> {
  const channel = await rpc.channel(peer, ROSTER_PROTOCOL, NO_BYTES, { timeoutMs: COPY_TIMEOUT_MS })
  const core = new StateCore()
  let bytes = 0
  for await (const message of channel) {
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
  const error = new RangeError(`the copy of ${peer} has no end after ${bytes} bytes`)
  channel.abort(error)
  throw error
}
