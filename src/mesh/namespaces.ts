import type { Register } from '../consensus/register/register.ts'
import { CoveyError, InvalidInputError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Namespace } from '../state/namespace.ts'
import { policyName } from '../state/policy.ts'
import type { NamespaceOptions, State } from '../state/state.ts'
import { RegisterNamespace, STRONG_POLICY, type StrongNamespace } from './strong.ts'

export interface StrongOptions {
  /** The voters decide every read and write of a key; the same on every node, or all of them are told. */
  readonly consistency: 'strong'
}

/** A strong namespace was opened as an eventual one. */
export class StrongNamespaceError extends CoveyError {
  constructor(name: string) {
    super(
      'STRONG_NAMESPACE',
      `namespace ${name} is strong: its keys are registers`,
      `Open it with state('${name}', { consistency: 'strong' }); on the command line covey state does so by itself.`,
    )
  }
}

export interface NamespacesComponents {
  readonly state: State
  readonly register: (name: string) => Register
  readonly log: Log
}

/** The namespaces of a node, eventual and strong. */
export class Namespaces {
  readonly #parts: NamespacesComponents
  readonly #strong = new Map<string, StrongNamespace>()

  constructor(parts: NamespacesComponents) {
    this.#parts = parts
  }

  open(name: string, options?: NamespaceOptions | StrongOptions): Namespace | StrongNamespace {
    if (isStrong(name, options)) return this.#openStrong(name)
    const { state } = this.#parts
    if (!options && (this.#strong.has(name) || state.policyOf(name) === policyName(STRONG_POLICY))) {
      throw state.refusal(name) ?? new StrongNamespaceError(name)
    }
    const eventual = state.namespace(name, options)
    this.#strong.delete(name)
    return eventual
  }

  #openStrong(name: string): StrongNamespace {
    const known = this.#strong.get(name)
    if (known) return known
    const { state, register, log } = this.#parts
    const strong = new RegisterNamespace(state.namespace(name, { policy: STRONG_POLICY }), register, log)
    this.#strong.set(name, strong)
    return strong
  }
}

/** Throws `InvalidInputError` on another consistency, and on a policy beside it: a register has no concurrent writes to choose from. */
function isStrong(name: string, options: NamespaceOptions | StrongOptions | undefined): options is StrongOptions {
  const { consistency, policy }: { consistency?: unknown; policy?: unknown } = options ?? {}
  if (consistency === undefined) return false
  if (consistency !== 'strong') {
    throw new InvalidInputError(
      `namespace ${name}: there is no consistency ${JSON.stringify(consistency)}`,
      "Use 'strong', or leave it out: the namespace is eventual then.",
    )
  }
  if (policy === undefined) return true
  throw new InvalidInputError(
    `namespace ${name}: a strong one has no policy`,
    'Leave one of the two out: of concurrent writes to a register one comes after the other.',
  )
}
