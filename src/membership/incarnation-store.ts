import { CoveyError, messageOf } from '../lib/errors.ts'
import { decodeJson, encodeJson } from '../lib/json.ts'
import type { Storage } from '../storage/storage.ts'
import { INCARNATION_BLOCK } from './incarnation.ts'
import { MAX_INCARNATION } from './limits.ts'

const TABLE = 'membership'
const KEY = 'incarnation'

/** Where a node's incarnations outlive it: one number, below which all may have been used. */
export class IncarnationStore {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /**
   * The first incarnation of this start: above all that any earlier start may have told anybody. Its block is durable
   * when this resolves. Rejects with a `CoveyError` if what is stored is no number, and as the storage does.
   */
  async next(): Promise<number> {
    const stored = await this.#storage.get(TABLE, KEY)
    const first = stored ? parse(stored) : 1
    await this.reserve(first + INCARNATION_BLOCK)
    return first
  }

  /** Makes it durable that everything below `bound` may have been used. */
  async reserve(bound: number): Promise<void> {
    await this.#storage.commit([{ table: TABLE, key: KEY, value: encodeJson(bound) }])
  }
}

function parse(bytes: Uint8Array): number {
  let value: unknown
  let cause: unknown
  try {
    value = decodeJson(bytes)
  } catch (error) {
    cause = error
  }
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_INCARNATION)
    return value as number
  throw new CoveyError(
    'BAD_INCARNATION',
    `the stored incarnation of this node is no number${cause ? `: ${messageOf(cause)}` : ''}`,
    'The data directory is damaged. Restore it, or start with a new one: the node then has a new identity.',
    { cause },
  )
}
