import { type Clock, sleep } from '../../lib/clock.ts'
import { InvalidInputError, messageOf, OutcomeUnknownError, UnreachableError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import type { Log } from '../../lib/log.ts'
import { type Random, randomId } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import { ConfigureReply, IdentifyReply } from '../../wire/register.ts'
import { foundedApart, VotersConflictError, VotersUnavailableError } from '../register/errors.ts'
import type { Proposer } from '../register/proposer.ts'
import { DECLINED } from '../register/register.ts'
import type { Transport } from '../register/transport.ts'
import {
  acceptorsOf,
  type Configuration,
  ID_CHARS,
  isConfiguration,
  isJoint,
  isQuorum,
  MAX_PEER_CHARS,
  MAX_VOTERS,
  sameVoters,
  type Voter,
} from './configuration.ts'
import type { Knowledge } from './knowledge.ts'
import { scan } from './scan.ts'

/** The register that holds the configuration, from the first change on; kept by the voters themselves. */
export const VOTERS_REGISTER = 'covey.voters'
/** How long a change of voters may take, in milliseconds: a person waits, and every register is looked at. */
const CHANGE_TIMEOUT_MS = 60_000
/** How long one voter may take to answer, in milliseconds. */
const ASK_TIMEOUT_MS = 2000
/** From one try to tell a configuration to the next, in milliseconds. */
const RETRY_MS = 200

export interface ChangeComponents {
  self: PeerId
  network: Network
  knowledge: Knowledge
  proposer: Proposer
  transport: Transport
  clock: Clock
  random: Random
  log: Log
}

/**
 * An operator's changes of the voters: stable(old), then joint(old, new), then stable(new). Each step is decided in a register that
 * the old, then the joint voters keep. From joint on a quorum is a majority of both; once a majority of the old knows that, none
 * decides anything without the new, and then every register is brought to a majority of the new. Only then the old are let go.
 */
export class VoterChanges {
  readonly #components: ChangeComponents

  constructor(components: ChangeComponents) {
    this.#components = components
  }

  /**
   * Makes `target` of the present voters. Rejects with `VotersConflictError` where somebody else was first, `InvalidInputError`, and as
   * registers and requests do.
   */
  async change(target: (present: readonly PeerId[]) => readonly PeerId[]): Promise<Configuration> {
    const deadline = this.#deadline()
    const present = await this.#settled(deadline)
    const peers = checkPeers(target(present.voters.map(({ peer }) => peer)))
    const next = await this.#identified(peers, present)
    if (sameVoters(next, present.voters)) return present
    const joint: Configuration = { ...present, epoch: present.epoch + 1, next }
    await this.#decide(present, joint)
    return this.#finish(joint, deadline)
  }

  /** Makes them these; founds where there are none. Rejects as `change` does. */
  async set(peers: readonly PeerId[]): Promise<Configuration> {
    if (this.#components.knowledge.current) return this.change(() => peers)
    return this.#found(checkPeers(peers), this.#deadline())
  }

  #deadline(): number {
    return this.#components.clock.monotonic() + CHANGE_TIMEOUT_MS
  }

  /** The configuration that was decided last, after a change of somebody who did not get through with it. */
  async #settled(deadline: number): Promise<Configuration> {
    const { knowledge, proposer, log, self } = this.#components
    const { answer } = await proposer.perform({ name: VOTERS_REGISTER })
    const decided = fromJson(answer.reading.value)
    if (decided) await knowledge.learn(decided, self)
    const current = knowledge.current as Configuration
    if (!isJoint(current)) return current
    log.info('a change of voters that somebody has begun is finished', { epoch: current.epoch })
    try {
      return await this.#finish(current, deadline)
    } catch (error) {
      // Whoever has begun it, or another one, was faster.
      if (error instanceof VotersConflictError) return this.#settled(deadline)
      throw error
    }
  }

  /** Both sides are told, all registers are brought over, and the new ones stand alone. */
  async #finish(joint: Configuration, deadline: number): Promise<Configuration> {
    const stable: Configuration = { ...joint, epoch: joint.epoch + 1, voters: joint.next, next: [] }
    await this.#tell(joint, deadline)
    try {
      await scan(this.#components, joint, deadline)
    } catch (error) {
      // Somebody else has finished it meanwhile; whether it went on from there does not matter here.
      if (error instanceof VotersConflictError && this.#components.knowledge.current?.epoch === stable.epoch)
        return stable
      throw error
    }
    await this.#decide(joint, stable)
    await this.#tell(stable, deadline, joint.voters)
    return stable
  }

  /** Decides the next configuration, or throws what stands instead. */
  async #decide(from: Configuration, to: Configuration): Promise<void> {
    const { proposer, random, knowledge, self } = this.#components
    const { answer } = await proposer.perform({
      name: VOTERS_REGISTER,
      wanted: {
        nonce: randomId(random, ID_CHARS),
        mayRepeat: false,
        change: ({ value }) => ((fromJson(value) ?? from).epoch === from.epoch ? toJson(to) : DECLINED),
      },
    })
    const decided = fromJson(answer.reading.value)
    if (decided) await knowledge.learn(decided, self)
    const same =
      decided?.epoch === to.epoch && sameVoters(decided.voters, to.voters) && sameVoters(decided.next, to.next)
    if (answer.applied || same) return
    const names = (decided ?? from).voters.map(({ peer }) => peer).join(', ')
    throw new VotersConflictError(`somebody else changes the voters: epoch ${decided?.epoch} has ${names}`)
  }

  /** Resolves when a quorum has it durably; the rest, and `others`, are told as far as they can be reached now. */
  async #tell(configuration: Configuration, deadline: number, others: readonly Voter[] = []): Promise<void> {
    const { clock, knowledge, self } = this.#components
    await knowledge.learn(configuration, self)
    const told = new Set<string>()
    const refused = new Set<string>()
    const acceptors = acceptorsOf(configuration)
    const bystanders = others.filter((it) => !acceptors.some(({ acceptor }) => acceptor === it.acceptor))
    for (;;) {
      const open = [...acceptors, ...bystanders].filter(({ acceptor }) => !told.has(acceptor))
      await Promise.all(open.map((voter) => this.#tellOne(voter, configuration, told, refused)))
      if (isQuorum(configuration, (acceptor) => told.has(acceptor))) return
      if (!isQuorum(configuration, (acceptor) => !refused.has(acceptor))) {
        const peers = acceptors.filter(({ acceptor }) => refused.has(acceptor)).map(({ peer }) => peer)
        throw foundedApart(peers.join(', '))
      }
      if (clock.monotonic() >= deadline) {
        throw new VotersUnavailableError(
          'a change of voters is under way and was not finished',
          told.size,
          acceptors.length,
        )
      }
      await sleep(clock, RETRY_MS)
    }
  }

  async #tellOne(
    { peer, acceptor }: Voter,
    configuration: Configuration,
    told: Set<string>,
    refused: Set<string>,
  ): Promise<void> {
    try {
      await this.#components.transport.configure(peer, configuration, ASK_TIMEOUT_MS)
      told.add(acceptor)
    } catch (error) {
      if (error instanceof VotersConflictError) refused.add(acceptor)
      this.#components.log.debug('a voter was not told of the configuration', { peer, error: messageOf(error) })
    }
  }

  /** Who the peers' acceptors are; of one that is away, as which it is a voter already. */
  async #identified(peers: readonly PeerId[], present: Configuration | undefined): Promise<Voter[]> {
    return Promise.all(
      peers.map(async (peer) => {
        try {
          const { acceptor, voters } = await this.#identify(peer, present)
          if (voters && voters.genesis !== present?.genesis) throw foundedApart(peer)
          return { peer, acceptor }
        } catch (error) {
          const known = present?.voters.find((voter) => voter.peer === peer)
          if (known && !(error instanceof VotersConflictError)) return known
          throw error
        }
      }),
    )
  }

  /**
   * Throws `VotersConflictError` where somebody who is connected knows voters: a node whose disk was lost, or that has come just now, may
   * be the only one that does not. Who does not answer prevents nothing: no founding waits for all.
   */
  async #askAround(): Promise<void> {
    const { network, knowledge, log, proposer } = this.#components
    if (network.peers().length === 0) await proposer.acquainted
    const ask = async (peer: PeerId): Promise<void> => {
      try {
        const { voters } = await this.#identify(peer, undefined)
        if (voters) await knowledge.learn(voters, peer)
      } catch (error) {
        log.debug('a peer does not say whether there are voters', { peer, error: messageOf(error) })
      }
    }
    await Promise.all([...network.peers()].map(ask))
    const { current } = knowledge
    if (!current) return
    const names = current.voters.map(({ peer }) => peer).join(', ')
    throw new VotersConflictError(`this mesh has voters, of whom this node has only now heard: ${names}`)
  }

  async #identify(peer: PeerId, voters: Configuration | undefined): Promise<IdentifyReply> {
    const { transport } = this.#components
    const asking = transport.request(peer, { identify: voters ? { voters } : {} }, ASK_TIMEOUT_MS)
    const bytes = await asking.catch((error: unknown) => {
      throw error instanceof OutcomeUnknownError ? silent(peer, error) : error
    })
    const reply = IdentifyReply.decode(bytes)
    if (reply.acceptor.length !== ID_CHARS || (reply.voters && !isConfiguration(reply.voters))) {
      throw new InvalidInputError(`${peer} does not say who its acceptor is`, 'It runs another version, or is broken.')
    }
    return reply
  }

  /** The first voters: the one with the lowest id decides, since of two foundings that name it only one can have been first there. */
  async #found(peers: readonly PeerId[], deadline: number): Promise<Configuration> {
    const { random, transport, knowledge } = this.#components
    await this.#askAround()
    const voters: Voter[] = []
    for (const peer of [...peers].sort()) {
      const { acceptor, voters: known } = await this.#identify(peer, undefined)
      if (known) {
        await knowledge.learn(known, peer)
        throw new VotersConflictError(`${peer} knows voters already: ${known.voters.map((it) => it.peer).join(', ')}`)
      }
      voters.push({ peer, acceptor })
    }
    const founding: Configuration = { genesis: randomId(random, ID_CHARS), epoch: 1, voters, next: [] }
    const first = (voters[0] as Voter).peer
    const bytes = await transport.request(first, { configure: { voters: founding } }, ASK_TIMEOUT_MS)
    const { voters: taken } = ConfigureReply.decode(bytes)
    if (isConfiguration(taken)) await knowledge.learn(taken, first)
    if (taken?.genesis !== founding.genesis)
      throw new VotersConflictError(`somebody else has founded the voters, with ${first}`)
    await this.#tell(founding, deadline)
    return founding
  }
}

/** Nothing hangs on whether it has heard the question. */
const silent = (peer: PeerId, cause: unknown): UnreachableError =>
  new UnreachableError(`${peer} does not answer, so it was not made a voter: nothing was changed`, { cause })

function checkPeers(peers: readonly PeerId[]): PeerId[] {
  const unique = [...new Set(peers)]
  const wrong = unique.find((peer) => peer.length === 0 || peer.length > MAX_PEER_CHARS)
  if (wrong !== undefined) throw new InvalidInputError(`"${wrong}" is no id of a node`, 'Take ids from covey peers.')
  if (unique.length === 0 || unique.length > MAX_VOTERS) {
    throw new InvalidInputError(`${unique.length} voters`, `Name 1 to ${MAX_VOTERS}; an odd number serves best.`)
  }
  return unique
}

const toJson = ({ genesis, epoch, voters, next }: Configuration): Json => ({
  genesis,
  epoch,
  voters: voters.map(({ peer, acceptor }) => ({ peer, acceptor })),
  next: next.map(({ peer, acceptor }) => ({ peer, acceptor })),
})

const fromJson = (value: Json | undefined): Configuration | undefined => value as Configuration | undefined
