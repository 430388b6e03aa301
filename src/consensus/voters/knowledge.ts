import { EventEmitter } from 'node:events'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import type { Storage } from '../../storage/storage.ts'
import { Voters } from '../../wire/register.ts'
import { type Configuration, isConfiguration, isJoint } from './configuration.ts'

const TABLE = 'register.meta'
const KEY = 'voters'
/** Other foundings that are remembered: one is a mistake already. */
const MAX_FOREIGN = 16

export interface KnowledgeEvents {
  /** This node knows a newer configuration. */
  change: [configuration: Configuration]
}

/** The configuration that this node knows: the highest epoch that it heard of, of the first genesis that it heard of. */
export class Knowledge extends EventEmitter<KnowledgeEvents> {
  readonly #storage: Storage
  readonly #log: Log
  #current: Configuration | undefined
  /** Who belongs to other foundings, by genesis. */
  readonly #foreign = new Map<string, PeerId>()
  #durable: Promise<void> = Promise.resolve()

  constructor(storage: Storage, log: Log) {
    super()
    this.#storage = storage
    this.#log = log
  }

  async load(): Promise<void> {
    const bytes = await this.#storage.get(TABLE, KEY)
    if (bytes) this.#current = decodeConfiguration(bytes)
  }

  get current(): Configuration | undefined {
    return this.#current
  }

  /** Voter sets founded apart from this one, each with a peer that has it. */
  get foreign(): { genesis: string; peer: PeerId }[] {
    return [...this.#foreign].map(([genesis, peer]) => ({ genesis, peer }))
  }

  /**
   * Takes a configuration that was decided. It holds at once, since nothing may be accepted under the old one any more, and is durable
   * when this resolves. What is older, or was founded apart, changes nothing.
   */
  learn(configuration: Configuration, from: PeerId): Promise<void> {
    const { genesis, epoch } = this.#current ?? { genesis: configuration.genesis, epoch: 0 }
    if (configuration.genesis !== genesis) this.#meetForeign(configuration.genesis, from)
    else if (configuration.epoch > epoch) this.#take(configuration)
    return this.#durable
  }

  #take(configuration: Configuration): void {
    this.#current = configuration
    const { epoch, voters } = configuration
    this.#log.info('the voters are', {
      epoch,
      joint: isJoint(configuration),
      voters: voters.map((it) => it.peer).join(' '),
    })
    const value = Voters.encode(configuration)
    // Commits end in the order in which they begin.
    this.#durable = this.#storage.commit([{ table: TABLE, key: KEY, value }])
    this.emit('change', configuration)
  }

  #meetForeign(genesis: string, peer: PeerId): void {
    if (this.#foreign.has(genesis) || this.#foreign.size >= MAX_FOREIGN) return
    this.#foreign.set(genesis, peer)
    this.#log.warn(
      'a peer has voters that were founded apart from these: neither are merged, and locks of the two exclude nobody of the other',
      {
        peer,
        own: this.#current?.genesis,
        other: genesis,
      },
    )
  }
}

/** Undefined for bytes that are no configuration. */
export function decodeConfiguration(bytes: Uint8Array): Configuration | undefined {
  const configuration = Voters.decode(bytes)
  return isConfiguration(configuration) ? configuration : undefined
}
