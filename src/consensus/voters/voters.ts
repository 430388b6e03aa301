import type { PeerId } from '../../network/network.ts'

/** Whose word counts in registers, and what is made of them. */
export interface VoterSet {
  /** The random id of the founding: two sets with different ones were founded apart. */
  readonly genesis: string
  /** Grows with every step of a change. */
  readonly epoch: number
  readonly voters: readonly PeerId[]
  /** Who is to take their place, while a change is under way; then a quorum is a majority of both. */
  readonly next: readonly PeerId[] | undefined
}

/**
 * What this node is in it: no voter; a voter; one that has not yet heard from enough others whether its disk is the newest; one whose disk
 * was lost or is an old one, so that it has to be added anew.
 */
export type OwnVote = 'none' | 'voter' | 'unconfirmed' | 'lost'

/** What a voter answers: that it votes; that it has not heard yet whether its disk is the newest; as another acceptor; or nothing. */
export type VoterWord = 'votes' | 'unconfirmed' | 'lost' | 'away'

export interface AskedVoter {
  readonly peer: PeerId
  readonly word: VoterWord
}

export interface AskedVoters {
  readonly asked: readonly AskedVoter[]
  /** Whether those that vote are a quorum. */
  readonly available: boolean
}

export interface VotersStatus {
  /** Undefined where none are known. */
  readonly set: VoterSet | undefined
  readonly own: OwnVote
  /** Voters that this node is connected to, itself too if it is one. */
  readonly connected: readonly PeerId[]
  /** How many are needed at least, and whether those connected are enough. */
  readonly needed: number
  readonly available: boolean
  /** Voter sets founded apart from this one, each with a peer that belongs to it. */
  readonly foreign: readonly { readonly genesis: string; readonly peer: PeerId }[]
}

/**
 * The explicit set of voters: an operator's decision, never what a node happens to see. A change rejects with `VotersConflictError` where
 * somebody else was first, `VotersUnavailableError`, `OutcomeUnknownError`, `UnreachableError` where a new voter is not reached, and `InvalidInputError`,
 * also on a name in place of an id: several nodes may have it, and the ids are in `peers()`.
 */
export interface Voters {
  /** As this node knows it; undefined where no voters were ever set. */
  get(): VoterSet | undefined
  /** Founds the set, or makes it these; also finishes the change of somebody who died over it. */
  set(peers: readonly PeerId[]): Promise<VoterSet>
  /** Adds a voter; of one whose disk was lost or restored, takes it in anew. Founds none: rejects with `NoVotersError` where none are known. */
  add(peer: PeerId): Promise<VoterSet>
  /** Removes one; the last cannot be. */
  remove(peer: PeerId): Promise<VoterSet>
  /** What this node knows without asking anybody: a voter that has stopped may be connected for a while. */
  status(): VotersStatus
  /** Asks each voter, of both sides in a change, and waits a second for those that are away. */
  ask(): Promise<AskedVoters>
}
