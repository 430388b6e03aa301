import type { Doc, Text, Map as YMap } from 'yjs'
import { canonicalJson } from '../../lib/canonical.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import { hash32 } from '../../membership/hash.ts'
import type { KeyCells } from '../types/type.ts'
import { textOf } from '../value.ts'
import { type Update, updatesOf } from './cells.ts'
import { libraries } from './libraries.ts'
import { editsBetween } from './text-edits.ts'

/** What a document holds. */
export interface DocumentValue {
  readonly content: string
  readonly metadata: Readonly<Record<string, Json>>
}

/**
 * A document in memory, put together from the updates in its cells. It writes under a client id of its own, drawn anew for each: two
 * that wrote under one id would diverge without a word.
 */
export class DocumentReplica {
  readonly #doc: Doc
  readonly #newId: () => string
  readonly #applied = new Set<string>()
  #edited = false

  constructor(newId: () => string) {
    const { Doc } = libraries().yjs
    this.#newId = newId
    // Both are given, since the defaults are drawn from the machine's randomness.
    this.#doc = new Doc({ guid: newId() })
    this.#doc.clientID = hash32(newId(), 0)
  }

  get value(): DocumentValue {
    const metadata: Record<string, Json> = {}
    for (const name of [...this.#metadata.keys()].sort()) {
      Object.defineProperty(metadata, name, { value: this.#metadata.get(name), enumerable: true, configurable: true })
    }
    return { content: this.#content.toString(), metadata }
  }

  /** Applies the updates that it has not seen. What is no update is left out, as on every replica. */
  follow(cells: KeyCells): void {
    for (const { path, bytes } of updatesOf(cells)) {
      if (this.#applied.has(path)) continue
      this.#applied.add(path)
      applySafely(this.#doc, bytes)
    }
  }

  /** The path of an own update, which is applied already. */
  wrote(path: string): void {
    this.#applied.add(path)
  }

  /** Runs edits as one; answers the update that they make, or undefined if they change nothing. Throws what `edit` throws. */
  edit(edit: (content: Text, metadata: YMap<Json>) => void): Uint8Array | undefined {
    const { clients } = this.#doc.store
    while (!this.#edited && clients.has(this.#doc.clientID)) this.#doc.clientID = hash32(this.#newId(), 0)
    this.#edited = true
    let update: Uint8Array | undefined
    const keep = (bytes: Uint8Array): void => {
      update = bytes
    }
    this.#doc.on('update', keep)
    try {
      this.#doc.transact(() => edit(this.#content, this.#metadata))
    } finally {
      this.#doc.off('update', keep)
    }
    return update
  }

  get #content(): Text {
    return this.#doc.getText('content')
  }

  get #metadata(): YMap<Json> {
    return this.#doc.getMap<Json>('metadata')
  }
}

/** Changes what is different, and leaves alone what is the same. */
export function rewrite(content: Text, metadata: YMap<Json>, wanted: DocumentValue): void {
  for (const { at, remove, insert } of editsBetween(content.toString(), wanted.content)) {
    if (remove > 0) content.delete(at, remove)
    if (insert !== '') content.insert(at, insert)
  }
  for (const name of [...metadata.keys()]) if (!Object.hasOwn(wanted.metadata, name)) metadata.delete(name)
  for (const [name, value] of Object.entries(wanted.metadata)) {
    const now = metadata.get(name)
    if (now === undefined || canonicalJson(now) !== canonicalJson(value)) metadata.set(name, value)
  }
}

/** Throws `InvalidInputError` on what is no value of a document. */
export function checkDocument(value: unknown): asserts value is DocumentValue {
  const { content, metadata } = (value ?? {}) as Partial<DocumentValue>
  const whole =
    typeof content === 'string' && typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  if (!whole || !content.isWellFormed()) {
    throw new InvalidInputError('that is no document', 'Give { content, metadata }: a text, and an object.')
  }
  textOf(metadata)
}

/**
 * Several updates as one, without the text that they have deleted: merely put together they would hold all that was ever written.
 * What waits for an update that is not among them is kept as it is.
 */
export function joinUpdates(updates: readonly Update[]): Uint8Array {
  const { Doc, encodeStateAsUpdate } = libraries().yjs
  // Nobody writes with it: its ids, which would be drawn from the machine's randomness, are in no update.
  const doc = new Doc({ guid: '', gc: true })
  for (const { bytes } of updates) applySafely(doc, bytes)
  return encodeStateAsUpdate(doc)
}

function applySafely(doc: Doc, bytes: Uint8Array): void {
  try {
    libraries().yjs.applyUpdate(doc, bytes)
  } catch {
    // No update: a bad peer's bytes, left out by every replica alike.
  }
}
