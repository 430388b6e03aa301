import { expect, test } from 'vitest'
import { Confirmation } from '../../../src/state/epochs/confirmation.ts'

test('goes on when every member holds no more than the disk does', () => {
  const confirmation = new Confirmation('a', 5, ['a', 'b', 'c'])
  confirmation.answer('b', 5, ['a', 'b', 'c'])
  expect(confirmation.verdict).toBe('open')
  confirmation.answer('c', 3, ['a', 'b', 'c'])
  expect(confirmation.verdict).toBe('go on')
})

test('one member that holds more is enough for a fresh epoch', () => {
  const confirmation = new Confirmation('a', 5, ['b', 'c'])
  confirmation.answer('c', 6, [])
  expect(confirmation.verdict).toBe('fresh')
  expect(confirmation.highest).toBe(6)
})

test('members that an old disk does not know are asked as well', () => {
  const confirmation = new Confirmation('a', 5, ['a', 'b'])
  confirmation.answer('b', 5, ['a', 'b', 'd'])
  expect(confirmation.unanswered).toEqual(['d'])
  expect(confirmation.verdict).toBe('open')
  confirmation.answer('d', 9, [])
  expect(confirmation.verdict).toBe('fresh')
})

test('alone from the beginning it waits for nobody, but asks whoever comes', () => {
  expect(new Confirmation('a', 0, []).verdict).toBe('alone')
  const confirmation = new Confirmation('a', 5, ['a'])
  expect(confirmation.verdict).toBe('alone')
  confirmation.add(['b'])
  expect(confirmation.verdict).toBe('open')
  confirmation.answer('b', 5, ['a', 'b'])
  expect(confirmation.verdict).toBe('go on')
})
