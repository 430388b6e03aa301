import type { Ballot } from '../../wire/register.ts'

export type { Ballot }

/** The largest counter that is taken from others: there must be room above it, below 2^53. */
export const MAX_COUNTER = 2 ** 52

/** Below 0 where `a` is lower. A total order: no two ballots of two proposers, or of two lives of one, are equal. */
export function compareBallots(a: Ballot, b: Ballot): number {
  if (a.counter !== b.counter) return a.counter - b.counter
  if (a.peer !== b.peer) return a.peer < b.peer ? -1 : 1
  if (a.process !== b.process) return a.process < b.process ? -1 : 1
  return 0
}

export function equalBallots(a: Ballot | undefined, b: Ballot | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return compareBallots(a, b) === 0
}

export function higher(a: Ballot | undefined, b: Ballot | undefined): Ballot | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return compareBallots(a, b) < 0 ? b : a
}

/**
 * Makes ballots, each once. `process` is random for each start, since a count that a crash takes back would make a ballot
 * twice; one counter serves all registers, so that forgetting a register forgets no ballot.
 */
export class Ballots {
  readonly #peer: string
  readonly #process: string
  #counter = 0

  constructor(peer: string, process: string) {
    this.#peer = peer
    this.#process = process
  }

  /** A ballot above all that were made here and above the counter `above`. */
  next(above: number): Ballot {
    this.#counter = Math.max(this.#counter, above) + 1
    return { counter: this.#counter, peer: this.#peer, process: this.#process }
  }
}
