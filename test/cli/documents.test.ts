import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareDataDirectory } from '../../src/cli/data-directory.ts'
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, readDocuments } from '../../src/cli/demo/documents.ts'

describe('folders that a user names', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'covey-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (path: string, text = 'some text'): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }

  it('texts and Markdown are found in order; hidden folders, dependencies, empty and other files are not', async () => {
    for (const path of ['b.md', 'a/z.TXT', 'a.txt', 'node_modules/x/README.md', '.git/x.md', 'dist/y.md', 'code.ts'])
      write(path)
    write('empty.md', ' \n')
    expect((await readDocuments(folder)).map(({ path }) => path)).toEqual(['a.txt', 'b.md', join('a', 'z.TXT')])
  })

  it('takes so many files, and so much of each', async () => {
    for (let i = 0; i < MAX_DOCUMENTS + 5; i++) write(`${String(i).padStart(3, '0')}.md`)
    write('000.md', 'x'.repeat(MAX_DOCUMENT_BYTES))
    write('001.md', 'x'.repeat(MAX_DOCUMENT_BYTES + 1))
    const documents = await readDocuments(folder)
    expect(documents).toHaveLength(MAX_DOCUMENTS)
    expect(documents.slice(0, 3).map(({ text, cut }) => [text.length, cut])).toEqual([
      [MAX_DOCUMENT_BYTES, false],
      [MAX_DOCUMENT_BYTES, true],
      [9, false],
    ])
  })

  it('refuses a folder that is not there, or has no text', async () => {
    await expect(readDocuments(folder)).rejects.toMatchObject({ message: expect.stringContaining('no text') })
    await expect(readDocuments(join(folder, 'none'))).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT'),
    })
  })

  it('a data directory is new, empty or ours', async () => {
    await prepareDataDirectory(join(folder, 'a', 'b'))
    write('ours/covey.db')
    await prepareDataDirectory(join(folder, 'ours'))
    write('theirs/thesis.doc')
    await expect(prepareDataDirectory(join(folder, 'theirs'))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(prepareDataDirectory(join(folder, 'theirs', 'thesis.doc'))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
  })
})
