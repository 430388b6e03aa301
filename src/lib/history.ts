import type { Operation } from './linearizability.ts'

/** An operation under way; exactly one of the two is called, or neither: then its outcome stays unknown. */
export interface OpenOperation<Answer> {
  answered(answer: Answer): void
  /** It certainly had no effect, and never will: it is left out. A timeout is no such thing. */
  failed(): void
}

/**
 * Writes down what callers ask and hear, in the order in which it happens in this process, for `checkLinearizability`.
 *
 * ```ts
 * const history = new History<RegisterCall, RegisterAnswer>()
 * const operation = history.begin('orders', { kind: 'read' })
 * operation.answered({ value: await store.get('orders') })
 * ```
 */
export class History<Call, Answer> {
  readonly #operations = new Map<number, Operation<Call, Answer>>()
  /** Instead of a time: two events of one process are never at the same moment. */
  #moment = 0

  begin(key: string, call: Call): OpenOperation<Answer> {
    const invokedAt = ++this.#moment
    const open = { key, call, invokedAt }
    this.#operations.set(invokedAt, open)
    const settle = (end: Operation<Call, Answer> | undefined): void => {
      if (this.#operations.get(invokedAt) !== open)
        throw new Error(`the operation begun at ${invokedAt} has ended before`)
      if (end) this.#operations.set(invokedAt, end)
      else this.#operations.delete(invokedAt)
    }
    return {
      answered: (answer) => settle({ ...open, answered: { at: ++this.#moment, answer } }),
      failed: () => settle(undefined),
    }
  }

  operations(): Iterable<Operation<Call, Answer>> {
    return this.#operations.values()
  }
}
