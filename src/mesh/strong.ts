import { DECLINED, type Register, type RegisterOptions, type RegisterReading } from '../consensus/register/register.ts'
import { CoveyError, messageOf } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import type { Log } from '../lib/log.ts'
import { type PolicyMismatchError, StaleFenceError } from '../state/errors.ts'
import type { ListOptions } from '../state/listing.ts'
import type { Namespace } from '../state/namespace.ts'
import { type Candidate, policyName, type Resolver } from '../state/policy.ts'
import { type StateValue, textOf } from '../state/value.ts'
import type { WatchItem } from '../state/watch.ts'
import { checkFence, type Kept, keptIn, registerOf, versionIn } from './strong-key.ts'

/** What a strong key holds, and when it was decided. */
export interface StrongEntry {
  readonly key: string
  readonly value: Json
  /** Opaque: what `expect` takes. */
  readonly version: string
  /** The highest fence under which it was written; 0 where none was. */
  readonly fence: number
}

export interface StrongWriteOptions {
  /** Only if the key is at this version, or holds nothing where it is null: of all that expect one version, one succeeds. */
  readonly expect?: string | null
  /** The fencing token of the lock under which it is written: refused where a higher one has written. */
  readonly fence?: number
  /** How long to try, in milliseconds; default 5 s. */
  readonly timeoutMs?: number
}

export interface StrongPage {
  readonly entries: readonly StrongEntry[]
  /** What to pass as `after` for the next page; undefined where there is none. */
  readonly next: string | undefined
}

/** What a watcher is told; as `WatchItem` of an eventual namespace. */
export type StrongWatchItem =
  | { readonly type: 'entry' | 'set'; readonly key: string; readonly entry: StrongEntry }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'listed' }
  | { readonly type: 'behind'; readonly dropped: number }

/** The key is not what the writer expected; `current` is what it holds by the voters' word. */
export class StrongConflictError extends CoveyError {
  readonly current: StrongEntry | undefined

  constructor(key: string, current: StrongEntry | undefined) {
    const now = current ? `is at version ${current.version}` : 'holds nothing'
    super('VERSION_CONFLICT', `${key} ${now}, which is not what was expected`, 'Read it again and decide anew.')
    this.current = current
  }
}

/** What only eventual namespaces do. */
export class NotInStrongError extends CoveyError {
  constructor(namespace: string, reason: string, hint: string) {
    super('NOT_IN_STRONG', `${namespace} is strong: ${reason}`, hint)
  }
}

/**
 * A namespace whose keys are registers: the voters decide every read and write of a key, and a minority of them refuses both. Values are JSON, and a
 * key with its namespace is at most 512 bytes. All but `list` and `watch` reject as a register does: `NoVotersError`,
 * `VotersUnavailableError` where certainly nothing was written, `OutcomeUnknownError` where that is not known.
 */
export interface StrongNamespace {
  readonly name: string
  /** Why nodes do not agree on this namespace; undefined where they do. All but `list` and `watch` reject with it where another node was first. */
  readonly mismatch: PolicyMismatchError | undefined
  /** What the key holds; undefined where that is nothing. Sees every write that was acknowledged before, by whomever. */
  get(key: string, options?: Pick<RegisterOptions, 'timeoutMs'>): Promise<Json | undefined>
  /** The value with its version and fence. */
  entry(key: string, options?: Pick<RegisterOptions, 'timeoutMs'>): Promise<StrongEntry | undefined>
  /** Resolves to the new version. Rejects with `StrongConflictError` (see `expect`), `StaleFenceError`. */
  set(key: string, value: Json, options?: StrongWriteOptions): Promise<string>
  /** Resolves to whether the key held something. A key that was written under a fence keeps the fence. Rejects as `set` does. */
  delete(key: string, options?: StrongWriteOptions): Promise<boolean>
  /**
   * Eventual: the keys and values that this node has heard of. Writers tell all nodes after the voters have decided; a write whose writer died in
   * between is missing until somebody reads or writes that key.
   */
  list(options?: ListOptions): StrongPage
  /** Eventual, as `list`: tells of the writes that this node hears of; of several of one key perhaps the last one alone. */
  watch(prefix?: string): AsyncIterableIterator<StrongWatchItem>
  /** Throws: keys are decided one by one. */
  batch(): never
  /** Throws: a register knows its present alone. */
  history(key: string): never
}

/**
 * The eventual namespace of the same name is the index of a strong one. Its entries carry the register's revision as their fence, so that of
 * two that are told of one key the later decision shows, whatever the clocks. A namespace that another node declares as eventual is
 * a mismatch of policies that both see.
 */
export const STRONG_POLICY: Resolver = {
  name: 'strong',
  resolve: (siblings) => latestDecision(siblings)?.value,
}

const latestDecision = (siblings: readonly Candidate[]): Candidate | undefined =>
  siblings.reduce<Candidate | undefined>((best, one) => (best && best.fence >= one.fence ? best : one), undefined)

/** What the index says of a key. */
interface Indexed {
  readonly value: Json
  readonly version: string
  readonly fence: number
}

export class RegisterNamespace implements StrongNamespace {
  readonly name: string
  readonly #register: (name: string) => Register
  readonly #index: Namespace
  readonly #log: Log

  constructor(index: Namespace, register: (name: string) => Register, log: Log) {
    this.name = index.name
    this.#index = index
    this.#register = register
    this.#log = log.scoped('strong')
  }

  get mismatch(): PolicyMismatchError | undefined {
    return this.#index.mismatch
  }

  async get(key: string, options: Pick<RegisterOptions, 'timeoutMs'> = {}): Promise<Json | undefined> {
    return (await this.entry(key, options))?.value
  }

