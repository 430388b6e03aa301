import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Context } from '../../src/state/context.ts'

test('names its replicas in order, each once, whatever comes and goes between two questions', () => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'add', 'add', 'delete', 'ask'),
    replica: fc.constantFrom('b', 'd', 'a', 'c', 'e', 'aa'),
    sequence: fc.integer({ min: 1, max: 3 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const context = new Context()
      const names = new Set<string>()
      for (const { kind, replica, sequence } of [...steps, { kind: 'ask', replica: '', sequence: 0 }]) {
        if (kind === 'add') {
          context.add(replica, sequence)
          names.add(replica)
        } else if (kind === 'delete') {
          context.delete(replica)
          names.delete(replica)
        } else {
          expect(context.replicas()).toEqual([...names].sort())
        }
      }
    }),
  )
})

test('a list of replicas that was given away does not change', () => {
  const context = new Context()
  context.add('b', 1)
  const before = context.replicas()
  context.add('a', 1)
  expect(before).toEqual(['b'])
  expect(context.replicas()).toEqual(['a', 'b'])
})
