import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerAddress, PeerId } from '../network.ts'
import type { LateDht } from './dht.ts'

/** Codec of a content id whose content is just bytes (multicodec table). */
const RAW_CODEC = 0x55
/** Providers taken from one lookup; a task needs a few, and a hostile answer may name millions. */
const MAX_PROVIDERS = 64
/** How long storing a provider record may take, in milliseconds: a few hops on a slow network. */
const PROVIDE_TIMEOUT_MS = 10_000

/** Who provides what, in the mesh's own DHT. */
export class Directory {
  readonly #dht: LateDht
  readonly #self: PeerId
  readonly #log: Log

  constructor(dht: LateDht, self: PeerId, log: Log) {
    this.#dht = dht
    this.#self = self
    this.#log = log
  }

  /** Says that this node provides `key`. Best effort: alone in the mesh there is nobody to tell. */
  async provide(key: string): Promise<void> {
    const signal = AbortSignal.timeout(PROVIDE_TIMEOUT_MS)
    try {
      const dht = await this.#dht.get()
      for await (const event of dht.provide(await contentId(key), { signal })) {
        if (event.name === 'QUERY_ERROR') this.#debug('a peer did not take a provider record', key, event.error)
      }
    } catch (error) {
      this.#debug('a provider record was not stored', key, error)
    }
  }

  /** Who else provides `key`, as far as can be learned in `timeoutMs`. */
  async find(key: string, timeoutMs: number): Promise<PeerAddress[]> {
    const signal = AbortSignal.timeout(timeoutMs)
    const found = new Map<PeerId, PeerAddress>()
    try {
      const dht = await this.#dht.get()
      for await (const event of dht.findProviders(await contentId(key), { signal })) {
        if (event.name !== 'PROVIDER' && event.name !== 'PEER_RESPONSE') continue
        for (const { id, multiaddrs } of event.providers) {
          const peer = id.toString()
          if (peer !== this.#self) found.set(peer, { id: peer, addresses: multiaddrs.map(String) })
        }
        if (found.size >= MAX_PROVIDERS) break
      }
    } catch (error) {
      // Out of time, or nobody to ask: what was found until now is the answer.
      this.#debug('a lookup ended early', key, error)
    }
    return [...found.values()].slice(0, MAX_PROVIDERS)
  }

  #debug(message: string, key: string, error: unknown): void {
    this.#log.debug(message, { key, error: messageOf(error) })
  }
}

async function contentId(key: string): Promise<CID> {
  return CID.createV1(RAW_CODEC, await sha256.digest(new TextEncoder().encode(key)))
}
