import type { AskedVoters, VotersStatus, VoterWord } from '../consensus/voters/voters.ts'
import { pc } from '../lib/colours.ts'
import { plural, table } from './output.ts'

const WORDS: Readonly<Record<VoterWord, string>> = {
  votes: pc.green('yes'),
  unconfirmed: pc.yellow('not yet: it asks the others whether its disk is the newest'),
  lost: pc.red('no: its disk was lost or restored'),
  away: pc.red('no: it does not answer'),
}

/** Who votes, and what to do about those who do not. */
export function describeVoters(
  { set, asked, needed, available, foreign }: VotersStatus & AskedVoters,
  nameOf: (id: string) => string,
): string {
  if (!set) return 'no voters are set: covey voters set NODE NODE NODE'
  const role = (id: string): string => {
    if (!set.next) return 'voter'
    if (!set.next.includes(id)) return 'leaves'
    return set.voters.includes(id) ? 'voter' : 'joins'
  }
  const of = (word: VoterWord): string[] => asked.filter((one) => one.word === word).map(({ peer }) => nameOf(peer))
  const rows = asked.map(({ peer, word }) => [nameOf(peer), role(peer), WORDS[word], peer])
  const enough = available ? pc.green('enough') : pc.red('too few: registers and locks refuse')
  const lines = [
    table(['node', 'role', 'votes', 'id'], rows),
    `${plural(of('votes').length, 'votes', 'vote')}, ${needed} needed: ${enough}; epoch ${set.epoch}`,
  ]
  if (set.next)
    lines.push(pc.yellow('a change is under way, or its operator is gone: the next covey voters command finishes it'))
  for (const name of of('lost')) lines.push(pc.red(`take ${name} in anew: covey voters add ${name}`))
  const away = of('away')
  if (away.length > 0) {
    const all = (set.next ?? set.voters).map(nameOf).join(' ')
    lines.push(
      `${away.join(', ')}: votes again when it is back. If its disk is lost, start it anew and name all: covey voters set ${all}`,
    )
  }
  for (const { peer } of foreign) {
    lines.push(
      pc.red(
        `${nameOf(peer)} belongs to voters that were founded apart from these, and locks of the one exclude nobody of the other.`,
      ),
      'Keep those of one side: start the nodes of the other with new data directories (covey up --data DIR).',
    )
  }
  return lines.join('\n')
}
