import { canonicalJson } from '../../lib/canonical.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import { MAX_PATH_CHARS } from '../limits.ts'
import { ELEMENT_PREFIX } from '../paths.ts'
import { encodeValue, textOf } from '../value.ts'
import { byPath, isLive, type KeyCells, type KeyType, type PathWrite } from './type.ts'

/** The path says which element it is; the value only that it is there. */
const PRESENT = encodeValue(true)

/**
 * A set of JSON values in which an addition wins over the removals that did not know of it (OR-set without tombstone sets;
 * Bieniusa et al. 2012, "An optimized conflict-free replicated set"). Elements are equal if their canonical JSON is.
 */
export const set: KeyType = {
  name: 'set',
  owns: (path) => path.startsWith(ELEMENT_PREFIX),
  read(cells) {
    const elements = elementsOf(cells)
    return elements.length > 0 ? elements : undefined
  },
  put(cells, value) {
    if (!Array.isArray(value)) throw new InvalidInputError('a set holds an array of elements', 'Give it one.')
    const wanted = new Set((value as readonly Json[]).map(elementPath))
    const writes: PathWrite[] = []
    for (const path of wanted) if (!isLive(cells.paths.get(path) ?? [])) writes.push({ path, value: PRESENT })
    for (const [path, siblings] of cells.paths) {
      if (set.owns(path) && !wanted.has(path) && isLive(siblings)) writes.push({ path, value: undefined })
    }
    return writes.sort(byPath)
  },
}

/** The elements, in the order of their canonical texts. */
export function elementsOf({ paths }: KeyCells): Json[] {
  const texts: string[] = []
  for (const [path, siblings] of paths) if (set.owns(path) && isLive(siblings)) texts.push(path.slice(1))
  return texts.sort().flatMap(parse)
}

export function has({ paths }: KeyCells, element: Json): boolean {
  return isLive(paths.get(elementPath(element)) ?? [])
}

/** An addition is written even where the element is there: it must win over a removal that is under way. */
export function inserted(element: Json): PathWrite[] {
  return [{ path: elementPath(element), value: PRESENT }]
}

export function removed(cells: KeyCells, element: Json): PathWrite[] {
  return has(cells, element) ? [{ path: elementPath(element), value: undefined }] : []
}

/** Throws `InvalidInputError` on what is no JSON or too large. */
function elementPath(element: Json): string {
  textOf(element)
  const path = ELEMENT_PREFIX + canonicalJson(element)
  if (path.length <= MAX_PATH_CHARS) return path
  throw new InvalidInputError(
    `an element of ${path.length} characters is over the limit of ${MAX_PATH_CHARS}`,
    'Keep the value under a key of its own, and its key in the set.',
  )
}

/** What a bad peer wrote is no element. */
function parse(text: string): Json[] {
  try {
    return [JSON.parse(text) as Json]
  } catch {
    // No JSON: skipped, on every replica alike.
    return []
  }
}
