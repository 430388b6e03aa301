import type { Receipt } from '../consensus/votes/receipt.ts'
import { pc } from '../lib/colours.ts'
import { duration, fields, percent, plural, table } from './output.ts'

/** A receipt as people read it; its texts are harmless. */
export function describeVote(receipt: Receipt, nameOf: (id: string) => string): string {
  const { vote, result, closing } = receipt
  const { turnout, confidence, quorum, threshold, equivocated } = result
  const facts: [string, string][] = [
    ['question', vote.question],
    ['choice', choiceText(receipt)],
    [
      'turnout',
      `${turnout.ballots} of ${plural(vote.electorate.length, 'voter')}, ${plural(turnout.abstained, 'abstention')}`,
    ],
  ]
  if (turnout.of !== vote.electorate.length) facts.push(['weight', `${turnout.weight} of ${turnout.of}`])
  if (confidence !== null) facts.push(['confidence', percent(confidence)])
  if (quorum.needed > 0) facts.push(['quorum', `${quorum.needed}, ${quorum.met ? 'met' : 'not met'}`])
  if (threshold.needed > 0) facts.push(['threshold', `${percent(threshold.needed)}, ${thresholdText(threshold)}`])
  facts.push(['ended', `${ENDED[closing.ended]}, after ${duration(closing.afterMs)}`])
  if (equivocated.length > 0) facts.push(['two ballots', `${equivocated.map(nameOf).join(', ')}: neither counts`])
  for (const { voter, code, message } of closing.unheard)
    facts.push(['no ballot', `${nameOf(voter)}: ${message} (${code})`])
  const parts = [fields(facts), optionTable(receipt)]
  if (result.rounds.length > 1) parts.push(roundTable(receipt))
  if (receipt.ballots.some(({ reason }) => reason !== undefined)) parts.push(reasonTable(receipt, nameOf))
  return parts.join('\n\n')
}

const ENDED = {
  answered: 'all have answered',
  decided: 'nobody could change it any more',
  deadline: 'at its deadline',
} as const

const WHY = {
  quorum: 'too few voted',
  'no-ballots': 'nobody chose anything',
  threshold: 'no option has the share that it takes',
} as const

function choiceText({ result: { choice, noChoice, byLot } }: Receipt): string {
  if (choice === null) return pc.yellow(`none: ${WHY[noChoice ?? 'threshold']}`)
  return `${pc.green(choice)}${byLot ? ', by lot among equals' : ''}`
}

const thresholdText = ({ share, met }: Receipt['result']['threshold']): string =>
  `${met ? 'met' : 'not met'}${share === null ? '' : `: ${percent(share)}`}`

function optionTable({ result: { tally } }: Receipt): string {
  return table(
    ['option', 'ballots', 'weight'],
    tally.map(({ option, ballots, weight }) => [option, String(ballots), String(weight)]),
  )
}

/** The run-off: a column a round. */
function roundTable({ vote, result: { rounds } }: Receipt): string {
  return table(
    ['option', ...rounds.map((_, i) => `round ${i + 1}`)],
    vote.options.map((option, i) => [option, ...rounds.map(({ weights }) => String(weights[i] ?? '-'))]),
  )
}

function reasonTable({ ballots }: Receipt, nameOf: (id: string) => string): string {
  return table(
    ['voter', 'choice', 'reason'],
    ballots.map(({ voter, choices, reason }) => [nameOf(voter), choices.join(' > ') || '-', reason ?? '-']),
  )
}
