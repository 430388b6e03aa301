import type { Storage, StorageEntry, StorageKey, StoragePage } from './storage.ts'

/**
 * All entries of a table, a page at a time, in key order; the next page is read while the caller works on the last one.
 * What is committed meanwhile may or may not be among them; everything else is, exactly once. Rejects as `list` does.
 */
export async function* scan(storage: Storage, table: string, prefix?: StorageKey): AsyncGenerator<StorageEntry[]> {
  const range = prefix === undefined ? {} : { prefix }
  let page: Promise<StoragePage> | undefined = storage.list(table, range)
  while (page) {
    const { entries, next }: StoragePage = await page
    page = next && storage.list(table, { ...range, after: next })
    // Seen above when its turn comes; a caller who breaks off early never asks for it.
    page?.catch(() => undefined)
    if (entries.length > 0) yield entries
  }
}
