import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scan } from '../../src/storage/scan.ts'
import {
  MAX_COMMIT_WRITES,
  MAX_KEY_BYTES,
  MAX_PAGE_BYTES,
  MAX_PAGE_ENTRIES,
  MAX_TABLE_BYTES,
  MAX_VALUE_BYTES,
  type Storage,
  type StorageEntry,
  type StorageKey,
  type StorageWrite,
} from '../../src/storage/storage.ts'

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
const put = (key: StorageKey, value: Uint8Array = bytes(1), table = 't'): StorageWrite => ({ table, key, value })
const text = (key: Uint8Array): string => Buffer.from(key).toString()
const plain = (entries: readonly StorageEntry[]): [string, ...number[]][] =>
  entries.map(({ key, value }) => [text(key), ...value])
const invalid = { name: 'InvalidInputError', code: 'INVALID_INPUT' }

/** What every storage promises. `open` gives another one over the same data each time. */
export function storageSuite(name: string, open: () => Storage): void {
  describe(`${name} storage`, () => {
    let storage: Storage
    beforeEach(async () => {
      storage = open()
      await storage.start()
    })
    afterEach(() => storage.stop())

    const reopened = async (): Promise<Storage> => {
      await storage.stop()
      storage = open()
      await storage.start()
      return storage
    }

    test('keeps what was committed, through a stop and a start', async () => {
      await storage.commit([put('b', bytes(2)), put('a1'), put('a2', bytes(3)), put('a3', bytes(4), 'u')])
      await storage.commit([put('a2', bytes(5, 6)), put('empty', bytes())])
      await reopened()
      expect(await storage.get('t', 'b')).toEqual(bytes(2))
      expect(await storage.get('t', 'empty')).toEqual(bytes())
      expect(await storage.get('t', 'none')).toBeUndefined()
      expect(await storage.get('none', 'b')).toBeUndefined()
      expect(plain((await storage.list('t', { prefix: 'a' })).entries)).toEqual([
        ['a1', 1],
        ['a2', 5, 6],
      ])
      await storage.commit([{ table: 't', key: 'a1', value: undefined }])
      await reopened()
      expect(plain((await storage.list('t')).entries).map(([key]) => key)).toEqual(['a2', 'b', 'empty'])
    })

    test('start and stop may be called twice, and a stopped one refuses until it is started again', async () => {
      await Promise.all([storage.start(), storage.start()])
      await storage.commit([put('a')])
      await Promise.all([storage.stop(), storage.stop()])
      await expect(storage.get('t', 'a')).rejects.toMatchObject({ code: 'STOPPED' })
      await expect(storage.list('t')).rejects.toMatchObject({ code: 'STOPPED' })
      await expect(storage.commit([put('b')])).rejects.toMatchObject({ code: 'STOPPED' })
      await storage.start()
      expect(await storage.get('t', 'a')).toEqual(bytes(1))
    })

    test('what is under way at the stop is finished', async () => {
      const commits = Array.from({ length: 50 }, (_, i) => storage.commit([put(`k${i}`)]))
      // A turn of the event loop may be between a commit and its taking; the stop is asked in the same one.
      await Promise.all([storage.stop(), ...commits])
      await reopened()
      expect((await storage.list('t')).entries).toHaveLength(50)
    })

    test('the writes of a commit apply in order, and commits in the order in which they were asked', async () => {
      await storage.commit([put('k', bytes(1)), { table: 't', key: 'k', value: undefined }, put('k', bytes(2))])
      expect(await storage.get('t', 'k')).toEqual(bytes(2))
      await Promise.all(Array.from({ length: 40 }, (_, i) => storage.commit([put('k', bytes(i))])))
      expect(await storage.get('t', 'k')).toEqual(bytes(39))
    })

    test('keys are bytes of any kind, in the order of memcmp', async () => {
      const keys = [[0], [0, 0], [0, 1], [1], [0x7f], [0x80], [0xc3, 0xa9], [0xff], [0xff, 0], [0xff, 0xff]]
      await storage.commit(keys.toReversed().map((key) => put(bytes(...key), bytes(...key))))
      const { entries } = await storage.list('t')
      expect(entries.map(({ key }) => [...key])).toEqual(keys)
      expect(entries.map(({ value }) => [...value])).toEqual(keys)
      expect(await storage.get('t', 'é')).toEqual(bytes(0xc3, 0xa9))
      const behind = await storage.list('t', { prefix: bytes(0xff), after: bytes(0xff) })
      expect(behind.entries.map(({ key }) => [...key])).toEqual([
        [0xff, 0],
        [0xff, 0xff],
      ])
    })

    test('strings are ordered by code point, also beyond the first 65,536', async () => {
      const keys = ['a', 'z', 'é', '\u{ffff}', '\u{1f600}']
      await storage.commit(keys.toReversed().map((key) => put(key)))
      expect((await storage.list('t')).entries.map(({ key }) => text(key))).toEqual(keys)
    })

    test('pages: by limit, from a key that need not exist, within a prefix; the last says that nothing follows', async () => {
      await storage.commit(['a', 'b1', 'b2', 'b3', 'c'].map((key) => put(key)))
      const first = await storage.list('t', { prefix: 'b', limit: 2 })
      expect([plain(first.entries).flat(), first.next && text(first.next)]).toEqual([['b1', 1, 'b2', 1], 'b2'])
      const second = await storage.list('t', { prefix: 'b', after: first.next ?? '', limit: 2 })
      expect([plain(second.entries).flat(), second.next]).toEqual([['b3', 1], undefined])
      expect(plain((await storage.list('t', { after: 'b11' })).entries).map(([key]) => key)).toEqual(['b2', 'b3', 'c'])
      expect((await storage.list('t', { prefix: 'b', after: 'a' })).entries).toHaveLength(3)
      expect((await storage.list('t', { prefix: 'b', after: 'c' })).entries).toEqual([])
    })

    test('a page ends at its limit of bytes, and a scan reads on', async () => {
      const value = new Uint8Array(MAX_PAGE_BYTES / 4 + 1).fill(7)
      await storage.commit(Array.from({ length: 9 }, (_, i) => put(`k${i}`, value)))
      expect((await storage.list('t')).entries).toHaveLength(4)
      const pages: number[] = []
      for await (const entries of scan(storage, 't')) pages.push(entries.length)
      expect(pages).toEqual([4, 4, 1])
    })

    test('a scan gives every entry once and in order, however many', async () => {
      const keys = Array.from({ length: 2 * MAX_PAGE_ENTRIES + 100 }, (_, i) => `k${String(i).padStart(6, '0')}`)
      await storage.commit([put('a'), ...keys.map((key) => put(key)), put('z')])
      const seen: string[] = []
      for await (const entries of scan(storage, 't', 'k')) for (const { key } of entries) seen.push(text(key))
      expect(seen).toEqual(keys)
      for await (const entries of scan(storage, 't')) {
        expect(entries[0] && text(entries[0].key)).toBe('a')
        break
      }
      expect(await scan(storage, 'empty').next()).toEqual({ done: true, value: undefined })
    })

    test('what was read is the reader’s own', async () => {
      await storage.commit([put('k', bytes(1, 2))])
      for (const value of [await storage.get('t', 'k'), (await storage.list('t')).entries[0]?.value]) value?.fill(9)
      expect(await storage.get('t', 'k')).toEqual(bytes(1, 2))
    })

    test('a writer may use its buffer again once its commit is durable', async () => {
      const buffer = Buffer.from('before')
      await storage.commit([put('k', buffer)])
      buffer.fill('x')
      expect(text((await storage.get('t', 'k')) as Uint8Array)).toBe('before')
    })

    test.each<[string, readonly StorageWrite[]]>([
      ['an empty key', [put('')]],
      ['a key that is too long', [put('x'.repeat(MAX_KEY_BYTES + 1))]],
      ['a key with half a surrogate pair', [put('\ud800')]],
      ['a key that is no key', [put(null as unknown as string)]],
      ['a value that is no bytes', [put('k', 'text' as unknown as Uint8Array)]],
      ['a value that is too large', [put('k', new Uint8Array(MAX_VALUE_BYTES + 1))]],
      ['an empty table name', [put('k', bytes(1), '')]],
      ['a table name that is too long', [put('k', bytes(1), 'x'.repeat(MAX_TABLE_BYTES + 1))]],
      ['too many writes', new Array(MAX_COMMIT_WRITES + 1).fill(put('k'))],
      ['too many bytes', new Array(5).fill(put('k', new Uint8Array(MAX_VALUE_BYTES)))],
    ])('%s is refused, and nothing of its commit is there', async (_, writes) => {
      const good = put('good')
      const mixed = writes.length > MAX_COMMIT_WRITES ? writes : [good, ...writes]
      await expect(storage.commit(mixed)).rejects.toMatchObject(invalid)
      await expect(storage.commit([put('after')])).resolves.toBeUndefined()
      expect(plain((await storage.list('t')).entries).map(([key]) => key)).toEqual(['after'])
    })

    test('what cannot be asked is refused', async () => {
      await expect(storage.get('', 'k')).rejects.toMatchObject(invalid)
      await expect(storage.get('t', '')).rejects.toMatchObject(invalid)
      for (const limit of [0, -1, 1.5, MAX_PAGE_ENTRIES + 1]) {
        await expect(storage.list('t', { limit })).rejects.toMatchObject(invalid)
      }
      await expect(storage.list('t', { after: '\udc00' })).rejects.toMatchObject(invalid)
    })
  })
}
