import { CoveyError } from '../lib/errors.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { StrongNamespaceError } from '../mesh/namespaces.ts'
import { NotInStrongError, type StrongNamespace } from '../mesh/strong.ts'
import { PolicyMismatchError, UnknownNamespaceError } from '../state/errors.ts'
import { Namespace } from '../state/namespace.ts'
import { type PolicyName, policyName } from '../state/policy.ts'
import { explainedMismatch } from './state-errors.ts'

export type AnyNamespace = Namespace | StrongNamespace

/** How a namespace is declared on the command line: with a policy, or as strong. */
export type Declaration = PolicyName | 'strong'

/**
 * A namespace that is known, as whoever declared it first has it. Throws `UNKNOWN_NAMESPACE` with the names of those that are, and
 * `POLICY_MISMATCH` where this node has declared it otherwise.
 */
export function opened(mesh: Mesh, name: string): AnyNamespace {
  try {
    return known(mesh, name)
  } catch (error) {
    if (error instanceof PolicyMismatchError) throw explainedMismatch(error)
    if (!(error instanceof UnknownNamespaceError)) throw error
    const names = mesh.namespaces()
    const write = `The first write makes it: covey state set ${name} KEY JSON.`
    const hint = names.length === 0 ? write : `Known: ${names.join(', ')}. ${write}`
    throw new CoveyError(error.code, error.message, hint, { cause: error })
  }
}

/** As `opened`, of an eventual one; of a strong one throws `NOT_IN_STRONG` with the reason. */
export function openedEventual(mesh: Mesh, name: string, reason: string, hint: string): Namespace {
  const namespace = opened(mesh, name)
  if (namespace instanceof Namespace) return namespace
  throw new NotInStrongError(name, reason, hint)
}

/**
 * A namespace to be written: one that nobody has declared is declared now, as it is asked for or else as `fallback`. One that is
 * known stays what it is: another policy by a slip of the hand would be a quarrel that all nodes see.
 */
export function declared(
  mesh: Mesh,
  name: string,
  asked: Declaration | undefined,
  fallback: Declaration = 'latest',
): AnyNamespace {
  let namespace: AnyNamespace
  try {
    namespace = known(mesh, name)
  } catch (error) {
    if (!(error instanceof UnknownNamespaceError)) throw error
    return declare(mesh, name, asked ?? fallback)
  }
  const has = namespace instanceof Namespace ? policyName(namespace.policy) : 'strong'
  if (asked !== undefined && asked !== has) {
    throw new CoveyError(
      'POLICY_MISMATCH',
      `namespace ${name} is declared ${worded(has)}, not ${has === 'strong' || asked === 'strong' ? worded(asked) : asked}`,
      'That is for life: leave the option out, or use another namespace.',
    )
  }
  // What this node declared before its last start may be what others differ from: it follows them now.
  if (namespace.mismatch && namespace instanceof Namespace) return mesh.state(name, { policy: namespace.policy })
  return namespace
}

function known(mesh: Mesh, name: string): AnyNamespace {
  try {
    return mesh.state(name)
  } catch (error) {
    if (!(error instanceof StrongNamespaceError)) throw error
    return declare(mesh, name, 'strong')
  }
}

/** A policy of a program's own, from a snapshot, is refused here as one that is unknown. */
const declare = (mesh: Mesh, name: string, as: Declaration): AnyNamespace =>
  as === 'strong' ? mesh.state(name, { consistency: 'strong' }) : mesh.state(name, { policy: as })

const worded = (as: string): string => (as === 'strong' ? 'as strong' : `with the policy ${as}`)
