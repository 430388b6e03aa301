import { CoveyError } from '../lib/errors.ts'
import type { Mesh } from '../mesh/mesh.ts'
import type { TaskHandle, TaskRecord } from '../tasks/task.ts'
import { leaseHandlers } from './lease-methods.ts'
import type {
  ControlMethod,
  ControlParams,
  ControlResult,
  ControlStreams,
  NodeStatus,
  StreamMethod,
} from './protocol.ts'
import { stateHandlers } from './state-methods.ts'

/** What a method gets besides its parameters. */
export interface CallContext {
  /** Aborts when the caller cancels or is gone. */
  signal: AbortSignal
  /** Tells the caller of a task's change; resolves when it is on its way, so that a slow reader slows only itself. */
  notifyTask(record: TaskRecord): Promise<void>
  /** Adds to the stream that a method with `StreamParams` answers with; resolves as `notifyTask` does. */
  send(item: ControlStreams[StreamMethod]): Promise<void>
  /** Asks the process to leave as soon as the answer is on its way. */
  leaveAfterAnswer(): void
}

export type ControlHandlers = {
  [M in ControlMethod]: (params: ControlParams<M>, context: CallContext) => ControlResult<M> | Promise<ControlResult<M>>
}

/** The local API over a running mesh. */
export function controlHandlers(mesh: Mesh, data: string): ControlHandlers {
  const handle = (id: string): TaskHandle => {
    const found = mesh.task(id)
    if (found === undefined) {
      throw new CoveyError(
        'NO_SUCH_TASK',
        `${mesh.name} knows no task "${id}"`,
        'List the tasks it submitted: covey tasks.',
      )
    }
    return found
  }
  return {
    status: () => nodeStatus(mesh, data),
    peers: () => mesh.peers(),
    members: () => mesh.members.list(),
    evict: async ({ peer, reason }) => {
      await mesh.members.evict(peer, reason)
      return {}
    },
    find: (query) => mesh.find(query),
    join: async ({ address }) => ({ peer: await mesh.join(address) }),
    submit: (request) => mesh.submit(request).record(),
    wait: ({ id }, context) => waitFor(handle(id), context),
    tasks: () => mesh.tasks(),
    task: ({ id }) => handle(id).record(),
    cancel: ({ id, reason }) => {
      const task = handle(id)
      task.cancel(reason)
      return task.record()
    },
    vote: async (request, { signal }) => (await mesh.vote(request, { signal })).receipt,
    ...stateHandlers(mesh),
    ...leaseHandlers(mesh),
    down: (_, context) => {
      context.leaveAfterAnswer()
      return { pid: process.pid }
    },
  }
}

/** The mesh's status with what only the process knows. */
export const nodeStatus = (mesh: Mesh, data: string): NodeStatus => ({
  ...mesh.status(),
  data,
  pid: process.pid,
  clockMs: Date.now(),
  nodeVersion: process.versions.node,
})

async function waitFor(task: TaskHandle, { signal, notifyTask }: CallContext): Promise<TaskRecord> {
  const gone = new Promise<'gone'>((resolve) => {
    if (signal.aborted) resolve('gone')
    signal.addEventListener('abort', () => resolve('gone'), { once: true })
  })
  const changes = task.changes()[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([changes.next(), gone])
      if (next === 'gone' || next.done === true) return task.record()
      await notifyTask(next.value)
    }
  } finally {
    void changes.return?.()
  }
}
