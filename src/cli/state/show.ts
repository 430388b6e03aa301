import type { ControlClient } from '../../control/client.ts'
import type { WireEntry, WireStrongEntry } from '../../control/state-protocol.ts'
import { harmless, harmlessClient } from '../harmless.ts'
import { peerNames } from '../names.ts'
import { jsonText } from '../output.ts'

/** A moment by the clock of whoever wrote. */
export const time = (ms: number): string => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}

/** Of a strong namespace an entry says which fence it was written under instead of when and by whom. */
export const isStrong = (entry: WireEntry | WireStrongEntry): entry is WireStrongEntry => !('dot' in entry)

/** Entries as a table, with its heading. */
export async function entryTable(
  client: ControlClient,
  entries: readonly (WireEntry | WireStrongEntry)[],
): Promise<{ heading: string[]; rows: string[][] }> {
  const strong = entries.filter(isStrong)
  if (strong.length > 0) {
    const rows = strong.map(({ key, version, fence, value }) => [
      harmless(key),
      version,
      fence > 0 ? String(fence) : '-',
      jsonText(value),
    ])
    return { heading: ['key', 'version', 'fence', 'value'], rows }
  }
  const eventual = entries.filter((entry): entry is WireEntry => !isStrong(entry))
  return { heading: ['key', 'version', 'by', 'at', 'value'], rows: await eventualRows(client, eventual) }
}

async function eventualRows(client: ControlClient, entries: readonly WireEntry[]): Promise<string[][]> {
  const nameOf = await peerNames(harmlessClient(client))
  return entries.map(({ key, version, updatedBy, updatedAt, value }) => [
    harmless(key),
    version,
    nameOf(updatedBy),
    time(updatedAt),
    jsonText(value),
  ])
}
