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

export interface AnnouncerInit {
  network: Network
  clock: Clock
  random: Random
  signer: Signer
  log: Log
  mesh: string
  /** The node's label. */
  name: string
  topic: string
  /** A new own announcement, before it is published. */
  onSealed(sealed: SealedAnnouncement): void
}

/** Says what this node offers: on change, on refresh, and again when somebody holds a newer word in its name. */
export class Announcer {
  readonly #init: AnnouncerInit
  #agents: readonly AgentDescription[] = []
  #incarnation = 0
  #sequence = 0
  #sealed: SealedAnnouncement | undefined
  #running = false
  #lastAt = Number.NEGATIVE_INFINITY
  #pending: Timer | undefined
  #refresh: Timer | undefined
  #republish: Timer | undefined

  constructor(init: AnnouncerInit) {
    this.#init = init
  }

  get agents(): readonly AgentDescription[] {
    return this.#agents
  }

  start(incarnation: number): void {
    this.#running = true
    this.#incarnation = incarnation
    this.#announce()
  }

  stop(): void {
    this.#running = false
    for (const timer of [this.#pending, this.#refresh, this.#republish]) timer?.cancel()
    this.#pending = undefined
    this.#republish = undefined
  }

  /** Throws `InvalidInputError` where the agents do not fit an announcement; then nothing has changed. */
  offer(agents: readonly AgentDescription[]): void {
    // Sealed only to learn that it fits; what is published comes together with what else changes soon.
    this.#seal(agents, this.#incarnation, this.#sequence)
    this.#agents = agents
    this.#announceSoon()
  }

  /** Somebody holds a newer announcement in this node's name: of a former life whose disk was lost. OSPF does the same (RFC 2328, 13.4). */
  outrank(version: Version): void {
    const { log } = this.#init
    if (version.sequence === Number.MAX_SAFE_INTEGER || version.incarnation < this.#incarnation) return
    log.warn('another announcement in the name of this node; outranking it', { incarnation: version.incarnation })
    this.#incarnation = version.incarnation
    this.#sequence = Math.max(this.#sequence, version.sequence)
    this.#announceSoon()
  }

  /** The first connection after none: gossip reaches nobody at once, so the word is published again when it does. */
  connected(): void {
    if (!this.#running || this.#republish) return
    const { clock, random, network, topic } = this.#init
    this.#republish = clock.after(REPUBLISH_AFTER_MS * (1 + random.float()), () => {
      this.#republish = undefined
      if (this.#sealed) network.publish(topic, this.#sealed.bytes)
    })
  }

  #announceSoon(): void {
    if (!this.#running || this.#pending) return
    const { clock } = this.#init
    const wait = Math.max(0, this.#lastAt + ANNOUNCE_GAP_MS - clock.monotonic())
    this.#pending = clock.after(wait, () => {
      this.#pending = undefined
      this.#announce()
    })
  }

  #announce(): void {
    const { clock, random, network, topic, log, onSealed } = this.#init
    this.#lastAt = clock.monotonic()
    this.#sequence++
    try {
      this.#sealed = this.#seal(this.#agents, this.#incarnation, this.#sequence)
      onSealed(this.#sealed)
      network.publish(topic, this.#sealed.bytes)
    } catch (error) {
      // Only new addresses can have made it too large; what was announced before still holds.
      log.error('this node cannot be announced', { error: messageOf(error) })
    }
    this.#refresh?.cancel()
    this.#refresh = clock.after(REFRESH_EVERY_MS * (0.9 + 0.2 * random.float()), () => this.#announceSoon())
  }

  #seal(agents: readonly AgentDescription[], incarnation: number, sequence: number): SealedAnnouncement {
    const { network, signer, mesh, name } = this.#init
    const addresses = network.addresses().filter((address) => address.length <= MAX_ADDRESS_CHARS)
    return seal(
      {
        peer: network.self,
        name,
        incarnation,
        sequence,
        ttlMs: ANNOUNCEMENT_TTL_MS,
        addresses: addresses.slice(0, MAX_ADDRESSES),
        agents,
      },
      mesh,
      signer,
    )
  }
}
