import type { PeerId } from '../network/network.ts'
import type { CellWrite, StateCore } from './core.ts'
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

/** Nodes have declared different policies for a namespace: by whom, the one that holds first. */
export interface Mismatch {
  readonly namespace: string
  readonly declared: readonly { readonly peer: PeerId; readonly policy: string }[]
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

  /** All of them, in the order of their namespaces. */
  mismatches(): Mismatch[] {
    const names = [...this.#store.core.cells.keys(DECLARATIONS)].sort()
    return names.flatMap((namespace) => {
      if (!this.mismatch(namespace)) return []
      return [{ namespace, declared: this.of(namespace).map(({ peer, policy }) => ({ peer, policy })) }]
    })
  }

  /** Declares it for this node, unless that is done. Rejects with the storage's error. */
  async declare(namespace: string, policy: string): Promise<void> {
    if (this.of(namespace).some(({ peer, policy: declared }) => peer === this.#self && declared === policy)) return
    const path = `${PEER_PREFIX}${this.#self}`
    await this.#store.write([{ namespace: DECLARATIONS, key: namespace, path, value: encodeValue(policy) }])
  }

  /** Whether this node has declared it. */
  isOwn(namespace: string): boolean {
    return this.of(namespace).some(({ peer }) => peer === this.#self)
  }
}

/**
 * Declarations of peers that are no members any more, to be taken back: those of a namespace that a member has declared as
 * well, or that holds nothing. The others are all that says how to read what is there.
 */
export function staleDeclarations(cells: StateCore['cells'], isMember: (peer: PeerId) => boolean): CellWrite[] {
  const writes: CellWrite[] = []
  for (const key of [...cells.keys(DECLARATIONS)].sort()) {
    const living = [...cells.paths(DECLARATIONS, key)].filter(
      ([path, siblings]) => path.startsWith(PEER_PREFIX) && siblings.some(({ entry }) => entry.value !== undefined),
    )
    const gone = living.filter(([path]) => !isMember(path.slice(PEER_PREFIX.length)))
    if (gone.length === living.length && cells.namespaces().includes(key)) continue
    for (const [path] of gone) writes.push({ namespace: DECLARATIONS, key, path, value: undefined })
  }
  return writes
}
