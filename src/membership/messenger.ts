import type { Clock } from '../lib/clock.ts'
import { BusyError, InvalidInputError, messageOf, OutcomeUnknownError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { PeerId } from '../network/network.ts'
import type { Asker, DirectRpc, RequestContext } from '../network/rpc.ts'
import {
  decodeGossip,
  decodeReply,
  decodeRequest,
  EMPTY,
  encodeCompare,
  encodeExchange,
  encodeGossip,
  encodeKeys,
  encodePing,
  encodePingReq,
  encodeReached,
  encodeRows,
  type Reply,
} from './codec.ts'
import type { Detector } from './detector.ts'
import { EXCHANGE_BYTES } from './limits.ts'
import type { MemberRecord } from './table.ts'

export const PROTOCOL = '/covey/probe/1.0.0'

/** Members this node probes for others at once; each costs a dial where it is no neighbour. Beyond: `BusyError`. */
const MAX_HELPED = 64
/** The part of a helper's time that the target gets; the rest is for the way back of its "no". */
const HELPED_PART = 0.8
/** How long one step of an exchange of tables may take, in milliseconds: a frame of 1 MB over a slow link. */
const EXCHANGE_LIMIT_MS = 5000

export interface MessengerInit {
  rpc: DirectRpc
  clock: Clock
  log: Log
  core: Detector
  /** A connection with `peer`, within the time. */
  connect(peer: PeerId, timeoutMs: number): Promise<void>
  isConnected(peer: PeerId): boolean
  /** To be called when the core took something in. */
  onChange(): void
}

/** A probe under way, and who hears of its end: there are five a second on every node, for ever. */
class Ping implements Asker {
  readonly messenger: Messenger
  readonly target: PeerId
  readonly probe: number

  constructor(messenger: Messenger, target: PeerId, probe: number) {
    this.messenger = messenger
    this.target = target
    this.probe = probe
  }

  answered(body: Uint8Array): void {
    this.messenger.pinged(this, body)
  }

  failed(error: Error): void {
    this.messenger.pingFailed(this, error)
  }
}

/** The detector's words on the wire, both ways. */
export class Messenger {
  readonly #init: MessengerInit
  #helped = 0
  #stopped = false

  constructor(init: MessengerInit) {
    this.#init = init
  }

  stop(): void {
    this.#stopped = true
  }

  /** Probes `target`, dialling it first where there is no connection. */
  ping(target: PeerId, probe: number, timeoutMs: number): void {
    const { clock, core, isConnected } = this.#init
    if (isConnected(target)) return this.#ping(target, probe, timeoutMs)
    const until = clock.monotonic() + timeoutMs
    this.#init.connect(target, timeoutMs).then(
      () => {
        if (!this.#stopped) this.#ping(target, probe, Math.max(1, until - clock.monotonic()))
      },
      // Why it failed the dialler's own attempts will log; to the probe it is silence.
      () => this.#happened((now) => core.unreachable(probe, now)),
    )
  }

  /** From a ping: its answer. */
  pinged({ target, probe }: Ping, body: Uint8Array): void {
    if (this.#stopped) return
    const reply = this.#take(target, body)
    if (!reply) return
    const { core, clock, onChange } = this.#init
    core.acknowledged(probe, undefined, clock.monotonic())
    onChange()
  }

  /** From a ping. Silence until the deadline is the detector's to judge; anything else is certain now. */
  pingFailed({ probe }: Ping, error: Error): void {
    if (!(error instanceof OutcomeUnknownError)) this.#happened((now) => this.#init.core.unreachable(probe, now))
  }

  pingVia(helper: PeerId, target: PeerId, probe: number, timeoutMs: number): void {
    const { core } = this.#init
    const body = encodePingReq(target, core.rumours.newsFor(target))
    this.#request(helper, body, timeoutMs).then(
      (reply) => {
        if (reply?.reached) this.#happened((now) => core.acknowledged(probe, helper, now))
        else if (reply) core.denied(probe)
      },
      // A helper that does not answer is not counted as having denied: that is what its silence means to the detector.
      () => {},
    )
  }

  tell(peers: readonly PeerId[], rows: readonly Uint8Array[]): void {
    const { rpc, core } = this.#init
    const body = encodeGossip(rows)
    core.counters.sent += peers.length
    core.counters.gossip += peers.length
    for (const peer of peers) rpc.notify(peer, PROTOCOL, body)
  }

  /** Hands rows to `peer`; resolves once it has them. Rejects like `Rpc.request`. */
  async deliver(peer: PeerId, rows: readonly Uint8Array[], timeoutMs: number): Promise<void> {
    await this.#request(peer, encodePing(rows), timeoutMs)
  }

  /** Makes the tables of both ends the same: a digest, and only where it differs the rows that one of them lacks. */
  async exchange(peer: PeerId): Promise<boolean> {
    const { core, log } = this.#init
    try {
      core.counters.compared++
      const compared = await this.#request(peer, encodeCompare(core.table.digest()), EXCHANGE_LIMIT_MS)
      if (!compared?.keys || this.#stopped) return compared !== undefined
      core.counters.exchanged++
      const theirs = new Set(compared.keys)
      const want = compared.keys.filter((key) => !core.table.byKey(key))
      const rows = this.#rowsOf(core.table.keys().filter((key) => !theirs.has(key)))
      await this.#request(peer, encodeExchange(want, rows), EXCHANGE_LIMIT_MS)
      return true
    } catch (error) {
      if (!this.#stopped) log.debug('tables were not exchanged', { peer, error: messageOf(error) })
      return false
    }
  }

  /** Answers a request; see protocols/probe. */
  answer(body: Uint8Array, { peer, deadline }: RequestContext): Uint8Array | Promise<Uint8Array> {
    const { core, clock, onChange } = this.#init
    const now = clock.monotonic()
    const stalled = core.observe(now)
    core.heard(peer, now)
    core.counters.sent++
    const request = decodeRequest(body)
    if (!request) {
      core.counters.malformed++
      throw new InvalidInputError(
        `${PROTOCOL} does not know this message`,
        'Run the same version of covey on all nodes.',
      )
    }
    switch (request.kind) {
      case 'ping': {
        if (request.rows.length > 0) core.rumours.receive(request.rows, peer, now)
        const answer = encodeRows(core.rumours.newsFor(peer))
        // Otherwise nothing that is due has moved.
        if (stalled || request.rows.length > 0) onChange()
        return answer
      }
      case 'ping-req':
        core.rumours.receive(request.rows, peer, now)
        onChange()
        return this.#help(request.target, (deadline - now) * HELPED_PART, peer)
      case 'compare':
        core.connections.compared(peer)
        return same(request.digest, core.table.digest()) ? EMPTY : encodeKeys(core.table.keys())
      case 'exchange': {
        core.rumours.receive(request.rows, peer, now)
        // The news come with it: what the peer asked for may just have changed.
        const rows = [...this.#rowsOf(request.want), ...core.rumours.newsFor(peer)]
        onChange()
        return encodeRows(rows)
      }
    }
  }

  /** Takes a one-way message. */
  hear(body: Uint8Array, peer: PeerId): void {
    const { core, clock, onChange } = this.#init
    const now = clock.monotonic()
    core.observe(now)
    core.heard(peer, now)
    const rows = decodeGossip(body)
    if (!rows) {
      core.counters.malformed++
      return
    }
    core.rumours.receive(rows, peer, now)
    onChange()
  }

  #ping(target: PeerId, probe: number, timeoutMs: number): void {
    const { core, rpc } = this.#init
    const body = encodePing(core.rumours.newsFor(target))
    core.counters.sent++
    if (rpc.ask(target, PROTOCOL, body, timeoutMs, new Ping(this, target, probe))) return
    // Later: the core is in the middle of what it does.
    void Promise.resolve().then(() => this.#happened((now) => core.unreachable(probe, now)))
  }

  async #help(target: PeerId, timeoutMs: number, asker: PeerId): Promise<Uint8Array> {
    const { core, connect, clock } = this.#init
    if (this.#helped >= MAX_HELPED) throw new BusyError(`${MAX_HELPED} members are being probed for others`)
    this.#helped++
    const until = clock.monotonic() + timeoutMs
    let reached = false
    try {
      await connect(target, timeoutMs)
      const body = encodePing(core.rumours.newsFor(target))
      reached = (await this.#request(target, body, Math.max(1, until - clock.monotonic()))) !== undefined
    } catch {
      // However the probe failed, what the asker wants to know is that it did.
    } finally {
      this.#helped--
    }
    return encodeReached(reached, core.rumours.newsFor(asker))
  }

  /** Sends, and takes the rows of the answer; undefined if the answer was malformed or comes after the stop. */
  async #request(peer: PeerId, message: Uint8Array, timeoutMs: number): Promise<Reply | undefined> {
    const { rpc, core } = this.#init
    core.counters.sent++
    const body = await rpc.request(peer, PROTOCOL, message, { timeoutMs })
    return this.#stopped ? undefined : this.#take(peer, body)
  }

  /** Takes an answer and its rows; undefined if it was malformed. */
  #take(peer: PeerId, body: Uint8Array): Reply | undefined {
    const { core, clock, onChange } = this.#init
    const now = clock.monotonic()
    core.observe(now)
    core.heard(peer, now)
    const reply = decodeReply(body)
    if (!reply) core.counters.malformed++
    else if (reply.rows.length > 0) {
      core.rumours.receive(reply.rows, peer, now)
      onChange()
    }
    return reply
  }

  #happened(take: (now: number) => void): void {
    if (this.#stopped) return
    const { core, clock, onChange } = this.#init
    const now = clock.monotonic()
    core.observe(now)
    take(now)
    onChange()
  }

  /** As many of the rows as one message holds; the next exchange finds the rest. */
  #rowsOf(keys: readonly number[]): Uint8Array[] {
    const { table } = this.#init.core
    const rows: Uint8Array[] = []
    let room = EXCHANGE_BYTES
    for (const key of keys) {
      const record: MemberRecord | undefined = table.byKey(key)
      if (!record) continue
      const bytes = table.encoded(record)
      room -= bytes.length
      if (room < 0) break
      rows.push(bytes)
    }
    return rows
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i])
