import { canonicalJson } from '../lib/canonical.ts'
import type { CellWrite } from './core.ts'
import type { Restored } from './snapshot.ts'
import { type KeyCells, type PathWrite, removal, typeOf, type Writer } from './types/type.ts'
import { asJson, type Reading } from './view.ts'
import { fenceOf } from './write-options.ts'

/** Entries of one batch of a restoration: small enough that a peer takes others in between. */
const BATCH_ENTRIES = 1000
/** Bytes of one batch of a restoration, values and names as counted here: half a frame. */
const BATCH_BYTES = 512 * 1024

/** Where a restoration reads and writes. */
export interface RestorationTarget {
  readonly namespace: string
  readonly reading: Reading
  readonly writer: Writer
  /** The cells of a key as they are now. */
  cells(key: string): KeyCells
  write(writes: readonly CellWrite[]): Promise<unknown>
}

/**
 * Makes every one of the keys what it was; those without a former value are deleted. In as few batches as it takes, each worked out
 * from what shows at the moment when it is written. Resolves to the number of keys written; rejects with the storage's error.
 */
export async function restoreKeys(
  target: RestorationTarget,
  keys: readonly string[],
  wanted: ReadonlyMap<string, Restored>,
): Promise<number> {
  let written = 0
  for (let next = 0; next < keys.length; ) {
    const writes: CellWrite[] = []
    let bytes = 0
    for (; next < keys.length; next++) {
      const key = keys[next] as string
      const more = writesOf(target, key, wanted.get(key))
      const size = more.reduce((sum, { path, value }) => sum + key.length + path.length + (value?.length ?? 0), 0)
      const full = writes.length + more.length > BATCH_ENTRIES || bytes + size > BATCH_BYTES
      if (full && writes.length > 0) break
      if (more.length > 0) written++
      for (const write of more) writes.push(write)
      bytes += size
    }
    if (writes.length > 0) await target.write(writes)
  }
  return written
}

/** Under the highest fence that shows: a restoration is a person's decision, and wins over what it saw. */
function writesOf(target: RestorationTarget, key: string, wanted: Restored | undefined): CellWrite[] {
  const cells = target.cells(key)
  return changesOf(target, cells, wanted).map(({ path, value }) => {
    return { namespace: target.namespace, key, path, value, fence: fenceOf(cells, path), rank: 0 }
  })
}

function changesOf({ reading, writer }: RestorationTarget, cells: KeyCells, wanted: Restored | undefined): PathWrite[] {
  if (!wanted) return removal(cells)
  const { type, value } = wanted
  const others = removal(cells).filter(({ path }) => !type.owns(path))
  const shown = typeOf(cells, reading.types) === type ? type.read(cells, reading.policy) : undefined
  const same = shown !== undefined && canonicalJson(asJson(shown)) === canonicalJson(asJson(value))
  return same && cells.plain.length <= 1 ? others : [...others, ...type.put(cells, value, writer)]
}
