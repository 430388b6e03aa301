import { compareBallots } from '../../../src/consensus/register/ballot.ts'
import type { RequestHandler } from '../../../src/network/rpc.ts'
import { Accept, type Ballot, Prepare, Verdict } from '../../../src/wire/register.ts'
import { readFields } from './read-fields.ts'

/**
 * What acceptors are asked and what they answer, of all nodes: a broken promise of the protocol shows here long before chance makes a
 * wrong value of it. Messages of one register are answered in the order in which they were taken.
 */
export class WireWatch {
  readonly #fail: (what: string) => void
  /** By register and ballot: what it stands for. */
  readonly #proposed = new Map<string, Map<string, Uint8Array>>()
  /** By acceptor and register: the highest ballot and epoch that it has granted something to. */
  readonly #granted = new Map<string, { ballot: Ballot | undefined; epoch: number }>()

  constructor(fail: (what: string) => void) {
    this.#fail = fail
  }

  watched(handler: RequestHandler): RequestHandler {
    return async (body, context) => {
      const answer = await handler(body, context)
      const request = askedOf(body)
      if (request) this.#saw(request, verdictOf(answer))
      return answer
    }
  }

  /** All contents that an acceptor was asked to accept of a register, decided or not. */
  proposedOf(name: string): Uint8Array[] {
    return [...(this.#proposed.get(name)?.values() ?? [])]
  }

  #saw({ name, acceptor, epoch, prepare, accept }: Asked, verdict: Verdict): void {
    if (accept?.ballot) this.#sawProposal(name, accept.ballot, accept.contents)
    if (verdict !== Verdict.GRANTED) return
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
    const proposed = this.#proposed.get(name) ?? new Map<string, Uint8Array>()
    this.#proposed.set(name, proposed)
    const before = proposed.get(told(ballot))
    if (!before) proposed.set(told(ballot), contents)
    else if (Buffer.compare(before, contents) !== 0)
      this.#fail(`ballot ${told(ballot)} of ${name} stands for two values`)
  }
}

/** What is looked at of a `VotingRequest`; the rest is not even read, since every message of a campaign comes by here. */
interface Asked {
  epoch: number
  acceptor: string
  name: string
  prepare?: Prepare
  accept?: Accept
}

/** Undefined where it is no `VotingRequest`. */
function askedOf(request: Uint8Array): Asked | undefined {
  let asked: Asked | undefined
  readFields(request, (field, reader) => {
    if (field !== 1) return false
    const voting: Asked = { epoch: 0, acceptor: '', name: '' }
    asked = voting
    readFields(reader.bytes(), (field, reader) => {
      if (field === 2) voting.epoch = reader.uint64Number()
      else if (field === 3) voting.acceptor = reader.string()
      else if (field === 5) voting.name = reader.string()
      else if (field === 6) voting.prepare = Prepare.decode(reader.bytes())
      else if (field === 7) voting.accept = Accept.decode(reader.bytes())
      else return false
      return true
    })
    return true
  })
  return asked
}

/** Of a `VotingReply`. */
function verdictOf(reply: Uint8Array): Verdict {
  let verdict = Verdict.REFUSED
  readFields(reply, (field, reader) => {
    if (field !== 1) return false
    verdict = Verdict.codec().decode(reader)
    return true
  })
  return verdict
}

const told = ({ counter, peer, process }: Ballot): string => `${counter} of ${peer} (${process})`
