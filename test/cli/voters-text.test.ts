import { expect, test } from 'vitest'
import { describeVoters } from '../../src/cli/voters-text.ts'

const status = { own: 'none', connected: [], needed: 2, available: true, foreign: [] } as const
const nameOf = (id: string): string => id.toUpperCase()

test('in a change that its operator left it says who joins and leaves, how it goes on, and names those of the new set', () => {
  const set = { genesis: 'g', epoch: 18, voters: ['b', 'c', 'd'], next: ['a', 'b', 'c'] }
  const asked = [
    { peer: 'a', word: 'away' },
    { peer: 'b', word: 'votes' },
    { peer: 'c', word: 'votes' },
    { peer: 'd', word: 'votes' },
  ] as const
  expect(describeVoters({ ...status, set, asked }, nameOf).split('\n')).toEqual([
    'node\trole\tvotes\tid',
    'A\tjoins\tno: it does not answer\ta',
    'B\tvoter\tyes\tb',
    'C\tvoter\tyes\tc',
    'D\tleaves\tyes\td',
    '3 vote, 2 needed: enough; epoch 18',
    'a change is under way, or its operator is gone: the next covey voters command finishes it',
    'A: votes again when it is back. If its disk is lost, start it anew and name all: covey voters set A B C',
  ])
})
