import { compareBallots } from '../../../src/consensus/register/ballot.ts'
import type { RequestHandler } from '../../../src/network/rpc.ts'
import { type Ballot, RegisterRequest, Verdict, VotingReply } from '../../../src/wire/register.ts'

/**
 * What acceptors are asked and what they answer, of all nodes: a broken promise of the protocol shows here long before chance makes a
 * wrong value of it. Messages of one register are answered in the order in which they were taken.
 */
export class WireWatch {
  readonly #fail: (what: string) => void
  /** What each ballot of a register stands for. */
  readonly #proposed = new Map<string, Buffer>()
  /** By acceptor and register: the highest ballot and epoch that it has granted something to. */
  readonly #granted = new Map<string, { ballot: Ballot | undefined; epoch: number }>()

  constructor(fail: (what: string) => void) {
    this.#fail = fail
  }

  watched(handler: RequestHandler): RequestHandler {
    return async (body, context) => {
      const answer = await handler(body, context)
      this.#saw(RegisterRequest.decode(body), answer)
      return answer
    }
  }

  #saw({ voting }: RegisterRequest, answer: Uint8Array): void {
    if (!voting) return
    const { name, acceptor, epoch, prepare, accept } = voting
    if (accept?.ballot) this.#sawProposal(name, accept.ballot, accept.contents)
    if (VotingReply.decode(answer).verdict !== Verdict.GRANTED) return
    const key = `${acceptor} ${name}`
    const before = this.#granted.get(key)
    const ballot = prepare?.ballot ?? accept?.ballot
    if (before && epoch < before.epoch) {
      this.#fail(`${acceptor} granted something of ${name} to epoch ${epoch} after ${before.epoch}`)
    }
    if (before?.ballot && ballot && compareBallots(ballot, before.ballot) < 0) {
      this.#fail(`${acceptor} granted ballot ${told(ballot)} of ${name} after it had promised ${told(before.ballot)}`)
    }
    const ballots = [before?.ballot, ballot, accept?.next].filter((it) => it !== undefined)
    const highest = ballots.reduce<Ballot | undefined>((a, b) => (a && compareBallots(a, b) > 0 ? a : b), undefined)
    this.#granted.set(key, { ballot: highest, epoch: Math.max(epoch, before?.epoch ?? 0) })
  }

  #sawProposal(name: string, ballot: Ballot, contents: Uint8Array): void {
    const key = `${name} ${told(ballot)}`
    const before = this.#proposed.get(key)
    if (!before) this.#proposed.set(key, Buffer.from(contents))
    else if (!before.equals(contents)) this.#fail(`ballot ${told(ballot)} of ${name} stands for two values`)
  }
}

const told = ({ counter, peer, process }: Ballot): string => `${counter} of ${peer} (${process})`
