import type { CellChange } from '../state/cells.ts'
import type { Sibling } from '../state/entry.ts'
import { RESERVED_PREFIX } from '../state/limits.ts'
import type { StateStore } from '../state/store.ts'

/** How much a node's programs have in the replicated state: covey's own namespaces do not count. */
export interface StateSize {
  /** Values that stand: one a key where nothing is concurrent, several for a merged value, a counter, a set. */
  readonly entries: number
  /** Of those: their names and encoded values, in bytes; names of other letters than ASCII take more than counted here. */
  readonly bytes: number
}

/** Counted once, when it is first asked for, and followed from then on. */
export class StateSizes {
  readonly #store: StateStore
  #following = false
  #entries = 0
  #bytes = 0

  constructor(store: StateStore) {
    this.#store = store
  }

  get(): StateSize {
    if (!this.#following) this.#follow()
    return { entries: this.#entries, bytes: this.#bytes }
  }

  #follow(): void {
    this.#following = true
    this.#countAll()
    // Somebody may have asked while it was read.
    this.#store.on('loaded', () => this.#countAll())
    this.#store.on('change', (changes: readonly CellChange[]) => {
      for (const { namespace, before, after } of changes) {
        this.#add(namespace, before, -1)
        this.#add(namespace, after, 1)
      }
    })
  }

  #countAll(): void {
    this.#entries = 0
    this.#bytes = 0
    for (const [{ namespace }, siblings] of this.#store.core.cells.all()) this.#add(namespace, siblings, 1)
  }

  #add(namespace: string, siblings: readonly Sibling[], sign: 1 | -1): void {
    if (namespace.startsWith(RESERVED_PREFIX)) return
    for (const { entry } of siblings) {
      if (!entry.value) continue
      this.#entries += sign
      this.#bytes += sign * (entry.key.length + entry.path.length + entry.value.length)
    }
  }
}
