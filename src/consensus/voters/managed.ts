import { refuseNames } from '../../capabilities/names.ts'
import type { Announcement } from '../../capabilities/provider.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { AcceptorDisk } from '../register/acceptor-disk.ts'
import type { Transport } from '../register/transport.ts'
import { askVoters } from './asking.ts'
import type { VoterChanges } from './change.ts'
import { acceptorsOf, type Configuration, isJoint, isQuorum, quorumSize, voterOf } from './configuration.ts'
import type { Confirmation } from './confirmation.ts'
import type { Knowledge } from './knowledge.ts'
import type { AskedVoters, OwnVote, VoterSet, Voters, VotersStatus } from './voters.ts'

export interface ManagedVotersComponents {
  network: Network
  transport: Transport
  knowledge: Knowledge
  disk: AcceptorDisk
  confirmation: Confirmation
  changes: VoterChanges
  /** What people call the nodes; a `Directory` is one. */
  directory: { all(): Announcement[] }
}

/** The voters as programs and people see and change them. */
export class ManagedVoters implements Voters {
  readonly #components: ManagedVotersComponents

  constructor(components: ManagedVotersComponents) {
    this.#components = components
  }

  get(): VoterSet | undefined {
    const { current } = this.#components.knowledge
    return current && viewOf(current)
  }

  async set(peers: readonly PeerId[]): Promise<VoterSet> {
    const twice = peers.find((peer, i) => peers.indexOf(peer) !== i)
    if (twice !== undefined) throw new InvalidInputError(`${twice} is named twice`, 'Name each voter once.')
    this.#checkIds(peers)
    return viewOf(await this.#components.changes.set(peers))
  }

  async add(peer: PeerId): Promise<VoterSet> {
    this.#checkIds([peer])
    return viewOf(await this.#components.changes.change((present) => [...present, peer]))
  }

  async remove(peer: PeerId): Promise<VoterSet> {
    this.#checkIds([peer])
    const without = (present: readonly PeerId[]): PeerId[] => {
      if (!present.includes(peer)) throw new InvalidInputError(`${peer} is no voter`, 'covey voters list shows who is.')
      if (present.length === 1)
        throw new InvalidInputError(
          `${peer} is the last voter, and cannot be removed`,
          'Name others: covey voters set NODE...',
        )
      return present.filter((it) => it !== peer)
    }
    return viewOf(await this.#components.changes.change(without))
  }

  async ask(): Promise<AskedVoters> {
    const { knowledge, transport } = this.#components
    return knowledge.current ? askVoters(transport, knowledge.current) : { asked: [], available: false }
  }

  status(): VotersStatus {
    const { knowledge, network } = this.#components
    const { current, foreign } = knowledge
    if (!current) return { set: undefined, own: 'none', connected: [], needed: 0, available: false, foreign }
    const connected = acceptorsOf(current).filter(({ peer }) => peer === network.self || network.isConnected(peer))
    const has = (acceptor: string): boolean => connected.some((it) => it.acceptor === acceptor)
    return {
      set: viewOf(current),
      own: this.#own(current),
      connected: [...new Set(connected.map(({ peer }) => peer))],
      needed: quorumSize(current),
      available: isQuorum(current, has),
      foreign,
    }
  }

  #checkIds(peers: readonly PeerId[]): void {
    const nodes = this.#components.directory.all().map(({ peer: id, name }) => ({ id, name }))
    refuseNames(peers, nodes)
  }

  #own(current: Configuration): OwnVote {
    const { disk, network, confirmation } = this.#components
    if (voterOf(current, disk.acceptor)) return confirmation.confirmed ? 'voter' : 'unconfirmed'
    return acceptorsOf(current).some(({ peer }) => peer === network.self) ? 'lost' : 'none'
  }
}

function viewOf(configuration: Configuration): VoterSet {
  const { genesis, epoch, voters, next } = configuration
  const peers = (of: typeof voters): PeerId[] => of.map(({ peer }) => peer)
  return { genesis, epoch, voters: peers(voters), next: isJoint(configuration) ? peers(next) : undefined }
}
