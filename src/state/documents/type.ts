import type { Json } from '../../lib/json.ts'
import { DOCUMENT_PREFIX } from '../paths.ts'
import type { KeyType } from '../types/type.ts'
import { generationsOf, updateWrites } from './cells.ts'
import { checkDocument, DocumentReplica, rewrite } from './replica.ts'

/** A text that several edit at once, and what is known about it. Read and written whole here; `Document` edits it. */
export const document: KeyType = {
  name: 'document',
  owns: (path) => path.startsWith(DOCUMENT_PREFIX),
  read(cells) {
    if (generationsOf(cells).length === 0) return undefined
    // It only reads, so its client id is of no account.
    const replica = new DocumentReplica(() => 'reader')
    replica.follow(cells)
    const { content, metadata } = replica.value
    return { content, metadata } satisfies Json
  },
  put(cells, value, { newId }) {
    checkDocument(value)
    const replica = new DocumentReplica(newId)
    replica.follow(cells)
    const update = replica.edit((content, metadata) => rewrite(content, metadata, value))
    return update ? updateWrites(cells, update, newId) : []
  },
}
