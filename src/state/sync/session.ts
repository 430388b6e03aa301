import { type Clock, every } from '../../lib/clock.ts'
import { CoveyError, OutcomeUnknownError } from '../../lib/errors.ts'
import type { Channel } from '../../network/rpc.ts'
import { type SyncHello, SyncMessage } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import type { StateStore } from '../store.ts'
import { type Digests, hashTextOf } from './digest.ts'
import { type Holdings, holdingsOf } from './holdings.ts'
import { Incoming } from './incoming.ts'
import { SESSION_IDLE_MS } from './limits.ts'
import { readMessage } from './messages.ts'
import { type Moved, Outgoing } from './outgoing.ts'
import type { PeerHoldings } from './peer-holdings.ts'
import { openingVector, readAnswer, readOpening } from './vector.ts'

export interface SessionInit {
  store: StateStore
  clock: Clock
  digests: Digests
  /** Whether another session is receiving: then the peer is asked to send nothing in this one. */
  hold: boolean
  /** A batch came with something that was not here. */
  onNews(): void
}

/** What a session did. */
export interface SessionReport {
  /** The vectors were equal: there was nothing to exchange. */
  readonly same: boolean
  /** Both ends have what the other had, as neither was receiving from somebody else. */
  readonly complete: boolean
  readonly sent: Moved
  readonly received: Moved
}

/** What the opening end says, and what it was made of. */
export interface Opening {
  hello: SyncHello
  holdings: Holdings
}

export function openingOf({ store, digests, hold }: SessionInit): Opening {
  const holdings = holdingsOf(store.core.stored)
  return { hello: { vectorHash: digests.vector().bytes, vector: openingVector(holdings), hold }, holdings }
}

const NOTHING: Moved = { events: 0, bytes: 0 }

/**
 * One end of a session over a channel: sends what the other end lacks and takes what this one lacks, both at once. It may
 * break off at any moment: what was acknowledged is durable, and the next session goes on from there.
 */
export class Session {
  readonly #init: SessionInit
  readonly #channel: Channel
  #lastMove: number
  #same = false
  #incoming: Incoming | undefined
  #outgoing: Outgoing | undefined
  #sending: Promise<void> | undefined
  #closing: Promise<void> | undefined
  /** The final is sent, or none will be. */
  #sentAll = false
  /** The peer's final is durable here, or none will come. */
  #tookAll = false
  /** All that was sent is durable there. */
  #acknowledged = false

  constructor(init: SessionInit, channel: Channel) {
    this.#init = init
    this.#channel = channel
    this.#lastMove = init.clock.monotonic()
  }

  /** The end that opened the channel with `opening`. Rejects with what broke the session. */
  initiate(opening: Opening): Promise<SessionReport> {
    return this.#run(opening, () => undefined)
  }

  /** The end that was opened with `hello`. Rejects with what broke the session. */
  accept(hello: SyncHello): Promise<SessionReport> {
    return this.#run(undefined, () => this.#answer(hello))
  }

  async #run(opening: Opening | undefined, begin: () => void): Promise<SessionReport> {
    const { clock } = this.#init
    const idle = every(
      clock,
      () => SESSION_IDLE_MS / 2,
      () => this.#checkIdle(),
    )
    try {
      begin()
      for await (const bytes of this.#channel) {
        this.#moved()
        await this.#take(readMessage(bytes), bytes.length, opening)
      }
      // Its last words may have come together: then the peer has ended while what it sent is not durable here yet.
      await Promise.all([this.#sending, this.#closing])
      if (!this.#same && !(this.#sentAll && this.#tookAll && this.#acknowledged)) {
        throw new OutcomeUnknownError('the peer ended the session too soon')
      }
    } catch (error) {
      this.#channel.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    } finally {
      idle.cancel()
    }
    return this.#report()
  }

  #report(): SessionReport {
    return {
      same: this.#same,
      complete: this.#same || (!this.#init.hold && this.#outgoing !== undefined),
      sent: this.#outgoing?.moved ?? NOTHING,
      received: this.#incoming?.moved ?? NOTHING,
    }
  }

  async #take(message: SyncMessage, bytes: number, opening: Opening | undefined): Promise<void> {
    if (message.same) {
      if (!opening || this.#incoming) throw new StateFormatError('an answer to nothing')
      this.#endSame()
    } else if (message.hello) {
      if (!opening || this.#incoming) throw new StateFormatError('a second hello')
      this.#answered(message.hello, opening)
    } else if (message.ack) {
      if (message.ack.final) this.#acknowledged = true
    } else {
      if (!this.#incoming || this.#init.hold) throw new StateFormatError('a batch that nobody asked for')
      if (message.batch) await this.#incoming.batch(message.batch, bytes)
      else if (message.final)
        this.#closing = this.#incoming.final(message.final).then(() => this.#tookFinal(), this.#fail)
    }
  }

  /** The accepting end's first word. */
  #answer(hello: SyncHello): void {
    const { store, digests, hold } = this.#init
    if (readVectorHash(hello) === digests.vector().text) {
      this.#send({ same: {} })
      return this.#endSame()
    }
    if (!hello.vector) throw new StateFormatError('a hello without a vector')
    const holdings = holdingsOf(store.core.stored)
    const { peer, answer } = readOpening(hello.vector, holdings)
    this.#send({ hello: { vectorHash: digests.vector().bytes, vector: answer, hold } })
    this.#begin(peer, hello.hold, holdings)
  }

  /** The opening end hears the other's first word. */
  #answered(hello: SyncHello, opening: Opening): void {
    readVectorHash(hello)
    if (!hello.vector) throw new StateFormatError('a hello without a vector')
    this.#begin(readAnswer(hello.vector, opening.holdings), hello.hold, opening.holdings)
  }

  /** @param said what this end's hello said */
  #begin(peer: PeerHoldings, peerHolds: boolean, said: Holdings): void {
    const { store, hold, onNews } = this.#init
    store.checkClaim(peer)
    this.#incoming = new Incoming(store, peer, {
      acknowledge: (batches, final) => this.#send({ ack: { batches, final } }),
      onNews,
      fail: this.#fail,
    })
    if (hold) this.#tookAll = true
    if (peerHolds) {
      this.#sentAll = true
      this.#acknowledged = true
      return this.#endIfDone()
    }
    this.#outgoing = new Outgoing(store, this.#channel, peer, said)
    this.#sending = this.#outgoing
      .run(() => this.#moved())
      .then(() => {
        this.#sentAll = true
        this.#endIfDone()
      }, this.#fail)
  }

  #tookFinal(): void {
    this.#tookAll = true
    this.#endIfDone()
  }

  #endSame(): void {
    this.#same = true
    this.#channel.end()
  }

  #endIfDone(): void {
    if (this.#sentAll && this.#tookAll) this.#channel.end()
  }

  #send(message: SyncMessage): void {
    // A channel that is over says so where it is read.
    this.#channel.send(SyncMessage.encode(message)).catch(this.#fail)
  }

  /** Ends the reading loop with the error. */
  readonly #fail = (error: Error): void => this.#channel.abort(error)

  #moved(): void {
    this.#lastMove = this.#init.clock.monotonic()
  }

  #checkIdle(): void {
    if (this.#init.clock.monotonic() - this.#lastMove < SESSION_IDLE_MS) return
    this.#fail(new CoveyError('SYNC_STALLED', 'nothing moved in the session', 'The next exchange goes on from there.'))
  }
}

function readVectorHash({ vectorHash }: SyncHello): string {
  const text = hashTextOf(vectorHash)
  if (text === undefined) throw new StateFormatError('a hello without the hash of a vector')
  return text
}
