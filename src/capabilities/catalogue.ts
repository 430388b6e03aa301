import type { PeerId } from '../network/network.ts'
import type { SealedAnnouncement } from './announcement.ts'
import { EXPIRED_KEPT_MS, MAX_DIRECTORY_BYTES, MAX_PEERS } from './limits.ts'
import { matches } from './match.ts'
import type { AgentDescription, Announcement, CapabilityQuery, Provider } from './provider.ts'
import { compareVersions, type Version } from './version.ts'

/** What a change of the catalogue means to those who use agents. */
export interface CatalogueEffect {
  kind: 'join' | 'leave'
  peer: PeerId
  agent: AgentDescription
}

/** An announcement in the catalogue. */
export interface CatalogueEntry extends SealedAnnouncement {
  /** When it began to hold, counting the age it came with, on the own monotonic clock. */
  since: number
}

interface Expired extends Version {
  forgetAt: number
}

/**
 * Who can do what, as plain data: the newest announcement of every node, and which nodes are present (alive or
 * suspect). Only agents of present nodes are offered; announcements of others are kept until they expire, so that a
 * return costs nothing. Given the same announcements and the same presence it is the same, in whatever order they came.
 */
export class Catalogue {
  readonly #entries = new Map<PeerId, CatalogueEntry>()
  /** Versions of what expired: a copy that comes from elsewhere is refused. */
  readonly #expired = new Map<PeerId, Expired>()
  readonly #present = new Set<PeerId>()
  /** Present peers by the name of a capability they offer. */
  readonly #offers = new Map<string, Set<PeerId>>()
  readonly #byHash = new Map<bigint, CatalogueEntry>()
  #bytes = 0
  #root = 0n

