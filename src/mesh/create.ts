import { join } from 'node:path'
import type { Agent } from '../capabilities/agent.ts'
import { systemClock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import { type Log, silentLog } from '../lib/log.ts'
import { systemRandom } from '../lib/random.ts'
import { PRESETS } from '../membership/presets.ts'
import { loadIdentity } from '../network/libp2p/identity.ts'
import { createLibp2pNetwork } from '../network/libp2p/network.ts'
import { createSigner } from '../network/libp2p/signer.ts'
import { SqliteStorage } from '../storage/sqlite.ts'
import { DEFAULT_MESH } from './config.ts'
import type { Mesh } from './mesh.ts'
import { Node } from './node.ts'
import { processUsage } from './usage.ts'

export interface CreateMeshOptions {
  /** The node's label, unique in the mesh if people are to tell nodes apart. */
  name: string
  /** The data directory: identity and storage; one running node each. Default `.covey/NAME` where the process runs. */
  data?: string
  /** The mesh's name; default `covey`. */
  mesh?: string
  agents?: readonly Agent[]
  /** Multiaddrs to listen on; default all interfaces on a free TCP port. */
  listen?: readonly string[]
  /** Multiaddrs of nodes to connect to at start, and to come back to. */
  join?: readonly string[]
  /** Whether to find nodes of the same network by multicast; default true. */
  mdns?: boolean
  /** A pre-shared key as `covey key new` writes it. */
  key?: Uint8Array
  /** A member that is away for longer is evicted, in milliseconds, an hour at least; default 30 days. The shortest in the mesh holds. */
  retentionMs?: number
  /** Timing of failure detection; default `lan`. */
  preset?: keyof typeof PRESETS
  log?: Log
}

/** The default of `listen`: every IPv4 interface, a port that the system chooses. */
export const DEFAULT_LISTEN = ['/ip4/0.0.0.0/tcp/0']

/**
 * Makes a node of a mesh over libp2p and SQLite; `start` it. Throws a `CoveyError` where the data directory is in use,
 * or its identity cannot be read.
 */
export async function createMesh(options: CreateMeshOptions): Promise<Mesh> {
  const { name, mesh = DEFAULT_MESH, agents = [], log = silentLog, preset = 'lan', join: addresses = [] } = options
  const data = options.data ?? join('.covey', name)
  const storage = new SqliteStorage(data)
  // First of all: the lock on the directory. Whoever does not get it must not touch the identity either.
  await storage.start()
  try {
    const identity = await loadIdentity(data)
    if (storage.isNew && !identity.isNew) {
      log.warn('the store of this node is gone: it begins with an empty one, and gets what the others hold', {
        data,
        hint: 'What nobody else had is lost. If covey.db was not deleted on purpose, stop the node and put it back.',
      })
    }
    const network = createLibp2pNetwork({
      mesh,
      identity,
      listen: options.listen ?? DEFAULT_LISTEN,
      mdns: options.mdns ?? true,
      datastore: storage,
      ...(options.key && { psk: options.key }),
      clock: systemClock,
      log,
    })
    const node = new Node(
      {
        network,
        storage,
        log,
        clock: systemClock,
        random: systemRandom,
        signer: createSigner(identity),
        usage: processUsage(systemClock),
      },
      {
        mesh,
        name,
        agents,
        join: addresses,
        preset: PRESETS[preset],
        ...(options.retentionMs !== undefined && { retentionMs: options.retentionMs }),
      },
    )
    storage.onFatal((error) => {
      log.error('the storage failed, so this node stops', { error: error.message, hint: error.hint })
      node.emit('failed', error)
      node.stop().catch((reason: unknown) => log.error('the node did not stop cleanly', { error: messageOf(reason) }))
    })
    return node
  } catch (error) {
    await storage.stop()
    throw error
  }
}
