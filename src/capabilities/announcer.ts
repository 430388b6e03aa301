import type { Clock, Timer } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Signer } from '../lib/signer.ts'
import type { Network } from '../network/network.ts'
import { type SealedAnnouncement, seal } from './announcement.ts'
import {
  ANNOUNCE_GAP_MS,
  ANNOUNCEMENT_TTL_MS,
  MAX_ADDRESS_CHARS,
  MAX_ADDRESSES,
  REFRESH_EVERY_MS,
  REPUBLISH_AFTER_MS,
} from './limits.ts'
import type { AgentDescription } from './provider.ts'
import type { Version } from './version.ts'

/**
 * How often a start outranks others in its name before it says that two run as one: a ghost of its former lives comes once, or
 * once more from somebody who had an older word.
 */
const GHOSTS = 2

export interface AnnouncerInit {
  network: Network
  clock: Clock
  random: Random
  signer: Signer
  log: Log
  mesh: string
  /** The node's label. */
  name: string
  /** A new own announcement, before it is published. */
  onSealed(sealed: SealedAnnouncement): void
  publish(bytes: Uint8Array): void
  /** Whether peers hold what this node holds, as far as they were asked since the first connection. */
  agrees(): boolean
}

/** Says what this node offers: on change, on refresh, and again when somebody holds a newer word in its name. */
export class Announcer {
  readonly #init: AnnouncerInit
  #agents: readonly AgentDescription[] = []
  #incarnation = 0
  #sequence = 0
  #sealed: SealedAnnouncement | undefined
  #running = false
  /** How often since the start somebody had a newer announcement in this node's name. */
  #outranked = 0
  #lastAt = Number.NEGATIVE_INFINITY
  #pending: Timer | undefined
  #refresh: Timer | undefined
  #republish: Timer | undefined

  constructor(init: AnnouncerInit) {
    this.#init = init
  }

  start(incarnation: number): void {
    this.#running = true
    this.#outranked = 0
    this.#incarnation = incarnation
    this.#renew()
  }

  stop(): void {
    this.#running = false
    for (const timer of [this.#pending, this.#refresh, this.#republish]) timer?.cancel()
    this.#pending = undefined
    this.#republish = undefined
  }

  /** Throws `InvalidInputError` where the agents do not fit an announcement; then nothing has changed. */
  offer(agents: readonly AgentDescription[]): void {
    this.#seal(agents)
    this.#agents = agents
    if (this.#running) this.#renew()
  }

  /**
   * Somebody holds a newer announcement in this node's name: of a former life whose disk was lost. OSPF does the same
   * (RFC 2328, 13.4).
   */
  outrank(version: Version): void {
    if (version.sequence === Number.MAX_SAFE_INTEGER || !this.#running) return
    const { log } = this.#init
    const { incarnation } = version
    if (++this.#outranked <= GHOSTS)
      log.warn('another announcement in the name of this node; outranking it', { incarnation })
    else
      log.error('another process announces itself again and again in the name of this node', {
        incarnation,
        hint: 'If a data directory was copied, stop one of the two and start it with an empty one: two that run as one voter break registers and locks.',
      })
    this.#incarnation = version.incarnation
    this.#sequence = version.sequence
    this.#renew()
  }

  /**
   * The first connection after none: gossip reaches nobody at once, so the word is published again when it does, unless exchanges
   * have spread it by then: of a crowd that starts together each would tell all what all know.
   */
  connected(): void {
    if (!this.#running || this.#republish) return
    const { clock, random, publish, agrees } = this.#init
    this.#republish = clock.after(REPUBLISH_AFTER_MS * (1 + random.float()), () => {
      this.#republish = undefined
      if (this.#sealed && !agrees()) publish(this.#sealed.bytes)
    })
  }

  /** A new version: known here at once, published soon. */
  #renew(): void {
    const { clock, random, log, onSealed } = this.#init
    this.#sequence++
    try {
      this.#sealed = this.#seal(this.#agents)
      onSealed(this.#sealed)
      this.#publishSoon()
    } catch (error) {
      // Only new addresses can have made it too large; what was announced before still holds.
      log.error('this node cannot be announced', { error: messageOf(error) })
    }
    this.#refresh?.cancel()
    this.#refresh = clock.after(REFRESH_EVERY_MS * (0.9 + 0.2 * random.float()), () => this.#renew())
  }

  #publishSoon(): void {
    if (this.#pending) return
    const { clock, publish } = this.#init
    const wait = Math.max(0, this.#lastAt + ANNOUNCE_GAP_MS - clock.monotonic())
    this.#pending = clock.after(wait, () => {
      this.#pending = undefined
      this.#lastAt = clock.monotonic()
      if (this.#sealed) publish(this.#sealed.bytes)
    })
  }

  #seal(agents: readonly AgentDescription[]): SealedAnnouncement {
    const { network, signer, mesh, name } = this.#init
    const addresses = network.addresses().filter((address) => address.length <= MAX_ADDRESS_CHARS)
    return seal(
      {
        peer: network.self,
        name,
        incarnation: this.#incarnation,
        sequence: this.#sequence,
        ttlMs: ANNOUNCEMENT_TTL_MS,
        addresses: addresses.slice(0, MAX_ADDRESSES),
        agents,
      },
      mesh,
      signer,
    )
  }
}
