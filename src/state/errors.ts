import { CoveyError } from '../lib/errors.ts'
import type { PeerId } from '../network/network.ts'
import type { StateEntry } from './view.ts'

/** The key is not what the writer expected; `current` is what it shows now, undefined where it shows nothing. */
export class VersionConflictError extends CoveyError {
  readonly current: StateEntry | undefined

  constructor(key: string, current: StateEntry | undefined) {
    const now = current ? `is at version ${current.version}` : 'holds nothing'
    super('VERSION_CONFLICT', `${key} ${now}, which is not what was expected`, 'Read it again and decide anew.')
    this.current = current
  }
}

/** A newer holder of the lock has written: this writer has lost it, and what it knows is old. */
export class StaleFenceError extends CoveyError {
  constructor(key: string, fence: number, newest: number) {
    super(
      'STALE_FENCE',
      `${key} was written under fence ${newest}, this write has fence ${fence}`,
      'Take the lock anew and pass its fence; a write without one cannot replace a fenced one.',
    )
  }
}

/** The key holds something of another type, such as a counter where a value was to be set. */
export class KeyTypeError extends CoveyError {
  constructor(key: string, held: string, wanted: string) {
    super('KEY_TYPE', `${key} holds a ${held}, not a ${wanted}`, 'Use another key, or delete this one first.')
  }
}

/** Concurrent writes of a `manual` namespace, and a write that does not say that its author has seen them. */
export class UnresolvedConflictError extends CoveyError {
  constructor(key: string) {
    super(
      'UNRESOLVED_CONFLICT',
      `${key} has concurrent values that nobody has chosen from`,
      'Look at them with conflicts(), then resolve(key, value), or write with the version that you saw.',
    )
  }
}

/** A namespace that nobody has declared. */
export class UnknownNamespaceError extends CoveyError {
  constructor(name: string) {
    super(
      'UNKNOWN_NAMESPACE',
      `no namespace ${name} is known here`,
      "Declare it with its policy, as in state(name, { policy: 'latest' }).",
    )
  }
}

/** Nodes have declared different policies for one namespace, and would show different answers for the same writes. */
export class PolicyMismatchError extends CoveyError {
  readonly namespace: string
  /** Who declared what. */
  readonly declared: readonly { readonly peer: PeerId; readonly policy: string }[]

  constructor(namespace: string, declared: PolicyMismatchError['declared']) {
    const who = declared.map(({ peer, policy }) => `${policy} by ${peer}`).join(', ')
    super(
      'POLICY_MISMATCH',
      `namespace ${namespace} is declared with different policies: ${who}`,
      'Declare one policy on every node; the oldest declaration holds until then.',
    )
    this.namespace = namespace
    this.declared = declared
  }
}
