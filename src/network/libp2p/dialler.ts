import type { Connection, Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../../lib/clock.ts'
import { messageOf, UnreachableError } from '../../lib/errors.ts'
import type { PeerId } from '../network.ts'
import { dialable, parseAddress } from './addresses.ts'
import type { Arrivals } from './arrivals.ts'
import { refusalOf } from './refusal.ts'

/** Least time for one of several addresses, in milliseconds: a handshake on a LAN takes a tenth of it. */
const MIN_DIAL_MS = 250
/**
 * The part of a dial's time that is left to one address once somebody answers there: on a machine where a whole mesh starts
 * at once, a handshake that was given up would only have to be done again. The rest is for the other addresses, since
 * whoever answers may be somebody else, who never says a word.
 */
const ANSWERED_SHARE = 0.75
/** Of libp2p's progress events the one that says that an address answers: the handshake begins. */
const ANSWERED = 'upgrader:encrypt-outbound-connection'
/** How long a dial waits for those who are at the door, in milliseconds: the peer may be among them. */
const ARRIVAL_PATIENCE_MS = 500

interface DiallerInit {
  node: Libp2p
  clock: Clock
  /** Whether this node has a pre-shared key. */
  psk: boolean
  arrivals: Arrivals
}

/** Makes, finds and breaks connections. */
export class Dialler {
  readonly #node: Libp2p
  readonly #clock: Clock
  readonly #psk: boolean
  readonly #arrivals: Arrivals

  constructor({ node, clock, psk, arrivals }: DiallerInit) {
    this.#node = node
    this.#clock = clock
    this.#psk = psk
    this.#arrivals = arrivals
  }

  /** An open connection to `peer`, the latest of several: after a partition the older ones may be dead without knowing it. */
  connectionTo(peer: PeerId): Connection | undefined {
    return this.#connections(peer).findLast((connection) => connection.status === 'open')
  }

  /** Rejects with `UnreachableError`. */
  async connect(peer: PeerId, addresses: readonly string[], timeoutMs: number): Promise<void> {
    if (this.connectionTo(peer) !== undefined) return
    const targets = dialable(peer, addresses)
    if (targets.length === 0) throw new UnreachableError(`no address of ${peer} is known that can be dialled`)
    const deadline = this.#clock.monotonic() + timeoutMs
    await this.#arrivals.settled(Math.min(ARRIVAL_PATIENCE_MS, timeoutMs / 2))
    let reason = 'the time was over'
    let cause: unknown
    for (const [i, target] of targets.entries()) {
      if (this.connectionTo(peer) !== undefined) return
      const left = deadline - this.#clock.monotonic()
      if (left <= 0) break
      // One address that swallows everything must not eat the time of those behind it.
      const share = Math.min(left, Math.max(MIN_DIAL_MS, left / (targets.length - i)))
      try {
        await this.#dial(target, share, left * ANSWERED_SHARE)
        return
      } catch (error) {
        // It may have dialled this node meanwhile.
        if (this.connectionTo(peer) !== undefined) return
        cause = error
        reason = refusalOf(error, this.#psk)
      }
    }
    throw new UnreachableError(`no connection to ${peer}: ${reason}`, { cause })
  }

  /** Rejects with `UnreachableError`, or with `InvalidInputError` where `address` is none. */
  async join(address: string, timeoutMs: number): Promise<PeerId> {
    const target = parseAddress(address)
    try {
      const connection = await this.#dial(target, timeoutMs, timeoutMs)
      return connection.remotePeer.toString()
    } catch (cause) {
      throw new UnreachableError(`no connection to ${address}: ${refusalOf(cause, this.#psk)}`, { cause })
    }
  }

  disconnect(peer: PeerId): void {
    for (const connection of [...this.#connections(peer)]) connection.abort(new Error('disconnected by this node'))
  }

  /** Gives up after `silentMs` where nobody answers at the address, otherwise after `timeoutMs`. */
  async #dial(target: Multiaddr, silentMs: number, timeoutMs: number): Promise<Connection> {
    const controller = new AbortController()
    const giveUp = (): void => controller.abort(new DOMException('the time of this dial was over', 'TimeoutError'))
    const silence = this.#clock.after(silentMs, giveUp)
    const limit = this.#clock.after(Math.max(silentMs, timeoutMs), giveUp)
    try {
      return await this.#node.dial(target, {
        signal: controller.signal,
        onProgress: ({ type }) => {
          if (type === ANSWERED) silence.cancel()
        },
      })
    } finally {
      silence.cancel()
      limit.cancel()
    }
  }

  #connections(peer: PeerId): Connection[] {
    try {
      return this.#node.getConnections(peerIdFromString(peer))
    } catch (error) {
      throw new UnreachableError(`${JSON.stringify(peer)} is not the id of a node: ${messageOf(error)}`, {
        cause: error,
      })
    }
  }
}
