import type { Process } from './host.ts'
import { SimulatedStream } from './stream.ts'

/** TCP's first retransmission, in milliseconds, doubled each time (RFC 6298, with Linux's minimum). */
const FIRST_RETRANSMISSION_MS = 200
/** TCP's longest wait between two retransmissions, in milliseconds. */
const MAX_RETRANSMISSION_MS = 120_000
/** Retransmissions until the kernel gives a connection up: some 15 minutes, as Linux's `tcp_retries2`. */
const MAX_RETRANSMISSIONS = 15

/** What passes over a connection. */
export type Packet =
  | { kind: 'open'; stream: number; protocol: string }
  | { kind: 'accepted' | 'refused' | 'close' | 'abort'; stream: number }
  | { kind: 'frames'; to: SimulatedStream | undefined; frames: readonly Uint8Array[]; bytes: number }
  | { kind: 'reset' }

/** An opened stream that waits for the other end's word, and who hears it: at once, since a promise would cost as much as the rest. */
interface Opening {
  stream: SimulatedStream
  opened(stream: SimulatedStream): void
  failed(error: Error): void
}

/**
 * One process's end of a connection. Packets arrive in order; what a partition or loss stops is retransmitted at TCP's
 * pace, so that a healed link stays silent until the next retransmission, as a real one does.
 */
export class Endpoint {
  readonly local: Process
  readonly remote: Process
  /** The other end, once the handshake made it. */
  other: Endpoint | undefined
  open = true
  /** Since when its network has it, in virtual milliseconds. */
  since = 0
  readonly #streams = new Map<number, SimulatedStream>()
  readonly #openings = new Map<number, Opening>()
  #nextStream: number
  #stalled: Packet[] = []
  #retransmissions = 0
  #lastArrival = 0

  /** The dialling end numbers its streams odd, the other even, so that both may open at once. */
  constructor(local: Process, remote: Process, dialler: boolean) {
    this.local = local
    this.remote = remote
    this.#nextStream = dialler ? 1 : 2
  }

  /** Nothing that this end sends arrives before `at`: the other end's handshake is not over. */
  holdUntil(at: number): void {
    this.#lastArrival = at
  }

  openStream(protocol: string, opened: Opening['opened'], failed: Opening['failed']): void {
    const id = this.#nextStream
    this.#nextStream += 2
    this.#openings.set(id, { stream: new SimulatedStream(this, id, protocol), opened, failed })
    this.send({ kind: 'open', stream: id, protocol })
  }

  send(packet: Packet): void {
    if (!this.open) return
    if (this.#stalled.length > 0) {
      this.#stalled.push(packet)
    } else if (this.#passes()) {
      this.#transmit(packet)
    } else {
      this.#stalled.push(packet)
      this.#armRetransmission()
    }
  }

  /** Closes this end at once; the other learns it when the reset arrives, if it does. */
  abort(error: Error): void {
    if (!this.open) return
    this.#stalled = []
    if (this.#passes()) this.#transmit({ kind: 'reset' })
    this.close(error)
  }

  /** Closes this end: streams first, then the network is told. */
  close(error: Error | undefined): void {
    if (!this.open) return
    this.open = false
    for (const opening of [...this.#openings.values()]) opening.failed(error ?? new Error('the connection closed'))
    this.#openings.clear()
    for (const stream of [...this.#streams.values()]) stream.onClosed(error ?? new Error('the connection closed'))
    this.local.network.connectionClosed(this)
  }

  forget(stream: number): void {
    this.#streams.delete(stream)
  }

  later(run: () => void): void {
    this.local.world.scheduler.schedule(0, this.local, run)
  }

  afterLatency(run: () => void): void {
    const { scheduler, links } = this.local.world
    const latency = links.latency(this.remote.machine.number, this.local.machine.number)
    scheduler.schedule(scheduler.now + latency, this.local, run)
  }

  #passes(): boolean {
    const { links } = this.local.world
    const from = this.local.machine.number
    const to = this.remote.machine.number
    return this.remote.machine.powered && links.passes(from, to) && !links.loses(from, to)
  }

  #transmit(packet: Packet): void {
    const { scheduler, links, trace } = this.local.world
    const from = this.local.machine.number
    const to = this.remote.machine.number
    const arrival = Math.max(this.#lastArrival, scheduler.now + links.latency(from, to))
    this.#lastArrival = arrival
    if (packet.kind === 'frames') trace.mix(from, to, packet.bytes)
    if (this.remote.alive) scheduler.schedule(arrival, this.remote, () => this.other?.receive(packet))
    else this.#answerOfTheDead(arrival)
  }

  /** The machine is there and the process is not: its kernel answers with a reset. */
  #answerOfTheDead(arrival: number): void {
    const { scheduler, links } = this.local.world
    const from = this.local.machine.number
    const to = this.remote.machine.number
    if (!links.passes(to, from)) return
    scheduler.schedule(arrival + links.latency(to, from), this.local, () =>
      this.close(new Error('connection reset: the process is gone')),
    )
  }

  #armRetransmission(): void {
    if (this.#retransmissions >= MAX_RETRANSMISSIONS) {
      this.close(new Error('connection timed out'))
      return
    }
    const wait = Math.min(FIRST_RETRANSMISSION_MS * 2 ** this.#retransmissions++, MAX_RETRANSMISSION_MS)
    const { scheduler } = this.local.world
    // The kernel's timer, not the process's: a paused process still retransmits.
    scheduler.schedule(scheduler.now + wait, undefined, () => {
      if (!this.open || !this.local.alive || this.#stalled.length === 0) return
      if (!this.#passes()) return this.#armRetransmission()
      this.#retransmissions = 0
      const packets = this.#stalled
      this.#stalled = []
      for (const packet of packets) this.#transmit(packet)
    })
  }

  receive(packet: Packet): void {
    if (!this.open) {
      // An end that was aborted answers what still comes with a reset.
      if (packet.kind !== 'reset' && this.#passes()) this.#transmit({ kind: 'reset' })
      return
    }
    switch (packet.kind) {
      case 'open':
        return this.#accept(packet.stream, packet.protocol)
      case 'accepted':
      case 'refused':
        return this.#answered(packet.stream, packet.kind === 'accepted')
      case 'frames':
        return packet.to?.onFrames(packet.frames)
      case 'close':
        return this.#streams.get(packet.stream)?.onClosed(undefined)
      case 'abort':
        return this.#streams.get(packet.stream)?.onClosed(new Error('the peer reset the stream'))
      case 'reset':
        return this.close(new Error('connection reset by the peer'))
    }
  }

  #accept(id: number, protocol: string): void {
    const accept = this.local.network.handlerOf(protocol)
    if (!accept) return this.send({ kind: 'refused', stream: id })
    const stream = new SimulatedStream(this, id, protocol)
    this.other?.answersWith(id, stream)
    this.#streams.set(id, stream)
    this.send({ kind: 'accepted', stream: id })
    accept(stream)
  }

  /** From the other end: `far` is its end of the stream that this end opens. */
  answersWith(id: number, far: SimulatedStream): void {
    this.#openings.get(id)?.stream.join(far)
  }

  #answered(id: number, accepted: boolean): void {
    const opening = this.#openings.get(id)
    if (!opening) return
    this.#openings.delete(id)
    if (!accepted) return opening.failed(new Error('the peer does not speak the protocol'))
    this.#streams.set(id, opening.stream)
    opening.opened(opening.stream)
  }
}
