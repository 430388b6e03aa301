import { InvalidInputError } from '../lib/errors.ts'
import { MAX_BATCH_ENTRIES } from './limits.ts'
import type { Policy, ShownValue } from './policy.ts'
import type { StateValue } from './value.ts'
import { checkKey, checkOptions, NO_OPTIONS, type WriteOptions } from './write-options.ts'

/** One operation of a batch; undefined deletes. */
export interface BatchOperation {
  readonly value: ShownValue | undefined
  readonly options: WriteOptions
}

/**
 * Collects what is to be written together. Of several operations on a key the last one counts. It sets values alone: where a key
 * holds a counter, a set or a document the batch rejects with `KeyTypeError`. Whatever a key holds can be deleted.
 */
export class Batch {
  readonly #policy: Policy
  readonly #operations = new Map<string, BatchOperation>()

  constructor(policy: Policy) {
    this.#policy = policy
  }

  /** Throws `InvalidInputError` on what is no key or option, or where the batch is full. */
  set(key: string, value: StateValue, options: WriteOptions = NO_OPTIONS): this {
    return this.#add(key, { value, options })
  }

  delete(key: string, options: WriteOptions = NO_OPTIONS): this {
    return this.#add(key, { value: undefined, options })
  }

  get operations(): ReadonlyMap<string, BatchOperation> {
    return this.#operations
  }

  #add(key: string, operation: BatchOperation): this {
    checkKey(key)
    checkOptions(operation.options, this.#policy)
    if (this.#operations.size >= MAX_BATCH_ENTRIES && !this.#operations.has(key)) {
      throw new InvalidInputError(`a batch of more than ${MAX_BATCH_ENTRIES} keys`, 'Write it in parts.')
    }
    this.#operations.set(key, operation)
    return this
  }
}