  /** XOR of the hashes of all announcements: equal catalogues have equal roots. */
  get root(): bigint {
    return this.#root
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether it holds an announcement with this hash. */
  holds(hash: bigint): boolean {
    return this.#byHash.has(hash)
  }

  /** Whether it holds or remembers one with this hash. */
  knows(hash: bigint): boolean {
    if (this.#byHash.has(hash)) return true
    // Few expire.
    for (const expired of this.#expired.values()) if (expired.hash === hash) return true
    return false
  }

  /** All announcements that hold, in the order in which they came. */
  entries(): Iterable<CatalogueEntry> {
    return this.#entries.values()
  }

  byHash(hash: bigint): CatalogueEntry | undefined {
    return this.#byHash.get(hash)
  }

  get(peer: PeerId): CatalogueEntry | undefined {
    return this.#entries.get(peer)
  }

  /** The newest version seen of a peer, expired or not. */
  version(peer: PeerId): Version | undefined {
    return this.#entries.get(peer) ?? this.#expired.get(peer)
  }

  /** The hashes of all newest versions seen, expired ones too. */
  hashes(): bigint[] {
    const hashes: bigint[] = []
    for (const { hash } of this.#entries.values()) hashes.push(hash)
    for (const { hash } of this.#expired.values()) hashes.push(hash)
    return hashes
  }

  /**
   * Takes an announcement whose signature was checked. `ageMs` is for how long it has held already. Older, equal and
   * expired ones change nothing; nor does one without room (the catalogue is full of present nodes).
   */
  apply(sealed: SealedAnnouncement, ageMs: number, now: number): CatalogueEffect[] {
    const { peer, ttlMs } = sealed.announcement
    const known = this.version(peer)
    if (known && compareVersions(sealed, known) <= 0) return []
    if (ageMs >= ttlMs) return []
    const before = this.#entries.get(peer)
    if (!this.#makeRoom(sealed, before)) return []
    const old = this.#agents(peer)
    if (before) this.#remove(before)
    this.#expired.delete(peer)
    const { announcement, bytes, incarnation, sequence, hash } = sealed
    const entry = { announcement, bytes, incarnation, sequence, hash, since: now - ageMs }
    this.#entries.set(peer, entry)
    this.#byHash.set(hash, entry)
    this.#bytes += bytes.length
    this.#root ^= hash
    return this.#changed(peer, old)
  }

  /** Says whether a node is there: its agents join or leave. */
  setPresent(peer: PeerId, present: boolean): CatalogueEffect[] {
    if (this.#present.has(peer) === present) return []
    const old = this.#agents(peer)
    if (present) this.#present.add(peer)
    else this.#present.delete(peer)
    return this.#changed(peer, old)
  }

  isPresent(peer: PeerId): boolean {
    return this.#present.has(peer)
  }

  /** Drops what is over. Walks over everything: call it rarely. */
  expire(now: number): CatalogueEffect[] {
    const effects: CatalogueEffect[] = []
    for (const [peer, { forgetAt }] of this.#expired) if (forgetAt <= now) this.#expired.delete(peer)
    for (const entry of [...this.#entries.values()]) {
      const { peer, ttlMs } = entry.announcement
      if (entry.since + ttlMs > now) continue
      const old = this.#agents(peer)
      this.#remove(entry)
      this.#remember(peer, entry, now)
      effects.push(...this.#changed(peer, old))
    }
    return effects
  }

  /** Offers of present nodes that match a checked query, by peer, then agent. */
  find(query: CapabilityQuery): Provider[] {
    const providers: Provider[] = []
    for (const peer of [...(this.#offers.get(query.name) ?? [])].sort()) {
      const { name: node, agents } = (this.#entries.get(peer) as CatalogueEntry).announcement
      for (const agent of agents) {
        const capability = agent.capabilities.find((candidate) => matches(query, candidate))
        if (capability) providers.push({ peer, node, agent: agent.name, capability })
      }
    }
    return providers
  }

  /** All announcements that hold, by peer, of absent nodes too. */
  all(): Announcement[] {
    const peers = [...this.#entries.keys()].sort()
    return peers.map((peer) => (this.#entries.get(peer) as CatalogueEntry).announcement)
  }

  #agents(peer: PeerId): readonly AgentDescription[] {
    if (!this.#present.has(peer)) return []
    return this.#entries.get(peer)?.announcement.agents ?? []
  }

  #changed(peer: PeerId, old: readonly AgentDescription[]): CatalogueEffect[] {
    const agents = this.#agents(peer)
    if (old.length === 0 && agents.length === 0) return []
    this.#index(peer, old, agents)
    const before = new Map(old.map((agent) => [agent.name, agent]))
    const effects: CatalogueEffect[] = []
    for (const agent of agents) {
      const was = before.get(agent.name)
      if (was && same(was, agent)) {
        before.delete(agent.name)
        continue
      }
      effects.push({ kind: 'join', peer, agent })
    }
    // First what leaves: an agent that changed leaves as it was and joins as it is.
    return [...[...before.values()].map((agent): CatalogueEffect => ({ kind: 'leave', peer, agent })), ...effects]
  }

  #index(peer: PeerId, old: readonly AgentDescription[], agents: readonly AgentDescription[]): void {
    const names = capabilityNames(agents)
    for (const name of capabilityNames(old)) {
      if (names.has(name)) continue
      const peers = this.#offers.get(name)
      peers?.delete(peer)
      if (peers?.size === 0) this.#offers.delete(name)
    }
    for (const name of names) {
      const peers = this.#offers.get(name)
      if (peers) peers.add(peer)
      else this.#offers.set(name, new Set([peer]))
    }
  }

  #remove(entry: CatalogueEntry): void {
    this.#entries.delete(entry.announcement.peer)
    this.#byHash.delete(entry.hash)
    this.#bytes -= entry.bytes.length
    this.#root ^= entry.hash
  }

  #remember(peer: PeerId, { incarnation, sequence, hash }: Version, now: number): void {
    if (this.#expired.size >= MAX_PEERS) this.#expired.delete(this.#expired.keys().next().value as PeerId)
    this.#expired.set(peer, { incarnation, sequence, hash, forgetAt: now + EXPIRED_KEPT_MS })
  }

  /** Whether there is room, after dropping announcements of absent nodes, those first that expire first. */
  #makeRoom(sealed: SealedAnnouncement, before: CatalogueEntry | undefined): boolean {
    const fits = (): boolean =>
      this.#entries.size + (before ? 0 : 1) <= MAX_PEERS &&
      this.#bytes + sealed.bytes.length - (before?.bytes.length ?? 0) <= MAX_DIRECTORY_BYTES
    if (fits()) return true
    const end = (entry: CatalogueEntry): number => entry.since + entry.announcement.ttlMs
    const absent = [...this.#entries.values()].filter(
      (entry) => entry !== before && !this.#present.has(entry.announcement.peer),
    )
    for (const entry of absent.sort((a, b) => end(a) - end(b))) {
      this.#remove(entry)
      if (fits()) return true
    }
    return false
  }
}

function capabilityNames(agents: readonly AgentDescription[]): Set<string> {
  return new Set(agents.flatMap((agent) => agent.capabilities.map((capability) => capability.name)))
}

/** Both were built by `describeAgents`: their keys are in one order. */
const same = (a: AgentDescription, b: AgentDescription): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
