import {
  type Connection,
  type PeerId as Libp2pPeerId,
  type Startable,
  type Stream,
  type StreamHandler,
  serviceDependencies,
  start,
  stop,
  type Topology,
} from '@libp2p/interface'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

/** Streams of the DHT on one connection, as kad-dht itself has them: a lookup asks a peer one thing at a time. */
const MAX_INBOUND_STREAMS = 32
const MAX_OUTBOUND_STREAMS = 64

type Registrar = KadDHTComponents['registrar']

interface LateDhtInit {
  /** The DHT's protocol, one of its own for each mesh. */
  protocol: string
  log: Log
}

/**
 * libp2p's DHT, loaded when it is first needed: it is a third of all that libp2p loads, and pings everybody it meets. Until
 * somebody provides, looks up or asks this node, it only says that this node speaks the protocol and notes who else does;
 * then the DHT learns of them, and takes over.
 */
export class LateDht implements Startable {
  readonly [Symbol.toStringTag] = 'covey/late-dht'
  /** Whom a peer speaks with is known from identify. */
  readonly [serviceDependencies] = ['@libp2p/identify', '@libp2p/ping']
  readonly #components: KadDHTComponents
  readonly #init: LateDhtInit
  readonly #speakers = new Map<string, { id: Libp2pPeerId; connection: Connection }>()
  /** What the DHT has registered, once it is there. */
  #handler: StreamHandler | undefined
  #topology: Topology | undefined
  #topologyId = ''
  #loading: Promise<KadDHT> | undefined
  #stopped = false

  constructor(components: KadDHTComponents, init: LateDhtInit) {
    this.#components = components
    this.#init = init
  }

  async start(): Promise<void> {
    const { registrar } = this.#components
    const limits = { maxInboundStreams: MAX_INBOUND_STREAMS, maxOutboundStreams: MAX_OUTBOUND_STREAMS }
    await registrar.handle(this.#init.protocol, (stream, connection) => this.#receive(stream, connection), limits)
    this.#topologyId = await registrar.register(this.#init.protocol, {
      onConnect: (id, connection) => {
        this.#speakers.set(id.toString(), { id, connection })
        return this.#topology?.onConnect?.(id, connection)
      },
      onDisconnect: (id) => {
        this.#speakers.delete(id.toString())
        return this.#topology?.onDisconnect?.(id)
      },
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#components.registrar.unregister(this.#topologyId)
    await this.#components.registrar.unhandle(this.#init.protocol)
    // Whoever asked for one that could not be loaded has been told.
    await this.#loading?.then(stop, () => undefined)
  }

  /** The DHT itself, started. */
  get(): Promise<KadDHT> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<KadDHT> {
    const { kadDHT, passthroughMapper } = await import('@libp2p/kad-dht')
    const make = kadDHT({
      protocol: this.#init.protocol,
      clientMode: false,
      // Meshes live in private networks: the default strips private addresses from every answer.
      peerInfoMapper: passthroughMapper,
      // Every lookup waits for the first walk to this node itself, and whoever loads the DHT wants a lookup.
      initialQuerySelfInterval: 0,
    })
    const {
      peerId,
      privateKey,
      addressManager,
      peerStore,
      metrics,
      connectionManager,
      datastore,
      events,
      logger,
      ping,
    } = this.#components
    const dht = make({
      ...{ peerId, privateKey, addressManager, peerStore, connectionManager, datastore, events, logger, ping },
      ...(metrics && { metrics }),
      registrar: this.#late(),
    })
    if (!this.#stopped) await start(dht)
    return dht
  }

  /** The registrar as the DHT sees it: what it registers goes behind what is registered already. */
  #late(): Registrar {
    return Object.assign(Object.create(this.#components.registrar) as Registrar, {
      handle: async (_protocol: string, handler: StreamHandler) => {
        this.#handler = handler
      },
      unhandle: async () => {
        this.#handler = undefined
      },
      register: async (_protocol: string, topology: Topology) => {
        this.#topology = topology
        for (const { id, connection } of this.#speakers.values()) await topology.onConnect?.(id, connection)
        return 'late'
      },
      unregister: () => {
        this.#topology = undefined
      },
    })
  }

  async #receive(stream: Stream, connection: Connection): Promise<void> {
    try {
      await this.get()
    } catch (error) {
      this.#init.log.error('the DHT cannot be loaded', { error: messageOf(error) })
      return stream.abort(error as Error)
    }
    await this.#handler?.(stream, connection)
  }
}
