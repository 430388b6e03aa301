import { expect, test } from 'vitest'
import { changed, freshContents, remembered } from '../../../src/consensus/register/contents.ts'
import {
  MAX_CONTENTS_BYTES,
  MAX_FINGERPRINTS,
  MAX_NONCE_BYTES,
  MAX_PAST,
  MAX_PAST_BYTES,
  MAX_VALUE_BYTES,
} from '../../../src/consensus/register/limits.ts'
import { Contents } from '../../../src/wire/register.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

/** The contents after changes `c1` to `c<count>`, each of which made its own number. */
function after(count: number, revision = 0, value = (i: number) => `${i}`): Contents {
  let contents = freshContents({ counter: 0, revision })
  for (let i = 1; i <= count; i++) contents = changed(contents, `c${i}`, bytes(value(i)))
  return contents
}

test('the last changes are known with what they made, those before as made, those before that not', () => {
  const count = MAX_PAST + MAX_FINGERPRINTS + 10
  const contents = after(count)
  expect(contents.revision).toBe(count)
  for (let i = 1; i <= count; i++) {
    const known = remembered(contents, `c${i}`, undefined)
    if (i > count - MAX_PAST)
      expect(known).toMatchObject({ kind: 'made', reading: { value: i, revision: i, version: `${i}` } })
    else expect(known.kind).toBe(i > 10 ? 'evicted' : 'unseen')
  }
})

test('who looked before the first change that is known is told that its own may be forgotten', () => {
  const contents = after(MAX_PAST + MAX_FINGERPRINTS + 10)
  expect(remembered(contents, 'other', 9).kind).toBe('evicted')
  expect(remembered(contents, 'other', 10).kind).toBe('unseen')
  expect(remembered(contents, 'other', undefined).kind).toBe('unseen')
  // A register that was collected remembers nothing of what was before.
  expect(remembered(freshContents({ counter: 5, revision: 7 }), 'other', 6).kind).toBe('evicted')
  expect(remembered(freshContents({ counter: 5, revision: 7 }), 'other', 7).kind).toBe('unseen')
})

test('a change that cleared is remembered as one that did', () => {
  const contents = changed(changed(after(1), 'clear', undefined), 'again', bytes('"x"'))
  expect(remembered(contents, 'clear', undefined)).toMatchObject({
    kind: 'made',
    reading: { value: undefined, revision: 2 },
  })
  expect(remembered(contents, 'c1', undefined)).toMatchObject({ kind: 'made', reading: { value: 1, revision: 1 } })
})

test('contents stay within their limit, whatever the values', () => {
  const long = `"${'x'.repeat(MAX_VALUE_BYTES - 2)}"`
  const nonce = (i: number) => `${i}`.padStart(MAX_NONCE_BYTES, '-')
  let contents = freshContents({ counter: 0, revision: 2 ** 40 })
  for (let i = 0; i < 400; i++) {
    const value = i % 50 === 49 ? long : `"${'y'.repeat((i * 37) % (MAX_PAST_BYTES / 8))}"`
    contents = changed(contents, nonce(i), bytes(value))
    expect(Contents.encode(contents).length).toBeLessThanOrEqual(MAX_CONTENTS_BYTES)
    expect(remembered(contents, nonce(i), undefined).kind).toBe('made')
    if (i > 0) expect(remembered(contents, nonce(i - 1), undefined).kind).not.toBe('unseen')
  }
})
