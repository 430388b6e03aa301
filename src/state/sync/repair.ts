import type { Clock } from '../../lib/clock.ts'
import { BusyError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import { type StateRanges, type SyncBatch, SyncEvents, SyncHashesReply, SyncRequest } from '../../wire/sync.ts'
import { encodeEvent, StateFormatError } from '../codec.ts'
import type { StateCore } from '../core.ts'
import { type Dot, MAX_SEQUENCE, peerOf, type ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import type { StateStore } from '../store.ts'
import { readBatch } from './batch-reader.ts'
import { batchOf, weightOf } from './batch-writer.ts'
import { hashStanding } from './content.ts'
import { HASH_BYTES, HashSum, hash64, hexOf, writeHash } from './hash.ts'
import {
  MAX_HASHED_RANGES,
  MAX_REPAIR_DOTS,
  REPAIR_BYTES,
  REPAIR_FANOUT,
  REPAIR_SLICE,
  REPAIR_TIMEOUT_MS,
} from './limits.ts'
import { EMPTY_BATCH, SYNC_PROTOCOL } from './messages.ts'
import { NameReader, NameWriter } from './names.ts'

/** Dots of one replica, both ends included. */
interface Span {
  readonly replica: ReplicaId
  readonly from: number
  readonly to: number
}

export interface RepairInit {
  rpc: Rpc
  clock: Clock
  log: Log
  store: StateStore
  /** Two values of one dot met here; the greater hash has won. */
  onConflict(dot: Dot): void
}

/**
 * Makes contents equal whose vectors are: one dot with two values (two copies of one disk have written), or an event that one
 * side has lost. Ranges of dots whose hashes differ are cut until single dots are left, and their events are exchanged.
 */
export class Repair {
  readonly #init: RepairInit
  /** Events that were joined although their dots were held. */
  repaired = 0
  #answering = false

  constructor(init: RepairInit) {
    this.#init = init
  }

  /** Repairs against one peer, `MAX_REPAIR_DOTS` at a time. Returns how many dots differed. Rejects as requests do. */
  async with(peer: PeerId): Promise<number> {
    const { store } = this.#init
    const spans = await this.#different(peer)
    if (spans.length === 0) return 0
    const fetched = readEvents(await this.#ask(peer, { fetch: { ranges: spans.map(toRanges) } }))
    const { back, overruled } = await this.#join(fetched)
    // The peer has the ones that stay. If it wrote one, it must hear of the other, too: these first, as what does not fit now is found
    // anew by the next repair, but for what is equal by then.
    overruled.sort((a, b) => Number(isOf(peer, b)) - Number(isOf(peer, a)))
    back.unshift(...overruled)
    const known = new Set(fetched.map(keyOf))
    for (const { replica, from, to } of spans) {
      for (const event of store.core.within(replica, from, to)) if (!known.has(keyOf(event))) back.push(event)
    }
    const answer = await this.#ask(peer, {
      repair: { batch: batchOf(complete(store.core, back), new NameWriter()) },
    })
    await this.#join(readEvents(answer))
    this.#init.log.warn('the content of a peer differed although its vector was equal', { peer, dots: spans.length })
    return spans.length
  }

  /** Answers the requests of a peer's repair; undefined for others. Throws `StateFormatError`. */
  answer(request: SyncRequest, deadline: number): Promise<Uint8Array> | undefined {
    if (request.hashes) return this.#answerHashes(request.hashes.ranges, deadline)
    if (request.fetch) return this.#answerFetch(request.fetch.ranges)
    if (request.repair) return this.#answerRepair(request.repair.batch ?? EMPTY_BATCH)
    return undefined
  }

  /** Single dots whose content differs, some of them. */
  async #different(peer: PeerId): Promise<Span[]> {
    const { core } = this.#init.store
    const open: Span[] = []
    for (const replica of core.stored.replicas()) {
      const to = core.visible(replica)
      if (to > 0) open.push({ replica, from: 1, to })
    }
    const dots: Span[] = []
    while (open.length > 0 && dots.length < MAX_REPAIR_DOTS) {
      // From the end: what was cut last is looked at first, so that few ranges are open at a time.
      const asked = open.splice(-MAX_HASHED_RANGES)
      const reply = SyncHashesReply.decode(await this.#ask(peer, { hashes: { ranges: asked.map(toRanges) } }))
      if (reply.hashes.length !== asked.length * HASH_BYTES) throw new StateFormatError('hashes of other ranges')
      const own = await this.#hashes(asked, Number.POSITIVE_INFINITY)
      asked.forEach((span, i) => {
        if (hexOf(own, i * HASH_BYTES) === hexOf(reply.hashes, i * HASH_BYTES)) return
        if (span.from === span.to) dots.push(span)
        else open.push(...cut(span))
      })
    }
    return dots.slice(0, MAX_REPAIR_DOTS)
  }

  async #answerHashes(ranges: readonly StateRanges[], deadline: number): Promise<Uint8Array> {
    const spans = ranges.map(toSpan)
    // One at a time: each may count over all that is stored.
    if (this.#answering) throw new BusyError('this node repairs with another peer')
    this.#answering = true
    try {
      return SyncHashesReply.encode({ hashes: await this.#hashes(spans, deadline) })
    } finally {
      this.#answering = false
    }
  }

  async #answerFetch(ranges: readonly StateRanges[]): Promise<Uint8Array> {
    const events: WriteEvent[] = []
    for (const { replica, from, to } of ranges.map(toSpan)) {
      for (const event of this.#init.store.core.within(replica, from, to)) events.push(event)
    }
    return this.#encode(events)
  }

  async #answerRepair(batch: SyncBatch): Promise<Uint8Array> {
    const { back } = await this.#join(readBatch(batch, new NameReader()))
    return this.#encode(back)
  }

  #encode(events: readonly WriteEvent[]): Uint8Array {
    return SyncEvents.encode({ batch: batchOf(complete(this.#init.store.core, events), new NameWriter()) })
  }

  /** The hash of each span, 8 bytes each. Others get their turn in between: it may be all that is stored. */
  async #hashes(spans: readonly Span[], deadline: number): Promise<Uint8Array<ArrayBuffer>> {
    const { clock, store } = this.#init
    const { core } = store
    const out = new Uint8Array(spans.length * HASH_BYTES)
    let slice = 0
    for (const [i, { replica, from, to }] of spans.entries()) {
      const sum = new HashSum()
      // A copy: while others have their turn, the log changes.
      const events = [...core.within(replica, from, to)]
      for (const event of events) {
        sum.add(hashStanding(core, event), 1)
        slice += event.entries.length
        if (slice < REPAIR_SLICE) continue
        slice = 0
        await new Promise<void>((resolve) => clock.soon(resolve))
        if (clock.monotonic() > deadline) throw new BusyError('the hashes could not be counted in time')
      }
      writeHash(sum, out, i * HASH_BYTES)
    }
    return out
  }

  /**
   * Joins events of a peer that are claimed here with other content, or none. Returns what stands in the cells of those that did
   * not come through, which the peer lacks, and what stood here and had to make way.
   */
  async #join(events: readonly WriteEvent[]): Promise<{ back: WriteEvent[]; overruled: WriteEvent[] }> {
    const { store, onConflict } = this.#init
    const { core } = store
    const joined: WriteEvent[] = []
    const back = new Set<WriteEvent>()
    const overruled: WriteEvent[] = []
    const met: WriteEvent[] = []
    const contested: Dot[] = []
    for (const event of events) {
      const { replica, sequence } = event
      // What is not claimed here is a session's to bring.
      if (sequence > core.visible(replica)) continue
      const [own] = core.within(replica, sequence, sequence)
      const order = own ? compareBytes(contentHash(event), contentHash(own)) : 1
      if (order !== 0 && own) contested.push({ replica, sequence })
      if (order > 0) joined.push(event)
      if (order > 0 && own) overruled.push(own)
      if (order < 0) back.add(own as WriteEvent)
      else met.push(order > 0 ? event : (own as WriteEvent))
    }
    for (const dot of contested) onConflict(dot)
    this.repaired += joined.length
    if (joined.length > 0) await store.rejoin(joined)
    // Also one that stays was written twice.
    store.checkOwn(contested)
    for (const event of met) for (const successor of successors(core, event)) back.add(successor)
    return { back: [...back], overruled }
  }

  #ask(peer: PeerId, request: SyncRequest): Promise<Uint8Array> {
    return this.#init.rpc.request(peer, SYNC_PROTOCOL, SyncRequest.encode(request), { timeoutMs: REPAIR_TIMEOUT_MS })
  }
}

const readEvents = (answer: Uint8Array): WriteEvent[] =>
  readBatch(SyncEvents.decode(answer).batch ?? EMPTY_BATCH, new NameReader())

const keyOf = ({ replica, sequence }: Dot): string => `${replica}/${sequence}`

const isOf = (peer: PeerId, { replica }: Dot): boolean => peerOf(replica) === peer

function cut({ replica, from, to }: Span): Span[] {
  const step = Math.ceil((to - from + 1) / REPAIR_FANOUT)
  const parts: Span[] = []
  for (let start = from; start <= to; start += step) {
    parts.push({ replica, from: start, to: Math.min(to, start + step - 1) })
  }
  return parts
}

const toRanges = ({ replica, from, to }: Span): StateRanges => ({ replica, bounds: [from, to] })

function toSpan({ replica, bounds }: StateRanges): Span {
  const [from, to] = bounds
  if (from === undefined || to === undefined || bounds.length > 2 || from > to || to > MAX_SEQUENCE) {
    throw new StateFormatError('a range that is none')
  }
  return { replica, from, to }
}

/** What stands in the cells in which the event does not any more. */
function* successors(core: StateCore, event: WriteEvent): Generator<WriteEvent> {
  for (const entry of event.entries) {
    const siblings = core.siblings(entry)
    if (siblings.some((sibling) => sibling.event === event)) continue
    for (const sibling of siblings) yield sibling.event
  }
}

/**
 * As many as fit an answer, at least one; the next repair has the rest. Each behind what has superseded a part of it, which the other
 * may have forgotten: nothing that was deleted must show there in between.
 */
function complete(core: StateCore, events: readonly WriteEvent[]): WriteEvent[] {
  const out = new Set<WriteEvent>()
  let bytes = 0
  const add = (event: WriteEvent): void => {
    if (out.has(event)) return
    bytes += weightOf(event)
    const group = new Set([event])
    // While it is walked it grows.
    for (const one of group) {
      for (const successor of successors(core, one)) {
        if (bytes > REPAIR_BYTES) break
        if (out.has(successor) || group.has(successor)) continue
        group.add(successor)
        bytes += weightOf(successor)
      }
    }
    for (const one of [...group].reverse()) out.add(one)
  }
  for (const event of events) {
    if (out.size > 0 && bytes + weightOf(event) > REPAIR_BYTES) break
    add(event)
  }
  return [...out]
}

/** By which all nodes choose alike which of two events with one dot stays. */
function contentHash(event: WriteEvent): Uint8Array {
  const out = new Uint8Array(HASH_BYTES)
  writeHash(hash64(encodeEvent(event)), out, 0)
  return out
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return 0
}
