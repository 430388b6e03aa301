import { expect, test } from 'vitest'
import { Context } from '../../../src/state/context.ts'
import { decodeRuns, encodeRuns, runsOf } from '../../../src/state/garbage/runs.ts'

const A = 'a.0000000000000000'
const B = 'b.0000000000000000'

test('a replica of which only later dots are held is in no runs: a peer would refuse them', () => {
  const context = new Context()
  context.add(A, 1, 3)
  context.add(A, 5)
  context.add(B, 4, 5)
  expect(decodeRuns(encodeRuns(runsOf(context)))).toEqual(new Map([[A, 3]]))
})
