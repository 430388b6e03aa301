import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import type { PeerId } from '../../network/network.ts'
import type { Dot } from '../dot.ts'
import { encodedSize } from '../encoded.ts'
import { hlcMs } from '../hlc.ts'
import type { Namespace } from '../namespace.ts'
import { DOCUMENT_PREFIX } from '../paths.ts'
import { MAX_VALUE_BYTES, textOf } from '../value.ts'
import { dotVersion, type Version } from '../version.ts'
import { authorOf } from '../view.ts'
import { checkKey } from '../write-options.ts'
import { generationOf, generationsOf, isEdit, joinedWrites, type Update, updatesOf, updateWrites } from './cells.ts'
import { loadDocuments } from './libraries.ts'
import { checkDocument, DocumentReplica, type DocumentValue, joinUpdates, rewrite } from './replica.ts'
import { document } from './type.ts'

/** Updates of a document that are joined into one when there are as many: reading them one by one costs more. */
const JOIN_UPDATES = 100
/** Updates larger than this are left as they are, and so is what they would be joined to, in bytes: a quarter of a value. */
const JOIN_BYTES = MAX_VALUE_BYTES / 4

/** One edit in the history of a document. */
export interface DocumentEdit {
  readonly version: Version
  readonly dot: Dot
  readonly updatedBy: PeerId
  /** Milliseconds since 1970 by the author's clock. */
  readonly updatedAt: number
  /** Size of the update, in bytes. */
  readonly bytes: number
}

/** What a document was at one moment; plain JSON. */
export interface DocumentSnapshot extends DocumentValue {
  readonly version: Version | undefined
}

/** Changes a text in place; positions and lengths are in UTF-16 code units. */
export interface TextEditor {
  insert(at: number, text: string): void
  delete(at: number, length: number): void
}

/**
 * A text that several agents edit at once, with metadata: edits of different parts all survive, and every node shows the same (Yjs).
 *
 * This is also how a helper for another type is written. Five things make one:
 * 1. A prefix of its own in `paths.ts`, and what its cells mean: which are written once, which by one replica alone. Cells are
 *    all that is replicated; siblings, tombstones, batches and history come with them.
 * 2. A `KeyType` (`type.ts`): what cells show, and which writes make them show a value. Both are functions of their
 *    arguments, with no clock and no randomness but `newId`; walk `paths` sorted, since every replica has them in another order. With it
 *    `get`, `list`, `watch`, `snapshot` and `restore` work, and a key of two types has one answer. It stands in `typesOf` in `state.ts`.
 * 3. A class for programs (this one) around `Namespace.cells` to read and `Namespace.change` to write, which is one event, so one
 *    dot, and shows at once.
 * 4. If it keeps something in memory, as this does: follow the cells before each use, and throw it away when a write is refused.
 * 5. A library that is large or that few need is loaded by a function that a simulation calls beforehand (`libraries.ts`).
 */
export class Document {
  readonly key: string
  readonly #namespace: Namespace
  #replica: DocumentReplica | undefined
  #generations = ''

  /** The documents' libraries must be loaded; `openDocument` sees to it. */
  constructor(namespace: Namespace, key: string) {
    checkKey(key)
    this.#namespace = namespace
    this.key = key
  }

  /** Empty where nobody has written yet. */
  get content(): string {
    return this.#current().value.content
  }

  get metadata(): Readonly<Record<string, Json>> {
    return this.#current().value.metadata
  }

  /** undefined where there is no document. */
  get version(): Version | undefined {
    return this.#namespace.entry(this.key)?.version
  }

