import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { Document, openDocument } from '../../../src/state/documents/document.ts'
import { loadDocuments } from '../../../src/state/documents/libraries.ts'
import { editsBetween } from '../../../src/state/documents/text-edits.ts'
import { encodeValue, MAX_VALUE_BYTES } from '../../../src/state/value.ts'
import { converge, NAMESPACE, type Replica, replicas } from '../replica.ts'

const KEY = 'doc'
const open = (replica: Replica): Document => new Document(replica.namespace(), KEY)
const pair = (): [Replica, Replica] => replicas('a', 'b') as [Replica, Replica]

test('before they are loaded, documents say so; opening one loads them', async () => {
  const [a] = pair()
  const early = open(a)
  // Modules are loaded once a process, and other tests of this file come later.
  await expect(early.write('x')).rejects.toMatchObject({ code: 'NOT_LOADED' })
  const document = await openDocument(a.namespace(), KEY)
  await document.write('x')
  expect(early.content).toBe('x')
})

describe('a document', () => {
  beforeAll(loadDocuments)

  test('has content, metadata and a version', async () => {
    const document = open(pair()[0])
    expect([document.content, document.metadata, document.version]).toEqual(['', {}, undefined])
    await document.write('one two')
    const { version } = document
    await document.edit((text) => {
      text.delete(0, 3)
      text.insert(0, 'three')
    })
    await document.setMetadata('title', { en: 'Counting' })
    await document.setMetadata('gone', 1)
    await document.setMetadata('gone', undefined)
    expect([document.content, document.metadata]).toEqual(['three two', { title: { en: 'Counting' } }])
    expect(document.version).not.toBe(version)
  })

  test('edits of different parts by two agents all survive, also where each writes the whole text', async () => {
    const [a, b] = pair()
    await open(a).write('The quick brown fox jumps over the lazy dog.')
    await converge([a, b])
    await open(a).write('The slow brown fox jumps over the lazy dog, twice.')
    await open(b).write('The quick red fox jumps over the crazy dog.')
    await open(b).setMetadata('by', 'b')
    await converge([a, b])
    for (const replica of [a, b]) {
      expect(open(replica).content).toBe('The slow red fox jumps over the crazy dog, twice.')
      expect(open(replica).metadata).toEqual({ by: 'b' })
    }
  })

  test('is one document where two made it at once, and what both wrote is in it', async () => {
    const [a, b] = pair()
    await open(a).write('from a. ')
    await open(b).write('from b. ')
    await converge([a, b])
    expect(open(a).content).toBe(open(b).content)
    expect([...open(a).content.matchAll(/from ./g)].map(String).sort()).toEqual(['from a', 'from b'])
  })

  test('converges whatever is edited, joined, deleted and exchanged, with handles that stay open', async () => {
    const step = fc.record({
      who: fc.nat(2),
      at: fc.nat(40),
      remove: fc.nat(6),
      insert: fc.constantFrom('', 'x', 'yz\n', 'word '),
      many: fc.constantFrom(1, 1, 1, 60),
      from: fc.option(fc.nat(2), { nil: undefined }),
      gone: fc.constantFrom(false, false, false, false, true),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const all = replicas('a', 'b', 'c')
        const documents = all.map(open)
        for (const { who, at, remove, insert, many, from, gone } of steps) {
          const document = documents[who]!
          for (let i = 0; i < many; i++) {
            const before = document.content
            const start = Math.min(at, before.length)
            const length = Math.min(remove, before.length - start)
            await document.edit((text) => {
              text.delete(start, length)
              text.insert(start, insert)
            })
            expect(document.content).toBe(before.slice(0, start) + insert + before.slice(start + length))
          }
          if (gone) {
            await all[who]!.namespace().delete(KEY)
            expect(document.content).toBe('')
          }
          if (from !== undefined && from !== who) await all[from]!.pull(all[who]!)
        }
        await converge(all)
        for (const [i, replica] of all.entries()) {
          expect(documents[i]!.content).toBe(documents[0]!.content)
          expect(open(replica).content).toBe(documents[0]!.content)
          const value = replica.namespace().get(KEY) as { content: string } | undefined
          expect(value?.content ?? '').toBe(documents[0]!.content)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('joins its updates when they are many; the history still knows who wrote which', async () => {
    const [a, b] = pair()
    const documents = [open(a), open(b)]
    for (let i = 0; i < 150; i++) {
      await documents[i % 2]!.edit((text) => text.insert(0, `${i} `))
      await converge([a, b])
    }
    const living = [...a.namespace().cells(KEY).paths.values()].flat().filter(({ entry }) => entry.value)
    expect(living.length).toBeLessThan(110)
    expect(documents[0]!.content).toBe(documents[1]!.content)
    expect(
      documents[0]!.content
        .split(' ')
        .slice(0, -1)
        .map(Number)
        .sort((x, y) => x - y),
    ).toEqual(Array.from({ length: 150 }, (_, i) => i))
    const history = documents[0]!.history()
    expect(history).toHaveLength(150)
    expect(documents[0]!.history('b')).toHaveLength(75)
    expect(documents[0]!.history('nobody')).toEqual([])
    expect(history[0]!.updatedBy).toBe('b')
    expect(new Set(history.map(({ version }) => version)).size).toBe(150)
  })

  test('a snapshot is put back by edits: what others write meanwhile stays', async () => {
    const [a, b] = pair()
    const document = open(a)
    await document.write('one two three')
    await document.setMetadata('state', 'draft')
    const snapshot = JSON.parse(JSON.stringify(document.snapshot())) as ReturnType<Document['snapshot']>
    expect(snapshot).toEqual({ content: 'one two three', metadata: { state: 'draft' }, version: document.version })
    await document.write('one TWO three')
    await document.setMetadata('state', 'final')
    await converge([a, b])
    await open(b).write('one TWO three four')
    await document.restore(snapshot)
    await converge([a, b])
    expect(open(a).content).toBe('one two three four')
    expect(open(b).metadata).toEqual({ state: 'draft' })
    for (const bad of [undefined, {}, { content: 1, metadata: {} }, { content: 'x', metadata: [] }]) {
      await expect(document.restore(bad as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
  })

  test('is listed, watched, and restored with its namespace', async () => {
    const [a, b] = pair()
    const n = a.namespace()
    await open(a).write('kept')
    const snapshot = JSON.parse(JSON.stringify(n.snapshot())) as ReturnType<typeof n.snapshot>
    expect(n.list().entries.map(({ key, type, value }) => [key, type, value])).toEqual([
      [KEY, 'document', { content: 'kept', metadata: {} }],
    ])
    const watch = n.watch()
    for (let i = 0; i < 2; i++) await watch.next()
    await open(a).write('changed')
    expect((await watch.next()).value).toMatchObject({ type: 'set', entry: { value: { content: 'changed' } } })
    await n.delete(KEY)
    expect((await watch.next()).value).toMatchObject({ type: 'delete', key: KEY })
    await n.restore(snapshot)
    await converge([a, b])
    expect(open(b).content).toBe('kept')
    await expect(n.set(KEY, 'plain')).rejects.toMatchObject({ code: 'KEY_TYPE' })
  })

  test('an edit that is refused is nowhere, and the next one does not rest on it', async () => {
    const [a, b] = pair()
    const document = open(a)
    await document.write('start')
    await expect(document.write('x'.repeat(MAX_VALUE_BYTES))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    const thrown = document.edit((text) => {
      text.insert(0, 'half ')
      throw new Error('no more')
    })
    await expect(thrown).rejects.toThrow('no more')
    for (const [at, length] of [
      [0, 6],
      [-1, 1],
      [0.5, 1],
    ] as const) {
      await expect(document.edit((text) => text.delete(at, length))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    await expect(document.write('\ud800')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(document.setMetadata('x', Number.NaN)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(document.content).toBe('start')
    await document.edit((text) => text.insert(5, ' again'))
    await converge([a, b])
    expect(open(b).content).toBe('start again')
  })

  test('what a bad peer wrote as an update is left out', async () => {
    const [a, b] = pair()
    await open(a).write('good')
    const path = [...a.namespace().cells(KEY).paths.keys()].find((one) => !one.includes('/'))!
    for (const [i, bytes] of [new Uint8Array(), new Uint8Array([1, 1, 200, 255, 3]), new Uint8Array(50)].entries()) {
      const value = encodeValue(bytes)
      await b.store.write([{ namespace: NAMESPACE, key: KEY, path: `${path}/u/bad${i}`, value }])
    }
    await converge([a, b])
    expect([open(a).content, open(b).content]).toEqual(['good', 'good'])
    await open(b).write('better')
    await converge([a, b])
    expect(open(a).content).toBe('better')
  })

  test('the same seed gives the same updates; every handle writes under an id of its own', async () => {
    const play = async (): Promise<unknown> => {
      const [a] = pair()
      for (let i = 0; i < 5; i++) await open(a).edit((text) => text.insert(0, 'x'))
      return a
        .namespace()
        .history(KEY)
        .map(({ changes }) =>
          changes.map(({ path, value }) => [
            path,
            value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
          ]),
        )
    }
    expect(await play()).toEqual(await play())
  })
})

test('edits turn one text into the other, and leave alone what is the same', async () => {
  await loadDocuments()
  const text = fc
    .array(fc.constantFrom('a', 'bc', ' ', '\n', '\u{1f426}', '.'), { maxLength: 30 })
    .map((parts) => parts.join(''))
  const apply = (before: string, after: string): string => {
    let now = before
    for (const { at, remove, insert } of editsBetween(before, after)) {
      now = now.slice(0, at) + insert + now.slice(at + remove)
      expect(now.isWellFormed()).toBe(true)
    }
    return now
  }
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(apply(before, after)).toBe(after)
    }),
  )
  expect(editsBetween('a b c d', 'a x c y')).toHaveLength(4)
  // So much that it is not told apart word by word.
  const [before, after] = ['a', 'b'].map((letter) => `\u{1f426}${`${letter} `.repeat(3000)}\u{1f427}`) as [
    string,
    string,
  ]
  expect(apply(before, after)).toBe(after)
  expect(editsBetween(before, after)).toHaveLength(1)
})
