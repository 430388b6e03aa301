import type { Sibling } from '../entry.ts'
import { DOCUMENT_PREFIX } from '../paths.ts'
import { isLive, type KeyCells, type PathWrite } from '../types/type.ts'
import { decodeValue, encodeValue } from '../value.ts'

/*
 * A document's cells: `~GENERATION` says that it lives, `~GENERATION/u/ID` is an update, `~GENERATION/c/ID` several in one. Updates are
 * only written and superseded, never changed. A delete takes the generation: updates that did not know of it stay behind
 * without effect, and go with the next write.
 */
const ALIVE = encodeValue(true)

/** An update that counts. */
export interface Update {
  readonly path: string
  readonly bytes: Uint8Array
}

/** The generations that live, in order; more than one where the document was made in two places at once. */
export function generationsOf({ paths }: KeyCells): string[] {
  const generations: string[] = []
  for (const [path, siblings] of paths) {
    if (path.startsWith(DOCUMENT_PREFIX) && !path.includes('/') && isLive(siblings)) generations.push(path.slice(1))
  }
  return generations.sort()
}

/** The updates of living generations, in the order of their paths. */
export function updatesOf(cells: KeyCells): Update[] {
  const generations = new Set(generationsOf(cells))
  const updates: Update[] = []
  for (const [path, siblings] of cells.paths) {
    if (!generations.has(generationOf(path)) || !path.includes('/')) continue
    const bytes = bytesOf(siblings)
    if (bytes) updates.push({ path, bytes })
  }
  return updates.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The writes of a new update: with a generation if there is none, and the end of what deleted ones have left behind. */
export function updateWrites(cells: KeyCells, update: Uint8Array, newId: () => string): PathWrite[] {
  const generations = generationsOf(cells)
  const writes: PathWrite[] = []
  for (const [path, siblings] of cells.paths) {
    if (path.startsWith(DOCUMENT_PREFIX) && isLive(siblings) && !generations.includes(generationOf(path))) {
      writes.push({ path, value: undefined })
    }
  }
  const generation = generations[0] ?? newId()
  if (generations.length === 0) writes.push({ path: `${DOCUMENT_PREFIX}${generation}`, value: ALIVE })
  writes.push({ path: `${DOCUMENT_PREFIX}${generation}/u/${newId()}`, value: encodeValue(update) })
  return writes
}

/** The writes that put one joined update in the place of those it contains; all of one generation. */
export function joinedWrites(updates: readonly Update[], joined: Uint8Array, newId: () => string): PathWrite[] {
  const generation = generationOf(updates[0]?.path ?? '')
  const path = `${DOCUMENT_PREFIX}${generation}/c/${newId()}`
  return [{ path, value: encodeValue(joined) }, ...updates.map((update) => ({ path: update.path, value: undefined }))]
}

/** Whether a cell holds an edit as its author wrote it, and not several joined. */
export const isEdit = ({ entry }: Sibling): boolean => /^~[^/]+\/u\//.test(entry.path) && entry.value !== undefined

export const generationOf = (path: string): string => path.slice(1).split('/', 1)[0] ?? ''

function bytesOf(siblings: readonly Sibling[]): Uint8Array | undefined {
  const value = siblings.find(({ entry }) => entry.value !== undefined)?.entry.value
  const bytes = value && decodeValue(value)
  return bytes instanceof Uint8Array ? bytes : undefined
}
