import type { CapabilityQuery, Provider } from '../capabilities/provider.ts'
import type { MeshStatus, PeerView } from '../mesh/mesh.ts'
import type { PeerId } from '../network/network.ts'
import type { TaskRecord, TaskRequest } from '../tasks/task.ts'

/**
 * The local API: JSON-RPC 2.0 with the framing of the Language Server Protocol (`Content-Length`), over the Unix socket
 * `covey.sock` in a node's data directory. Parameters are one object. Types only, so that clients load nothing for it.
 */
export interface ControlMethods {
  /** This node. */
  status: { params: NoParams; result: NodeStatus }
  /** Who is there, this node first. */
  peers: { params: NoParams; result: PeerView[] }
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
  /** Leaves the mesh and ends the process; answered before it begins. */
  down: { params: NoParams; result: { pid: number } }
}

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

/** Notification from the node while a `wait` is open. */
export const TASK_NOTIFICATION = 'task'

/** What an error answer carries in `data`; its JSON-RPC `code` is always `CONTROL_ERROR`. */
export interface ControlErrorData {
  code: string
  message: string
  hint: string
}

/** JSON-RPC error code of every answer that is an error of covey's own; what kind it is stands in `data.code`. */
export const CONTROL_ERROR = 1
