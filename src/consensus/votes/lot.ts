import { hash } from 'node:crypto'
import { type OpenedVote, voteHash } from './vote.ts'

/**
 * The place of each option in the vote's lot, 0 first: options in the order of SHA-256 over the vote's hash and the option. Nobody
 * can change it once the vote is opened; a tie goes to the option in front.
 */
export function drawLot(vote: OpenedVote): number[] {
  const seed = voteHash(vote)
  const tickets = vote.options.map((option) => hash('sha256', `covey/vote/1 lot\n${seed}\n${option}`))
  const order = [...tickets].sort()
  return tickets.map((ticket) => order.indexOf(ticket))
}