  /** Makes several changes as one edit; if `change` throws, none. Rejects as `Namespace.set` does, and with what `change` throws. */
  async edit(change: (editor: TextEditor) => void): Promise<void> {
    await this.#write((content) => {
      change({
        insert(at, text) {
          checkRange(at, 0, content.length)
          if (!text.isWellFormed()) throw new InvalidInputError('half a character in the text', 'Insert whole ones.')
          content.insert(at, text)
        },
        delete(at, length) {
          checkRange(at, length, content.length)
          content.delete(at, length)
        },
      })
    })
  }

  /** Writes a whole text: what is the same as here now is left alone, so that others' edits of it survive. Rejects as `edit` does. */
  async write(text: string): Promise<void> {
    checkDocument({ content: text, metadata: {} })
    await this.#write((content, metadata) => {
      rewrite(content, metadata, { content: text, metadata: Object.fromEntries(metadata.entries()) })
    })
  }

  /** Sets one field of the metadata, or deletes it where the value is undefined. Rejects as `edit` does. */
  async setMetadata(name: string, value: Json | undefined): Promise<void> {
    if (value !== undefined) textOf(value)
    await this.#write((_, metadata) => {
      if (value === undefined) metadata.delete(name)
      else metadata.set(name, value)
    })
  }

  /** The edits that this node has seen and still knows, the newest first; of one author where one is named. */
  history(author?: PeerId): DocumentEdit[] {
    const { paths } = this.#namespace.cells(this.key)
    const edits = [...[...paths.values()].flat(), ...this.#namespace.former(this.key)].filter(isEdit)
    return edits
      .sort((a, b) => b.event.time - a.event.time || (a.entry.path < b.entry.path ? 1 : -1))
      .map(({ event, entry }) => ({
        version: dotVersion(event),
        dot: { replica: event.replica, sequence: event.sequence },
        updatedBy: authorOf(event),
        updatedAt: hlcMs(event.time),
        bytes: entry.value === undefined ? 0 : encodedSize(entry.value) - 1,
      }))
      .filter(({ updatedBy }) => author === undefined || updatedBy === author)
  }

  snapshot(): DocumentSnapshot {
    return { ...this.#current().value, version: this.version }
  }

  /** Edits the document back to what it was: what others write meanwhile stays. Rejects as `edit` does. */
  async restore(snapshot: DocumentValue): Promise<void> {
    checkDocument(snapshot)
    await this.#write((content, metadata) => rewrite(content, metadata, snapshot))
  }

  async #write(edit: Parameters<DocumentReplica['edit']>[0]): Promise<void> {
    const replica = this.#current()
    let path = ''
    try {
      const update = replica.edit(edit)
      if (!update) return
      await this.#namespace.change(this.key, document, (cells, { newId }) => {
        const writes = updateWrites(cells, update, newId)
        path = writes.at(-1)?.path ?? ''
        replica.wrote(path)
        return writes
      })
    } catch (error) {
      // It holds an edit that nobody else will see, and on which its next ones would rest.
      this.#replica = undefined
      throw error
    }
    await this.#join(path)
  }

  /** Joins updates when there are many; those of one generation at a time. Not the newest: nobody has got it yet, and knows whose it is. */
  async #join(newest: string): Promise<void> {
    const updates = updatesOf(this.#namespace.cells(this.key)).filter(({ path }) => path !== newest)
    if (updates.length < JOIN_UPDATES) return
    const joined = joinable(updates)
    if (joined.length < JOIN_UPDATES / 2) return
    const bytes = joinUpdates(joined)
    await this.#namespace.change(this.key, document, (_, { newId }) => joinedWrites(joined, bytes, newId))
  }

  /** The document as it is now. One that was deleted meanwhile begins anew. */
  #current(): DocumentReplica {
    const cells = this.#namespace.cells(this.key)
    const generations = generationsOf(cells).join()
    // One generation more is what others have added; one less, and what it held must go.
    if (!this.#replica || !generations.startsWith(this.#generations)) {
      this.#replica = new DocumentReplica(() => this.#namespace.newId())
    }
    this.#generations = generations
    this.#replica.follow(cells)
    return this.#replica
  }
}

/** A document of that key; it need not exist yet. Loads what documents need, so not in a simulation: see `loadDocuments`. */
export async function openDocument(namespace: Namespace, key: string): Promise<Document> {
  await loadDocuments()
  return new Document(namespace, key)
}

/** The smallest updates of one generation that fit into one together, in the order of their paths. */
function joinable(updates: readonly Update[]): Update[] {
  const generation = generationOf(updates[0]?.path ?? '')
  let bytes = 0
  return updates
    .filter(({ path }) => path.startsWith(`${DOCUMENT_PREFIX}${generation}/`))
    .sort((a, b) => a.bytes.length - b.bytes.length)
    .filter((update) => {
      bytes += update.bytes.length
      return bytes <= JOIN_BYTES
    })
}

function checkRange(at: number, length: number, limit: number): void {
  const whole = Number.isInteger(at) && Number.isInteger(length) && at >= 0 && length >= 0
  if (whole && at + length <= limit) return
  throw new InvalidInputError(`${length} characters at ${at} of a text of ${limit}`, 'Stay within the text.')
}
