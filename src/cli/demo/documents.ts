import { open, readdir } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { InvalidInputError, messageOf } from '../../lib/errors.ts'

/** How many files the demo takes: with four tasks each it is some seconds of work. */
export const MAX_DOCUMENTS = 24
/** How much of one file it takes, in bytes: what people still call a text, and far below what an agent takes. */
export const MAX_DOCUMENT_BYTES = 64 * 1024
/** How many folder entries it looks at before it is content with what it has. */
const MAX_ENTRIES = 20_000

const EXTENSIONS = new Set(['.md', '.txt', '.markdown'])
/** Other people's files, and what programs made. */
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'coverage', 'vendor'])

export interface Document {
  /** Relative to the folder. */
  path: string
  text: string
  /** Only the first `MAX_DOCUMENT_BYTES` were read. */
  cut: boolean
}

/** The text and Markdown files below `folder`, in the order of their paths; hidden folders and dependencies are skipped. */
export async function readDocuments(folder: string): Promise<Document[]> {
  const files: string[] = []
  await collect(folder, { files, entries: 0 })
  const documents = await Promise.all(files.slice(0, MAX_DOCUMENTS).map((file) => readDocument(folder, file)))
  const found = documents.filter((document) => document.text.trim() !== '')
  if (found.length > 0) return found
  throw new InvalidInputError(
    `${folder} holds no text and no Markdown file`,
    'Name a folder with .md or .txt files: covey demo FOLDER.',
  )
}

/** Depth first, a folder's own files before its folders. */
async function collect(folder: string, walk: { files: string[]; entries: number }): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new InvalidInputError(`cannot read ${folder}: ${messageOf(error)}`, 'Name another folder: covey demo FOLDER.')
  })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  walk.entries += entries.length
  for (const entry of entries) {
    if (entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase())) walk.files.push(join(folder, entry.name))
  }
  for (const entry of entries) {
    if (walk.files.length >= MAX_DOCUMENTS || walk.entries >= MAX_ENTRIES) return
    if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name)) {
      await collect(join(folder, entry.name), walk)
    }
  }
}

async function readDocument(folder: string, file: string): Promise<Document> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_DOCUMENT_BYTES + 1), 0, MAX_DOCUMENT_BYTES + 1, 0)
    const cut = bytesRead > MAX_DOCUMENT_BYTES
    const text = buffer.toString('utf8', 0, Math.min(bytesRead, MAX_DOCUMENT_BYTES))
    return { path: relative(folder, file), text, cut }
  } finally {
    await handle.close()
  }
}
