import { expect, it } from 'vitest'
import { parseProgress } from '../../src/agents/progress.ts'

it.each([
  ['50%', { fraction: 0.5 }],
  ['0%', { fraction: 0 }],
  ['100%', { fraction: 1 }],
  ['12.5 %', { fraction: 0.125 }],
  ['80% of the pages', { fraction: 0.8, message: 'of the pages' }],
  ['0.5', { fraction: 0.5 }],
  ['.25', { fraction: 0.25 }],
  ['1', { fraction: 1 }],
  ['1.0', { fraction: 1 }],
  ['101%', { fraction: undefined, message: '101%' }],
  ['1.5', { fraction: undefined, message: '1.5' }],
  ['-0.5', { fraction: undefined, message: '-0.5' }],
  ['7', { fraction: undefined, message: '7' }],
  ['50%ish', { fraction: undefined, message: '50%ish' }],
  ['reading 50% of it', { fraction: undefined, message: 'reading 50% of it' }],
])('%s', (line, expected) => {
  expect(parseProgress(line)).toEqual(expected)
})
