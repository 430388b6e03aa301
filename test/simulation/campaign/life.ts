import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import type { Custody } from '../../../src/state/custody.ts'
import type { Namespace } from '../../../src/state/namespace.ts'
import type { NamespaceOptions } from '../../../src/state/state.ts'
import type { StateStore } from '../../../src/state/store.ts'
import type { Digest } from '../../../src/state/sync/sync.ts'

/** The name of their mesh. */
export const MESH = 'simulated'

/** One life of a node's process, as far as the campaign has to do with it. */
export interface Life {
  readonly store: StateStore
  readonly custody: Custody
  /** Whether programs may read and write: before, both are refused. */
  readonly started: boolean
  namespace(name: string, options: NamespaceOptions): Namespace
  /** Equal where two nodes hold and show the same. */
  digest(): Pick<Digest, 'vector' | 'content'>
  /** Idempotent. */
  start(): Promise<void>
  /** In good order. Idempotent. */
  stop(): Promise<void>
}

/** Puts a life together over the ports that the host has now. */
export type Birth = (host: SimulatedHost) => Life
