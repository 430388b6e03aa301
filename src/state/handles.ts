import type { Json } from '../lib/json.ts'
import type { Namespace } from './namespace.ts'
import { addition, counter, total } from './types/counter.ts'
import { elementsOf, has, inserted, removed, set } from './types/set.ts'

/** A number that nodes add to without losing one another's additions. */
export class Counter {
  readonly #namespace: Namespace
  readonly #key: string

  constructor(namespace: Namespace, key: string) {
    this.#namespace = namespace
    this.#key = key
  }

  /** 0 where nothing has been added. */
  get value(): number {
    return total(this.#namespace.cells(this.#key))
  }

  /** Adds a whole number, which may be negative. Rejects as `Namespace.change` does. */
  async add(amount = 1): Promise<void> {
    await this.#namespace.change(this.#key, counter, (cells, { replica }) => addition(cells, replica, amount))
  }
}

/**
 * A set of JSON values that nodes add to and remove from. An addition wins over a removal that did not know of it. Elements are
 * equal if their JSON is, whatever the order of names in it.
 */
export class Elements {
  readonly #namespace: Namespace
  readonly #key: string

  constructor(namespace: Namespace, key: string) {
    this.#namespace = namespace
    this.#key = key
  }

  has(element: Json): boolean {
    return has(this.#namespace.cells(this.#key), element)
  }

  /** In the order of their canonical JSON. */
  values(): Json[] {
    return elementsOf(this.#namespace.cells(this.#key))
  }

  /** Rejects as `Namespace.change` does. */
  async add(element: Json): Promise<void> {
    await this.#namespace.change(this.#key, set, () => inserted(element))
  }

  /** Resolves to whether it was there. Rejects as `Namespace.change` does. */
  async remove(element: Json): Promise<boolean> {
    const version = await this.#namespace.change(this.#key, set, (cells) => removed(cells, element))
    return version !== undefined
  }
}
