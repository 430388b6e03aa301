import type { StateCore } from '../core.ts'
import type { Dot, ReplicaId } from '../dot.ts'
import type { Entry } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import { afterOf, again, stands } from '../origin.ts'
import { COUNTER_PREFIX } from '../paths.ts'

/** One write to be written again. */
export interface Reissue {
  readonly entries: readonly Entry[]
  /** What it had brought in itself. */
  readonly origin: Dot | undefined
  readonly after: Hlc | undefined
}

/**
 * The living writes of a replica after `since`, each as the entries to be written again under another epoch: of the same
 * value, superseding what they superseded and themselves. Writes of a batch stay together. The own part of a counter stays where
 * it is, since it would count twice.
 */
export function reissued(core: StateCore, replica: ReplicaId, since: number, until: number): Reissue[] {
  const batches: Reissue[] = []
  if (until <= since) return batches
  for (const event of core.within(replica, since + 1, until)) {
    const entries = event.entries
      .filter((entry) => !entry.path.startsWith(COUNTER_PREFIX) && stands(core, event, entry))
      .map((entry) => again(entry, event))
    if (entries.length > 0) batches.push({ entries, origin: event.origin, after: afterOf(event) })
  }
  return batches
}
