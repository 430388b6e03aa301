import type { CapabilityQuery, Provider } from '../capabilities/provider.ts'
import type { AskedVoters, VoterSet, VotersStatus } from '../consensus/voters/voters.ts'
import type { Receipt } from '../consensus/votes/receipt.ts'
import type { VoteRequest } from '../consensus/votes/request.ts'
import type { Json } from '../lib/json.ts'
import type { MemberView } from '../mesh/members.ts'
import type { MeshStatus, PeerView } from '../mesh/mesh.ts'
import type { PeerId } from '../network/network.ts'
import type { PolicyName } from '../state/policy.ts'
import type { PeerSync } from '../state/sync/book.ts'
import type { TaskRecord, TaskRequest } from '../tasks/task.ts'
import type {
  SyncReport,
  WireConflicts,
  WireEntry,
  WireHistory,
  WirePage,
  WireSnapshotPart,
  WireStrongEntry,
  WireWatchItem,
} from './state-protocol.ts'

/**
 * The local API: JSON-RPC 2.0 with the framing of the Language Server Protocol (`Content-Length`), over the Unix socket
 * `covey.sock` in a node's data directory. Parameters are one object. Types only, so that clients load nothing for it.
 */
export interface ControlMethods {
  /** This node. */
  status: { params: NoParams; result: NodeStatus }
  /** Who is there, this node first. */
  peers: { params: NoParams; result: PeerView[] }
  /** Who belongs to the mesh, there or not. */
  members: { params: NoParams; result: MemberView[] }
  /** Ends the membership of a node that is gone for good. */
  evict: { params: { peer: PeerId; reason?: string }; result: NoParams }
  /** Who offers a capability. */
  find: { params: CapabilityQuery; result: Provider[] }
  /** Connects to a multiaddr. */
  join: { params: { address: string }; result: { peer: PeerId } }
  /** Hands in a task and returns at once. The same id again is the same task. */
  submit: { params: TaskRequest; result: TaskRecord }
  /** Resolves when the task has ended; until then `task` notifications carry every change. Cancelling it ends the wait, not the task. */
  wait: { params: { id: string }; result: TaskRecord }
  /** Tasks that this node has submitted. */
  tasks: { params: NoParams; result: TaskRecord[] }
  task: { params: { id: string }; result: TaskRecord }
  /** Cancels a task; a task that has ended stays as it is. */
  cancel: { params: { id: string; reason?: string }; result: TaskRecord }
  /** Opens a vote and answers when it is over; the result is part of the receipt. Cancelling it ends the vote without one. */
  vote: { params: VoteRequest; result: Receipt }
  /** Names of the namespaces that hold something or are declared by anybody. */
  stateNamespaces: { params: NoParams; result: string[] }
  /**
   * What the key shows; null where that is nothing. Of a namespace that is known as strong this and what writes are the voters' word;
   * lists and watches are of what this node has heard of, and the methods of history, conflicts and snapshots reject with `NOT_IN_STRONG`.
   */
  stateGet: { params: KeyParams; result: WireEntry | WireStrongEntry | null }
  /**
   * Writes a value. A namespace that nobody has declared is declared by this, as strong, or with `policy` or else `latest`; one that is
   * declared refuses another policy.
   */
  stateSet: {
    params: WriteParams & { value: Json; policy?: PolicyName; rank?: number; strong?: boolean }
    result: { version: string }
  }
  /** Whether the key held something. */
  stateDelete: { params: WriteParams; result: { deleted: boolean } }
  /** Some of the keys, in order; as many as were asked for, or as fit one answer. */
  stateList: { params: NamespaceParams & { prefix?: string; after?: string; limit?: number }; result: WirePage }
  /** The writes of a key, the newest first. */
  stateHistory: { params: KeyParams; result: WireHistory }
  /** Keys of a `manual` namespace that somebody has to choose for. */
  stateConflicts: { params: NamespaceParams; result: WireConflicts }
  /** Ends a conflict with this value. */
  stateResolve: { params: WriteParams & { value: Json }; result: { version: string } }
  /** A stream of the keys as they are and of every change from then on. Resolves when the namespace is closed or it is cancelled. */
  stateWatch: { params: NamespaceParams & StreamParams & { prefix?: string }; result: NoParams }
  /** A stream of what the namespace shows now. */
  stateSnapshot: { params: NamespaceParams & StreamParams; result: { entries: number } }
  /** Makes everything what a snapshot has. The node reads the file itself; its path is absolute. */
  stateRestore: { params: NamespaceParams & { file: string }; result: { written: number } }
  /** Exchanges state with every connected peer now. */
  sync: { params: NoParams; result: SyncReport[] }
  /** How every connected peer's state stands to this node's. */
  syncStatus: { params: NoParams; result: PeerSync[] }
  /**
   * Holds a lock for as long as the call is open: cancelling it, or closing the connection, gives it back. The stream says what is held, and
   * whether it was lost; the answer comes when it is given back. Rejects with `HELD`, `LEASE_LOST` and what a lock rejects with.
   */
  lock: { params: LeaseParams & StreamParams; result: NoParams }
  /** As `lock`. */
  semaphore: { params: LeaseParams & StreamParams & { permits: number }; result: NoParams }
  /** Waits for all parties; cancelling it breaks the barrier. */
  barrier: { params: { name: string; parties: number; waitMs?: number }; result: { generation: number } }
  registerGet: { params: { name: string }; result: WireReading }
  registerSet: { params: { name: string; value: Json }; result: WireReading }
  /** Leaves it without a value, so that it is forgotten after a while. */
  registerDelete: { params: { name: string }; result: WireReading }
  /** Writes where the register's version is `expected`. */
  registerCas: { params: { name: string; expected: string; value: Json }; result: WireReading & { applied: boolean } }
  /** What this node knows of the voters, and what each answers now. */
  voters: { params: NoParams; result: VotersStatus & AskedVoters }
  /** Founds the voters, or makes them these; ids of peers. */
  votersSet: { params: { voters: PeerId[] }; result: VoterSet }
  votersAdd: { params: { voter: PeerId }; result: VoterSet }
  votersRemove: { params: { voter: PeerId }; result: VoterSet }
  /** Leaves the mesh and ends the process; answered before it begins. */
  down: { params: NoParams; result: { pid: number } }
}

