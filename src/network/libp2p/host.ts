import { sign } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import type { KadDHTComponents } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { createLibp2p } from 'libp2p'
import type { Clock } from '../../lib/clock.ts'
import { CoveyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { PeerAddress, PeerId } from '../network.ts'
import { parseAddress, peerOf } from './addresses.ts'
import { Arrivals } from './arrivals.ts'
import { PeerDatastore, REMEMBERED_MS } from './datastore.ts'
import { LateDht } from './dht.ts'
import { Dialler } from './dialler.ts'
import { Directory } from './directory.ts'
import type { Identity } from './identity.ts'
import { quietLogger } from './logger.ts'
import { multicast } from './multicast.ts'
import { muxer } from './muxer.ts'
import { noiseCrypto } from './noise-crypto.ts'
import { spareKnownProtocols } from './peer-store.ts'
import { protector } from './protector.ts'
import { secure } from './secure.ts'
import { type OnHandshakeFailed, transport } from './transport.ts'

/** Connections this node keeps at most: a full mesh of 64, its doubles from dialling one another at once, and strangers. */
const MAX_CONNECTIONS = 512
/**
 * Connections that one address may open in a second. libp2p's own 5 is meant for the open internet; here a whole mesh may
 * start on one machine, and each of its nodes dials every other.
 */
const MAX_INBOUND_PER_SECOND = 128
/** Connections in the middle of their handshake, for the same reason (libp2p: 10). */
const MAX_PENDING_INBOUND = 128
/** How long a stranger may take for its handshake, in milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 5000
/** Largest gossip message in bytes; what is larger travels on streams. */
export const MAX_GOSSIP_BYTES = 64 * 1024
/** What may wait for a slow gossip peer, in bytes; beyond it messages to it are dropped. */
const MAX_GOSSIP_OUTBOX_BYTES = 4 * 1024 * 1024

export interface HostOptions {
  mesh: string
  identity: Identity
  /** Multiaddrs to listen on. */
  listen: readonly string[]
  mdns: boolean
  psk: Uint8Array | undefined
  clock: Clock
  log: Log
  /** Where known peers outlive this run; started. */
  datastore: Storage | undefined
  onHandshakeFailed: OnHandshakeFailed
  onDiscover(peer: PeerAddress): void
}

export type Host = Libp2p<{ pubsub: GossipSub; dht: LateDht }>

/** A libp2p node and the hands that work it. Everything that loads libp2p hangs on this module. */
export interface Running {
  readonly host: Host
  readonly dialler: Dialler
  readonly directory: Directory
  /** Rejects with a `CoveyError` where an address cannot be listened on. */
  start(): Promise<void>
  /** Peers that an earlier run has met or heard of, those heard of last in front. */
  remembered(): Promise<PeerAddress[]>
  /** The peer id that an address names, if any. Throws `InvalidInputError`. */
  peerOf(address: string): PeerId | undefined
}

/** Not started yet. Throws `InvalidInputError` where an address to listen on is none. */
export async function createHost(options: HostOptions): Promise<Running> {
  const { clock, log, psk } = options
  for (const address of options.listen) parseAddress(address)
  const arrivals = new Arrivals(clock)
  const host = await createNode(options, arrivals)
  spareKnownProtocols(host)
  return {
    host,
    dialler: new Dialler({ node: host, clock, psk: psk !== undefined, arrivals }),
    directory: new Directory(host.services.dht, options.identity.id, log),
    start: () => listen(host, options.listen),
    remembered: () => remembered(host),
    peerOf: (address) => peerOf(parseAddress(address)),
  }
}

async function remembered(host: Host): Promise<PeerAddress[]> {
  const peers = await host.peerStore.all()
  return peers.map(({ id, addresses }) => ({
    id: id.toString(),
    addresses: addresses.map(({ multiaddr }) => multiaddr.toString()),
  }))
}

async function listen(host: Host, addresses: readonly string[]): Promise<void> {
  try {
    await host.start()
  } catch (cause) {
    await host.stop()
    const reason = messageOf(cause).includes('EADDRINUSE') ? 'its port is in use by another program' : messageOf(cause)
    const message = `this node cannot listen on ${addresses.join(', ')}: ${reason}`
    throw new CoveyError(
      'LISTEN_FAILED',
      message,
      'Choose another with --listen /ip4/0.0.0.0/tcp/PORT; port 0 takes any.',
      {
        cause,
      },
    )
  }
}

async function createNode(options: HostOptions, arrivals: Arrivals): Promise<Host> {
  const { mesh, psk, datastore, clock, log } = options
  return createLibp2p({
    start: false,
    ...(datastore ? { datastore: await PeerDatastore.open(datastore, clock, log) } : {}),
    // libp2p forgets within hours, which would leave nothing for a node that comes back after a weekend.
    peerStore: { maxAddressAge: REMEMBERED_MS, maxPeerAge: REMEMBERED_MS },
    privateKey: libp2pKey(options.identity),
    logger: quietLogger(options.log),
    addresses: { listen: [...options.listen] },
    transports: [transport(options.onHandshakeFailed, arrivals)],
    // The mesh's name is part of the handshake: two meshes cannot even finish one.
    connectionEncrypters: [secure({ prologueBytes: Buffer.from(`/covey/${mesh}`), crypto: noiseCrypto() })],
    streamMuxers: [muxer()],
    ...(psk ? { connectionProtector: protector(psk) } : {}),
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      inboundConnectionThreshold: MAX_INBOUND_PER_SECOND,
      maxIncomingPendingConnections: MAX_PENDING_INBOUND,
      inboundUpgradeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    // It opens a stream a ping and a connection; membership probes on a stream that stays open.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      ping: ping(),
      ...(options.mdns && { multicast: multicast(options) }),
      dht: (components: KadDHTComponents) => new LateDht(components, { protocol: `/covey/${mesh}/kad/1.0.0`, log }),
      pubsub: gossipsub({
        allowPublishToZeroTopicPeers: true,
        emitSelf: false,
        floodPublish: true,
        maxInboundDataLength: MAX_GOSSIP_BYTES,
        maxOutboundBufferSize: MAX_GOSSIP_OUTBOX_BYTES,
        // The colocation penalty shuts out whoever shares an address with ten others: a mesh on one machine would be mute.
        scoreParams: { IPColocationFactorWeight: 0 },
      }),
    },
  })
}

/** The identity as libp2p knows keys. libp2p's own would be parsed anew for every signature, which takes twice as long as to sign. */
function libp2pKey({ privateKey }: Identity): ReturnType<typeof privateKeyFromRaw> {
  const { d, x } = privateKey.export({ format: 'jwk' })
  const key = privateKeyFromRaw(Buffer.concat([Buffer.from(d ?? '', 'base64url'), Buffer.from(x ?? '', 'base64url')]))
  key.sign = (data) => sign(null, data.subarray(), privateKey)
  return key
}
