import type { ControlClient } from '../../control/client.ts'
import type { WireEntry } from '../../control/state-protocol.ts'
import { harmless, harmlessClient } from '../harmless.ts'
import { peerNames } from '../names.ts'
import { jsonText } from '../output.ts'

/** A moment by the clock of whoever wrote. */
export const time = (ms: number): string => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}

/** Entries as cells: key, version, author, time, value. */
export async function entryRows(client: ControlClient, entries: readonly WireEntry[]): Promise<string[][]> {
  const nameOf = await peerNames(harmlessClient(client))
  return entries.map(({ key, version, updatedBy, updatedAt, value }) => [
    harmless(key),
    version,
    nameOf(updatedBy),
    time(updatedAt),
    jsonText(value),
  ])
}
