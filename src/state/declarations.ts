import type { PeerId } from '../network/network.ts'
import { PolicyMismatchError } from './errors.ts'
import { RESERVED_PREFIX } from './limits.ts'
import { winner } from './policy.ts'
import type { StateStore } from './store.ts'
import { decodeValue, encodeValue } from './value.ts'

/** Where nodes say which policy a namespace has: a key for each namespace, in it a cell for each peer. */
export const DECLARATIONS = `${RESERVED_PREFIX}namespaces`
const PEER_PREFIX = '@'

export interface Declaration {
  readonly peer: PeerId
  readonly policy: string
  readonly time: number
}

/** The policies that nodes have declared, replicated like everything else, so that both sides of a difference see it. */
export class Declarations {
  readonly #self: PeerId
  readonly #store: StateStore

  constructor(self: PeerId, store: StateStore) {
    this.#self = self
    this.#store = store
  }

  /** All declarations of a namespace, the oldest first. */
  of(namespace: string): Declaration[] {
    const declared: Declaration[] = []
    for (const [path, siblings] of this.#store.core.cells.paths(DECLARATIONS, namespace)) {
      const shown = winner(siblings, 'latest')
      const value = shown?.entry.value && decodeValue(shown.entry.value)
      if (!shown || !path.startsWith(PEER_PREFIX) || typeof value !== 'string') continue
      declared.push({ peer: path.slice(1), policy: value, time: shown.event.time })
    }
    return declared.sort((a, b) => a.time - b.time || (a.peer < b.peer ? -1 : 1))
  }

  /** The policy that holds: the one declared first. */
  policy(namespace: string): string | undefined {
    return this.of(namespace)[0]?.policy
  }

  mismatch(namespace: string): PolicyMismatchError | undefined {
    const declared = this.of(namespace)
    const differs = declared.some(({ policy }) => policy !== declared[0]?.policy)
    return differs ? new PolicyMismatchError(namespace, declared) : undefined
  }

  /** Declares it for this node, unless that is done. Rejects with the storage's error. */
  async declare(namespace: string, policy: string): Promise<void> {
    if (this.of(namespace).some(({ peer, policy: declared }) => peer === this.#self && declared === policy)) return
    const path = `${PEER_PREFIX}${this.#self}`
    await this.#store.write([{ namespace: DECLARATIONS, key: namespace, path, value: encodeValue(policy) }])
  }

  /** Takes back all that a peer has declared, when it is no member any more. Rejects with the storage's error. */
  async forget(peer: PeerId): Promise<void> {
    const path = `${PEER_PREFIX}${peer}`
    for (const key of [...this.#store.core.cells.keys(DECLARATIONS)].sort()) {
      if (!this.of(key).some((one) => one.peer === peer)) continue
      await this.#store.write([{ namespace: DECLARATIONS, key, path, value: undefined }])
    }
  }
}
