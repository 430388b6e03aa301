import { CoveyError } from '../../lib/errors.ts'

/** What documents are made of. */
export interface Libraries {
  readonly yjs: typeof import('yjs')
  readonly diff: typeof import('diff')
}

let loaded: Libraries | undefined

/**
 * Loads what documents need, once; most programs need none. A simulation calls this before it begins: in it nothing may wait for
 * the loader.
 */
export async function loadDocuments(): Promise<void> {
  if (loaded) return
  const [yjs, diff] = await Promise.all([import('yjs'), import('diff')])
  loaded = { yjs, diff }
}

/** Throws `NOT_LOADED` before `loadDocuments` is done. */
export function libraries(): Libraries {
  if (loaded) return loaded
  throw new CoveyError('NOT_LOADED', 'documents are read before they are loaded', 'Await loadDocuments() first.')
}
