import type { Clock } from '../lib/clock.ts'
import { CoveyError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { messages } from '../network/messages.ts'
import type { Channel, Rpc } from '../network/rpc.ts'
import { type Award, decodeAward, decodeCancel, TASK_PROTOCOL } from './award.ts'
import { BID_PROTOCOL, decodeCall, encodeAnswer } from './bid.ts'
import type { HandOn } from './hand-on.ts'
import type { Watcher } from './job.ts'
import type { Line } from './line.ts'
import { encodeReport, isLast, type Report, refused } from './report.ts'
import type { Worker } from './worker.ts'

/** How long a node that stops waits until those it worked for have heard of it, in milliseconds. */
export const FAREWELL_MS = 500

/** Answers peers: calls for bids, and awards by running them or handing them on. Make it before the network starts. */
export class Server {
  readonly #worker: Worker
  readonly #handOn: HandOn
  readonly #clock: Clock
  readonly #log: Log
  readonly #channels = new Set<Channel>()
  #onEmpty: (() => void) | undefined

  constructor(rpc: Rpc, worker: Worker, handOn: HandOn, clock: Clock, log: Log) {
    this.#worker = worker
    this.#handOn = handOn
    this.#clock = clock
    this.#log = log.scoped('awards')
    rpc.handle(BID_PROTOCOL, (body) => encodeAnswer(worker.bid(decodeCall(body))))
    rpc.onChannel(TASK_PROTOCOL, (channel, body) => void this.#serve(channel, body))
  }

  /** Resolves when every peer has heard the end of its awards, or `FAREWELL_MS` are over. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#channels.size === 0) return resolve()
      const timer = this.#clock.after(FAREWELL_MS, resolve)
      this.#onEmpty = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  async #serve(channel: Channel, body: Uint8Array): Promise<void> {
    const watcher = new ChannelWatcher(channel)
    this.#channels.add(channel)
    let line: Line | undefined
    try {
      line = this.#take(decodeAward(body), channel, watcher)
      for await (const reason of messages(channel, decodeCancel)) {
        if (reason !== undefined) return line?.cancel(reason)
      }
    } catch (error) {
      // The requester is gone or talks nonsense, which is not ours to repair: it is as if the connection had broken.
      this.#log.debug('an award ended early', { peer: channel.peer, error: messageOf(error) })
      if (error instanceof CoveyError && error.code === 'BAD_MESSAGE')
        watcher.report(refused(error.code, error.message))
    } finally {
      line?.hangUp()
      this.#channels.delete(channel)
      if (this.#channels.size === 0) this.#onEmpty?.()
    }
  }

  #take(award: Award, channel: Channel, watcher: Watcher): Line | undefined {
    const refusal = this.#worker.award(award, watcher)
    if (!refusal) {
      return {
        cancel: (reason) => this.#worker.cancel(award.task, watcher, reason),
        hangUp: () => this.#worker.leave(award.task, watcher),
      }
    }
    if (refusal.code === 'OVERLOADED') {
      const relay = this.#handOn.take(award, channel.peer, refusal, watcher)
      if (relay) return relay
    }
    watcher.report(refused(refusal.code, refusal.reason))
    return undefined
  }
}

/** Tells the peer at the other end of a channel; of progress that it is too slow to read it gets the latest. */
class ChannelWatcher implements Watcher {
  readonly #channel: Channel
  #sending = false
  #over = false
  /** The latest that waits for its turn; outcomes never wait. */
  #held: Report | undefined

  constructor(channel: Channel) {
    this.#channel = channel
  }

  report(report: Report): void {
    if (this.#over) return
    const last = isLast(report)
    if (this.#sending && !last) {
      if (report.type !== 'alive' || !this.#held) this.#held = report
      return
    }
    this.#over = last
    this.#sending = true
    this.#channel.send(encodeReport(report)).then(
      () => this.#sent(last),
      () => {
        // The channel broke: whoever reads it hears of it and hangs up.
        this.#over = true
      },
    )
  }

  break(reason: Error): void {
    this.#over = true
    this.#channel.abort(reason)
  }

  #sent(last: boolean): void {
    if (last) return this.#channel.end()
    this.#sending = false
    const held = this.#held
    this.#held = undefined
    if (held) this.report(held)
  }
}
