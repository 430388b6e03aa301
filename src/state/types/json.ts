import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import { type Encoded, sameEncoded } from '../encoded.ts'
import type { Sibling } from '../entry.ts'
import { MAX_PATH_CHARS } from '../limits.ts'
import { POINTER_PREFIX } from '../paths.ts'
import { byLatest, winner } from '../policy.ts'
import { decodeValue, encodeValue, MAX_DEPTH, type StateValue, textOf } from '../value.ts'
import { byPath, isLive, type KeyCells, type KeyType, type PathWrite } from './type.ts'

type JsonObject = { readonly [key: string]: Json }

/**
 * A JSON value whose leaves are written apart, each with a dot of its own. A leaf is whatever is no object, and the empty
 * object; arrays are leaves, since their elements have no names by which two writers could mean the same one. An object is
 * there because leaves below it are.
 *
 * A write is compared with what this replica shows now, never with what somebody remembers to have read: replicas remember
 * differently, and a remembered base brings back what others have removed since. Where one wrote a leaf and another below
 * it, the later of them shows.
 */
export const json: KeyType = {
  name: 'value',
  owns: (path) => path === '' || path.startsWith(POINTER_PREFIX),
  read(cells) {
    return assemble(leavesOf(cells))
  },
  put(cells, value) {
    const target = flatten(value as StateValue)
    const writes: PathWrite[] = []
    for (const [path, leaf] of target) {
      const now = winner(siblingsAt(cells, path), 'latest')?.entry.value
      if (now === undefined || !sameEncoded(now, leaf)) writes.push({ path, value: leaf })
    }
    // What is hidden goes too: it would show as soon as what hides it goes.
    for (const [path, siblings] of leafCells(cells)) {
      if (!target.has(path) && isLive(siblings)) writes.push({ path, value: undefined })
    }
    return writes.sort(byPath)
  },
}

/** The leaves of a value by pointer. Throws `InvalidInputError` on what is no value, or has a name that no pointer can hold. */
function flatten(value: StateValue): Map<string, Encoded> {
  const leaves = new Map<string, Encoded>()
  const walk = (at: string, part: StateValue): void => {
    if (!isObject(part)) return void leaves.set(at, encodeValue(part))
    const names = Object.keys(part)
    if (names.length === 0) leaves.set(at, encodeValue(part))
    for (const name of names) walk(checkPointer(`${at}${POINTER_PREFIX}${escapeName(name)}`), part[name] as Json)
  }
  if (isObject(value)) textOf(value)
  walk('', value)
  return leaves
}

function checkPointer(pointer: string): string {
  if (pointer.length <= MAX_PATH_CHARS && pointer.isWellFormed()) return pointer
  throw new InvalidInputError(
    `the name ${pointer.slice(0, 40)}... in the value is too long or no text`,
    `Names down to a leaf may have ${MAX_PATH_CHARS} characters together.`,
  )
}

function siblingsAt({ plain, paths }: KeyCells, path: string): readonly Sibling[] {
  return path === '' ? plain : (paths.get(path) ?? [])
}

function* leafCells({ plain, paths }: KeyCells): Generator<[string, readonly Sibling[]]> {
  yield ['', plain]
  for (const cell of paths) if (cell[0].startsWith(POINTER_PREFIX)) yield cell
}

/** A place in the value: the leaf written there, and what was written below. */
interface Place {
  leaf: Sibling | undefined
  readonly below: Map<string, Place>
}

/** The leaves that are not deleted, as a tree. */
function leavesOf(cells: KeyCells): Place {
  const root: Place = { leaf: undefined, below: new Map() }
  for (const [path, siblings] of leafCells(cells)) {
    const leaf = winner(siblings, 'latest')
    if (leaf?.entry.value === undefined) continue
    const names = path === '' ? [] : path.slice(1).split(POINTER_PREFIX)
    // Nobody writes deeper; a peer that does is not followed.
    if (names.length > MAX_DEPTH) continue
    let place = root
    for (const name of names) {
      let next = place.below.get(name)
      if (!next) {
        next = { leaf: undefined, below: new Map() }
        place.below.set(name, next)
      }
      place = next
    }
    place.leaf = leaf
  }
  return root
}

/** What a place shows: the object of what is below, unless the leaf is no object and later than all of that. */
function assemble(place: Place): StateValue | undefined {
  const { leaf, below } = place
  const value = leaf?.entry.value && decodeValue(leaf.entry.value)
  if (below.size === 0) return value
  if (leaf && value !== undefined && !isEmptyObject(value) && byLatest(leaf, latestBelow(place)) > 0) return value
  const object: Record<string, Json> = {}
  for (const name of [...below.keys()].sort()) {
    // Not assigned: `__proto__` is a name like any other.
    Object.defineProperty(object, unescapeName(name), {
      value: assemble(below.get(name) as Place),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return object
}

function latestBelow(place: Place): Sibling {
  let latest: Sibling | undefined
  for (const next of place.below.values()) {
    const candidates = [next.leaf, next.below.size > 0 ? latestBelow(next) : undefined]
    for (const leaf of candidates) if (leaf && (!latest || byLatest(leaf, latest) > 0)) latest = leaf
  }
  return latest as Sibling
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
const isEmptyObject = (value: StateValue): boolean => isObject(value) && Object.keys(value).length === 0

// JSON Pointer, RFC 6901, section 3.
const escapeName = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
const unescapeName = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~')
