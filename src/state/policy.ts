import { InvalidInputError } from '../lib/errors.ts'
import { sameEncoded } from './encoded.ts'
import type { Sibling } from './entry.ts'
import { decodeValue, type StateValue, textOf } from './value.ts'

/** What a reader sees of concurrent writes; DESIGN section 5. */
export const POLICIES = ['latest', 'merge', 'priority', 'manual', 'siblings'] as const
export type PolicyName = (typeof POLICIES)[number]

/**
 * A policy of a program's own. `resolve` is asked only where writes are concurrent, and gets them in the same order on every
 * replica. It must answer from what it is given alone: no clock, no randomness, no state, or replicas show different
 * values for the same writes. `undefined` shows nothing. What it throws reaches the reader.
 */
export interface Resolver {
  /** Declared with the namespace: nodes with different names for it are told so. Change it with the function. */
  readonly name: string
  resolve(siblings: readonly Candidate[]): StateValue | undefined
}

/** One of several concurrent writes, as a resolver sees it. */
export interface Candidate {
  /** undefined: it deleted. */
  readonly value: StateValue | undefined
  readonly fence: number
  readonly rank: number
  /** Hybrid logical time: orders writes, says little about the time of day. */
  readonly time: number
  /** The replica that wrote. */
  readonly replica: string
}

export type Policy = PolicyName | Resolver

/** What `get` answers: the value, or in a `siblings` namespace all concurrent values in the order of their writers. */
export type ShownValue = StateValue | readonly StateValue[]

/** A policy as it is declared and compared. */
export function policyName(policy: Policy): string {
  return typeof policy === 'string' ? policy : `custom:${policy.name}`
}

/** Throws `InvalidInputError` on what is no policy. */
export function checkPolicy(policy: Policy): void {
  if (typeof policy === 'string' && POLICIES.includes(policy)) return
  if (typeof policy === 'object' && typeof policy?.resolve === 'function' && RESOLVER_NAME.test(policy.name)) return
  throw new InvalidInputError(
    `${typeof policy === 'string' ? policy : 'that'} is no policy`,
    `Use one of ${POLICIES.join(', ')}, or { name, resolve } with a name of up to 64 letters, digits, dots and dashes.`,
  )
}

const RESOLVER_NAME = /^[\w.-]{1,64}$/

/**
 * Which of two concurrent entries a reader sees: the one of the newer lock holder, then the later one, then the one of
 * the greater author. Total and the same everywhere, since all of it travels with the entry.
 */
export function byLatest(a: Sibling, b: Sibling): number {
  return (
    a.entry.fence - b.entry.fence ||
    a.event.time - b.event.time ||
    compareText(a.event.replica, b.event.replica) ||
    a.event.sequence - b.event.sequence
  )
}

/** As `byLatest`, with the writers' ranks in front. */
export function byPriority(a: Sibling, b: Sibling): number {
  return a.entry.rank - b.entry.rank || byLatest(a, b)
}

/** The entry that a reader sees, or would see if nobody chose; undefined where there is none. */
export function winner(siblings: readonly Sibling[], policy: Policy): Sibling | undefined {
  if (siblings.length <= 1) return siblings[0]
  const order = policy === 'priority' ? byPriority : byLatest
  return siblings.reduce((best, sibling) => (order(sibling, best) > 0 ? sibling : best))
}

/** What a register shows; undefined where it holds nothing, or where the delete wins. */
export function shown(siblings: readonly Sibling[], policy: Policy): ShownValue | undefined {
  const first = siblings[0]
  if (first === undefined) return undefined
  if (policy === 'siblings') {
    const values = siblings.flatMap(({ entry }) => (entry.value ? [decodeValue(entry.value)] : []))
    return values.length > 0 ? values : undefined
  }
  if (siblings.length > 1 && typeof policy === 'object') return resolved(siblings, policy)
  const value = winner(siblings, policy)?.entry.value
  return value && decodeValue(value)
}

/** Whether a person has to choose: concurrent entries that differ, in a namespace that does not choose by itself. */
export function isConflict(siblings: readonly Sibling[], policy: Policy): boolean {
  const [first, ...others] = siblings
  if (policy !== 'manual' || first === undefined || others.length === 0) return false
  const { value } = first.entry
  return others.some(({ entry }) => !(value && entry.value ? sameEncoded(value, entry.value) : value === entry.value))
}

function resolved(siblings: readonly Sibling[], policy: Resolver): StateValue | undefined {
  const value = policy.resolve(
    siblings.map(({ event, entry }) => ({
      value: entry.value && decodeValue(entry.value),
      fence: entry.fence,
      rank: entry.rank,
      time: event.time,
      replica: event.replica,
    })),
  )
  if (value !== undefined && !(value instanceof Uint8Array)) textOf(value)
  return value
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