  async entry(key: string, options: Pick<RegisterOptions, 'timeoutMs'> = {}): Promise<StrongEntry | undefined> {
    const reading = await this.#open(key).read(options)
    this.#tell(key, reading)
    return entryOf(key, reading)
  }

  async set(key: string, value: Json, options: StrongWriteOptions = {}): Promise<string> {
    // What JSON would change without a word is refused before anybody is asked.
    textOf(value)
    const reading = await this.#write(key, options, (fence) => ({ value, ...(fence > 0 && { fence }) }))
    return reading.version
  }

  async delete(key: string, options: StrongWriteOptions = {}): Promise<boolean> {
    let held = false
    await this.#write(key, options, (fence, before) => {
      held = before?.value !== undefined
      if (!held && fence === (before?.fence ?? 0)) return DECLINED
      return fence > 0 ? { fence } : undefined
    })
    return held
  }

  list(options: ListOptions = {}): StrongPage {
    const { entries, next } = this.#index.list(options)
    return { entries: entries.flatMap(({ key, value }) => indexedEntry(key, value as Json) ?? []), next }
  }

  watch(prefix = ''): AsyncIterableIterator<StrongWatchItem> {
    return strongItems(this.#index.watch(prefix))
  }

  batch(): never {
    throw new NotInStrongError(
      this.name,
      'each of its keys is decided by itself, and there is no batch',
      'Put what belongs together into one key, or use an eventual namespace.',
    )
  }

  history(key: string): never {
    throw new NotInStrongError(
      this.name,
      `a register knows what ${key} holds, not what it held`,
      'Watch it and keep what you see, or use an eventual namespace.',
    )
  }

  #open(key: string): Register {
    // As of an eventual namespace: the oldest declaration holds.
    const { mismatch } = this.#index
    if (mismatch && mismatch.declared[0]?.policy !== policyName(STRONG_POLICY)) throw mismatch
    return this.#register(registerOf(this.name, key))
  }

  async #write(
    key: string,
    { expect, fence = 0, timeoutMs }: StrongWriteOptions,
    next: (fence: number, before: Kept | undefined) => Kept | undefined | typeof DECLINED,
  ): Promise<RegisterReading> {
    checkFence(fence)
    let refusal: 'stale' | 'conflict' | undefined
    const change = (current: RegisterReading): Json | undefined | typeof DECLINED => {
      const before = keptIn(current.value)
      refusal = undefined
      if (fence < (before?.fence ?? 0)) refusal = 'stale'
      else if (expect !== undefined && expect !== versionIn(current)) refusal = 'conflict'
      return refusal ? DECLINED : (next(fence, before) as Json | undefined | typeof DECLINED)
    }
    const { applied, reading } = await this.#open(key).update(change, timeoutMs === undefined ? {} : { timeoutMs })
    if (applied && entryOf(key, reading) === undefined && this.#knownRevision(key) === 0)
      this.#tell(key, asWritten(reading))
    this.#tell(key, reading)
    if (refusal === 'stale') throw new StaleFenceError(key, fence, keptIn(reading.value)?.fence ?? 0)
    if (refusal === 'conflict') throw new StrongConflictError(key, entryOf(key, reading))
    return reading
  }

  /** Brings the index up to what was decided, unless it is there or further. */
  #tell(key: string, reading: RegisterReading): void {
    const { revision } = reading
    const entry = entryOf(key, reading)
    const known = this.#knownRevision(key)
    if (known >= revision || (!entry && known === 0)) return
    const indexed = entry && { value: entry.value, version: entry.version, fence: entry.fence }
    const options = { fence: revision }
    const told = indexed ? this.#index.set(key, indexed as StateValue, options) : this.#index.delete(key, options)
    told.catch((error: unknown) => {
      // Somebody told of a later decision meanwhile.
      if (error instanceof StaleFenceError) return
      this.#log.warn('a decided write is not in the index', { namespace: this.name, key, error: messageOf(error) })
    })
  }

  #knownRevision(key: string): number {
    return Math.max(0, ...(this.#index.entry(key)?.siblings ?? []).map(({ fence }) => fence))
  }
}

/**
 * As if a key had been written that is deleted. What it held is not in the index here, and may come into it from a node that is behind:
 * then a tombstone must be there, which needs something to delete.
 */
const asWritten = ({ version, revision }: RegisterReading): RegisterReading => ({
  value: { value: null },
  version,
  revision: revision - 1,
})

function entryOf(key: string, { value, version }: RegisterReading): StrongEntry | undefined {
  const kept = keptIn(value)
  if (kept?.value === undefined) return undefined
  return { key, value: kept.value, version, fence: kept.fence ?? 0 }
}

/** Undefined for what is no entry of the index: a node that takes the namespace for eventual has written it. */
function indexedEntry(key: string, indexed: Json): StrongEntry | undefined {
  return isIndexed(indexed) ? { key, value: indexed.value, version: indexed.version, fence: indexed.fence } : undefined
}

const isIndexed = (value: unknown): value is Indexed =>
  typeof value === 'object' && value !== null && 'value' in value && 'version' in value && 'fence' in value

function strongItems(items: AsyncIterableIterator<WatchItem>): AsyncIterableIterator<StrongWatchItem> {
  const over = { done: true, value: undefined } as const
  return {
    async next() {
      for (;;) {
        const result = await items.next()
        if (result.done === true) return over
        const value = strongItem(result.value)
        if (value) return { done: false, value }
      }
    },
    // At once, also where a reader waits: a generator would let it wait first.
    return: async () => {
      await items.return?.()
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function strongItem(item: WatchItem): StrongWatchItem | undefined {
  if (item.type === 'delete') return { type: 'delete', key: item.key }
  if (!('entry' in item)) return item
  const entry = indexedEntry(item.key, item.entry.value as Json)
  return entry && { type: item.type, key: item.key, entry }
}
