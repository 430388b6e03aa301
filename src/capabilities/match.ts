import satisfies from 'semver/functions/satisfies.js'
import validRange from 'semver/ranges/valid.js'
import { InvalidInputError } from '../lib/errors.ts'
import type { Capability } from './agent.ts'
import type { CapabilityQuery } from './provider.ts'

/** Longest version range that is read, in characters (the limit of the semver library). */
const MAX_RANGE_CHARS = 256

/** The range that a query means; throws `InvalidInputError` on one that is none. */
export function checkQuery(query: CapabilityQuery): void {
  const { version } = query
  if (version === undefined) return
  if (version.length > MAX_RANGE_CHARS || validRange(version) === null) {
    throw new InvalidInputError(
      `"${version.slice(0, 60)}" is no version range`,
      'Write a semver range, such as ^1.2.0, 1.x or ">=1.0.0 <3.0.0".',
    )
  }
}

/** Whether `capability` is what a (checked) query looks for: same name, version in range, all tags. */
export function matches(query: CapabilityQuery, capability: Capability): boolean {
  if (capability.name !== query.name) return false
  if (query.version !== undefined && !satisfies(capability.version, query.version)) return false
  const tags = capability.tags ?? []
  return (query.tags ?? []).every((tag) => tags.includes(tag))
}
