import type { PeerId } from '../network/network.ts'
import type { Agent, Capability } from './agent.ts'

/** What travels of an agent: everything but its handler. */
export type AgentDescription = Required<Pick<Agent, 'name' | 'concurrency'>> & { capabilities: readonly Capability[] }

/** What one node says of itself; signed by it, and replaced by a later (incarnation, sequence) of the same node. */
export interface Announcement {
  peer: PeerId
  /** The node's label, `alice`. */
  name: string
  incarnation: number
  /** Rises with every change within an incarnation. */
  sequence: number
  /** For how long it holds without being refreshed, in milliseconds on the receiver's monotonic clock. */
  ttlMs: number
  addresses: readonly string[]
  agents: readonly AgentDescription[]
}

/** What to look for. */
export interface CapabilityQuery {
  name: string
  /** A semver range, `^1.2.0`; any version where it is missing. */
  version?: string
  /** All of them must be there. */
  tags?: readonly string[]
}

/** One agent on one node that offers what was looked for. */
export interface Provider {
  peer: PeerId
  /** The node's label. */
  node: string
  agent: string
  capability: Capability
}

export interface DirectoryEvents {
  /** A node offers an agent that it did not offer before. */
  'agent:join': [peer: PeerId, agent: AgentDescription]
  /** It no longer does: withdrawn, expired, or the node is dead or gone. */
  'agent:leave': [peer: PeerId, agent: AgentDescription]
}
