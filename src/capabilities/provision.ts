import type { Clock, Timer } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Network, PeerAddress } from '../network/network.ts'
import type { Exchange } from './exchange.ts'
import { EXCHANGE_TIMEOUT_MS, MAX_FOUND, MAX_SEARCHES, PROVIDE_AFTER_MS, PROVIDE_EVERY_MS } from './limits.ts'

export interface ProvisionInit {
  network: Network
  clock: Clock
  random: Random
  log: Log
  mesh: string
  exchange: Exchange
}

/** A capability's key in the DHT. */
export const capabilityKey = (mesh: string, name: string): string => `/covey/${mesh}/capability/${name}`

/**
 * Capabilities as provider records of the DHT: the fallback where nobody known here offers one. Records say no more
 * than "ask that node": what it offers is learned from its own announcement.
 */
export class Provision {
  readonly #init: ProvisionInit
  readonly #searches = new Map<string, Promise<void>>()
  #names: readonly string[] = []
  #timer: Timer | undefined
  #wait = PROVIDE_AFTER_MS
  #running = false
  /** Which `start` a walk over the names belongs to: an old one ends when it sees a newer. */
  #round = 0

  constructor(init: ProvisionInit) {
    this.#init = init
  }

  start(): void {
    this.#running = true
    this.#restart()
  }

  stop(): void {
    this.#running = false
    this.#round++
    this.#timer?.cancel()
  }

  /** Sets the names that this node provides; records of others run out by themselves. */
  provide(names: readonly string[]): void {
    if (names.length === this.#names.length && names.every((name, index) => name === this.#names[index])) return
    this.#names = names
    if (this.#running) this.#restart()
  }

  /**
   * Asks the DHT who provides `name`, and exchanges directories with whom it names. Resolves as soon as `isFound` says
   * so, when all were asked, or when the time is over; never rejects. One search a name runs at a time.
   */
  search(name: string, timeoutMs: number, isFound: () => boolean): Promise<void> {
    const running = this.#searches.get(name)
    if (running) return running
    if (this.#searches.size >= MAX_SEARCHES) return Promise.resolve()
    const search = this.#search(name, timeoutMs, isFound)
      .catch((error) => this.#init.log.debug('a DHT search failed', { name, error: messageOf(error) }))
      .finally(() => this.#searches.delete(name))
    this.#searches.set(name, search)
    return search
  }

  async #search(name: string, timeoutMs: number, isFound: () => boolean): Promise<void> {
    const { network, clock, mesh } = this.#init
    const deadline = clock.monotonic() + timeoutMs
    const found = await network.find(capabilityKey(mesh, name), timeoutMs)
    const others = found.filter((peer) => peer.id !== network.self).slice(0, MAX_FOUND)
    if (others.length === 0) return
    await new Promise<void>((resolve) => {
      const timer = clock.after(Math.max(0, deadline - clock.monotonic()), resolve)
      let left = others.length
      for (const peer of others) {
        void this.#visit(peer, deadline).then(() => {
          left--
          if (left > 0 && !isFound()) return
          timer.cancel()
          resolve()
        })
      }
    })
  }

  async #visit(peer: PeerAddress, deadline: number): Promise<void> {
    const { network, clock, exchange, log } = this.#init
    const left = deadline - clock.monotonic()
    if (left <= 0) return
    try {
      await network.connect(peer.id, peer.addresses, Math.min(left, EXCHANGE_TIMEOUT_MS))
    } catch (error) {
      // A record outlives its node by days: an ordinary case.
      return log.debug('a provider cannot be reached', { peer: peer.id, error: messageOf(error) })
    }
    await exchange.with(peer.id)
  }

  #restart(): void {
    this.#wait = PROVIDE_AFTER_MS
    this.#round++
    this.#arm()
  }

  #arm(): void {
    const { clock, random } = this.#init
    this.#timer?.cancel()
    this.#timer = clock.after(this.#wait * (0.75 + 0.5 * random.float()), () => void this.#provideAll())
  }

  async #provideAll(): Promise<void> {
    const { network, mesh, log } = this.#init
    const round = this.#round
    let failed = network.peers().length === 0 ? 'no peer is connected' : undefined
    // One after the other: each is a walk through the DHT with streams of its own.
    for (const name of failed ? [] : this.#names) {
      try {
        await network.provide(capabilityKey(mesh, name))
      } catch (error) {
        failed = messageOf(error)
      }
      if (round !== this.#round) return
    }
    if (failed) log.debug('capabilities are not in the DHT yet', { error: failed })
    this.#wait = failed ? Math.min(PROVIDE_EVERY_MS, this.#wait * 2) : PROVIDE_EVERY_MS
    this.#arm()
  }
}
