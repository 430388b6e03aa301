/**
 * covey: an agent mesh with no leader. `createMesh` makes a node; an `Agent` handles tasks; `submit` hands one in.
 * For tests of agents under faults see `covey/testing`.
 */

export { defineAgent } from './agents/define.ts'
export { loadAgents } from './agents/load.ts'
export type {
  Agent,
  Capability,
  JsonSchema,
  Opinion,
  TaskContext,
  VoteContext,
  VoteMethod,
  VoteQuestion,
} from './capabilities/agent.ts'
export type { NodeLoad } from './capabilities/load.ts'
export type { AgentDescription, CapabilityQuery, Provider } from './capabilities/provider.ts'
export type { Barrier, BarrierWaitOptions } from './consensus/barrier/barrier.ts'
export { BarrierBrokenError, PartiesMismatchError } from './consensus/barrier/errors.ts'
export { HeldError, LeaseLostError, NotHolderError, PermitsMismatchError } from './consensus/leases/errors.ts'
export type { Lease } from './consensus/leases/lease.ts'
export type { AcquireOptions } from './consensus/leases/leases.ts'
export type { Lock } from './consensus/lock.ts'
export { NoVotersError, VotersConflictError, VotersUnavailableError } from './consensus/register/errors.ts'
export {
  type ChangeFunction,
  DECLINED,
  type Register,
  type RegisterChange,
  type RegisterOptions,
  type RegisterReading,
} from './consensus/register/register.ts'
export type { Semaphore } from './consensus/semaphore.ts'
export type { VoterSet, Voters, VotersStatus } from './consensus/voters/voters.ts'
export type { Receipt } from './consensus/votes/receipt.ts'
export type { ElectorateRequest, VoteRequest } from './consensus/votes/request.ts'
export type { ReceiptProblem } from './consensus/votes/verify.ts'
export type { VoteResult } from './consensus/votes/votes.ts'
export {
  BusyError,
  CancelledError,
  CoveyError,
  InvalidInputError,
  OutcomeUnknownError,
  RemoteError,
  StoppedError,
  UnreachableError,
} from './lib/errors.ts'
export type { Json } from './lib/json.ts'
export type { Log, LogFields } from './lib/log.ts'
export type { Member, MemberState } from './membership/member.ts'
export { type CreateMeshOptions, createMesh } from './mesh/create.ts'
export type { Members, MemberView } from './mesh/members.ts'
export type { Mesh, MeshEvents, MeshStatus, PeerView } from './mesh/mesh.ts'
export type { StrongOptions } from './mesh/namespaces.ts'
export { verifyReceipt } from './mesh/receipts.ts'
export {
  StrongConflictError,
  type StrongEntry,
  type StrongNamespace,
  type StrongPage,
  type StrongWatchItem,
  type StrongWriteOptions,
} from './mesh/strong.ts'
export type { PeerId } from './network/network.ts'
export { type Document, openDocument } from './state/documents/document.ts'
export { loadDocuments } from './state/documents/libraries.ts'
export {
  KeyTypeError,
  PolicyMismatchError,
  StaleFenceError,
  UnknownNamespaceError,
  UnresolvedConflictError,
  VersionConflictError,
} from './state/errors.ts'
export type { Namespace } from './state/namespace.ts'
export type { Policy, Resolver } from './state/policy.ts'
export type { Snapshot } from './state/snapshot.ts'
export type { NamespaceOptions } from './state/state.ts'
export type { StateValue } from './state/value.ts'
export type { WatchItem } from './state/watch.ts'
export type { TaskAttempt, TaskFault, TaskHandle, TaskRecord, TaskRequest, TaskStatus } from './tasks/task.ts'