export interface NamespaceParams {
  namespace: string
}

export interface KeyParams extends NamespaceParams {
  key: string
}

export interface WriteParams extends KeyParams {
  /** Only if the key is at this version, or holds nothing where it is null; else `VERSION_CONFLICT`, with `details.current`. */
  expect?: string | null
  /** The fencing token of the lock under which it is written; else `STALE_FENCE` where a newer holder has written. */
  fence?: number
}

export interface LeaseParams {
  name: string
  ttlMs?: number
  waitMs?: number
}

/** What becomes of a lease. `held` comes when it is acquired and with every renewal, `lost` once: end what it protects, then cancel. */
export type LeaseItem =
  | {
      type: 'held'
      fence: number
      /** When it ends unless more is said, by the monotonic clock of this machine (`machineMs`). */
      untilMs: number
    }
  | { type: 'lost'; code: string; message: string; hint: string }

/** What a register holds. */
export interface WireReading {
  /** Null where it holds nothing, too. */
  value: Json
  isEmpty: boolean
  version: string
  revision: number
}

/** Of a method whose answer begins as a stream: `stream` notifications carry what comes before the result. */
export interface StreamParams {
  /** What the caller calls it: no other open stream of the connection is called so. */
  stream: string
}

/** What the streams of the methods carry. */
export interface ControlStreams {
  stateWatch: WireWatchItem
  stateSnapshot: WireSnapshotPart
  lock: LeaseItem
  semaphore: LeaseItem
}

export type StreamMethod = keyof ControlStreams

export type ControlMethod = keyof ControlMethods
export type ControlParams<M extends ControlMethod> = ControlMethods[M]['params']
export type ControlResult<M extends ControlMethod> = ControlMethods[M]['result']
export type NoParams = Record<string, never>

export interface NodeStatus extends MeshStatus {
  /** The data directory. */
  data: string
  /** Of the node's process. */
  pid: number
  /** The wall clock when it answered, in milliseconds since 1970. */
  clockMs: number
  /** Of the runtime. */
  nodeVersion: string
}

/** What a node sends while a request is open, by the name of the notification. */
export interface ControlNotifications {
  /** A task that a `wait` is open for has changed. */
  task: TaskRecord
  stream: { stream: string; item: ControlStreams[StreamMethod] }
}

/** What an error answer carries in `data`; its JSON-RPC `code` is always `CONTROL_ERROR`. */
export interface ControlErrorData {
  code: string
  message: string
  hint: string
  /** More about it, for programs. */
  details?: ControlErrorDetails
}

export interface ControlErrorDetails {
  /** Of a `VERSION_CONFLICT`: what the key shows now, null where that is nothing. */
  current?: WireEntry | WireStrongEntry | null
}

/** JSON-RPC error code of every answer that is an error of covey's own; what kind it is stands in `data.code`. */
export const CONTROL_ERROR = 1
