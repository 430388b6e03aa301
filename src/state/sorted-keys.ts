import { lowerBound } from '../lib/lower-bound.ts'

/** Keys of one chunk, at most; a full one is cut in two. */
const CHUNK_KEYS = 512
/** As many changes as this share of all keys are cheaper sorted in at once than one by one. */
const REBUILD_SHARE = 8

/**
 * The keys of a namespace that hold something, in order (by UTF-16 code units, as JavaScript compares). A change only notes which key it
 * was; the order is brought up to date when somebody reads. A look-up is O(log n), a late change O(log n + chunk).
 */
export class SortedKeys {
  #chunks: string[][]
  #size: number
  readonly #changed = new Set<string>()
  readonly #holds: (key: string) => boolean

  /** `holds` says whether a key holds something now. */
  constructor(keys: Iterable<string>, holds: (key: string) => boolean) {
    this.#holds = holds
    const sorted = [...keys].filter(holds).sort()
    this.#size = sorted.length
    this.#chunks = chunked(sorted)
  }

  /** Something about the key has changed: it may hold something now that it did not, or the other way round. */
  changed(key: string): void {
    this.#changed.add(key)
  }

  /** The first key that begins with the prefix and comes behind `after`. */
  next(prefix: string, after: string | undefined): string | undefined {
    this.#settle()
    const behind = after !== undefined && after >= prefix
    const from = behind ? after : prefix
    const at = this.#chunkOf(from)
    const chunk = this.#chunks[at] ?? []
    let index = lowerBound(chunk, from)
    if (behind && chunk[index] === from) index++
    const key = chunk[index] ?? this.#chunks[at + 1]?.[0]
    return key?.startsWith(prefix) ? key : undefined
  }

  get size(): number {
    this.#settle()
    return this.#size
  }

  #settle(): void {
    if (this.#changed.size === 0) return
    if (this.#changed.size * REBUILD_SHARE > this.#size) this.#rebuild()
    else for (const key of this.#changed) this.#place(key)
    this.#changed.clear()
  }

  #rebuild(): void {
    const kept = this.#chunks.flat().filter((key) => !this.#changed.has(key))
    for (const key of this.#changed) if (this.#holds(key)) kept.push(key)
    // Mostly in order already, which is what the engine's merge sort is good at.
    kept.sort()
    this.#size = kept.length
    this.#chunks = chunked(kept)
  }

  #place(key: string): void {
    const at = this.#chunkOf(key)
    const chunk = this.#chunks[at]
    const holds = this.#holds(key)
    if (!chunk) {
      if (!holds) return
      this.#chunks.push([key])
      this.#size++
      return
    }
    const index = lowerBound(chunk, key)
    const there = chunk[index] === key
    if (there === holds) return
    chunk.splice(index, there ? 1 : 0, ...(holds ? [key] : []))
    this.#size += holds ? 1 : -1
    if (chunk.length === 0) this.#chunks.splice(at, 1)
    else if (chunk.length > CHUNK_KEYS) this.#chunks.splice(at, 1, ...chunked(chunk))
  }

  /** Index of the last chunk that begins at the key or before it; else the first. */
  #chunkOf(key: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#chunks[middle]?.[0] as string) <= key) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }
}

function chunked(sorted: readonly string[]): string[][] {
  const chunks: string[][] = []
  for (let i = 0; i < sorted.length; i += CHUNK_KEYS / 2) chunks.push(sorted.slice(i, i + CHUNK_KEYS / 2))
  return chunks
}
