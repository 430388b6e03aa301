import type { TaskRecord } from '../../tasks/task.ts'
import type { Document } from './documents.ts'
import type { SwarmNode } from './swarm.ts'

/** What is asked about every document. */
export const CAPABILITIES = ['text.language', 'text.keywords', 'text.entities', 'text.sentiment'] as const
export type TextCapability = (typeof CAPABILITIES)[number]

/** Tasks handed in and not ended at any time: enough to keep every worker busy, with some waiting at each. */
export const MAX_IN_FLIGHT = 32

/** How long one task may take, in milliseconds: a second is much, and a loaded machine takes ten times as long. */
const TASK_LIMIT_MS = 60_000

export interface JobTask {
  readonly document: Document
  readonly capability: TextCapability
  /** As it was last heard of. */
  record: TaskRecord | undefined
}

/** All tasks of all documents, handed in at one node for the others to do, and what is known of each. */
export class Job {
  readonly tasks: readonly JobTask[]
  readonly #requester: SwarmNode
  readonly #byId = new Map<string, JobTask>()
  readonly #changed: () => void

  /** `changed` is called whenever one of the records has changed. */
  constructor(documents: readonly Document[], requester: SwarmNode, changed: () => void) {
    this.tasks = documents.flatMap((document) =>
      CAPABILITIES.map((capability) => ({ document, capability, record: undefined })),
    )
    this.#requester = requester
    this.#changed = changed
  }

  get ended(): number {
    return this.tasks.filter(({ record }) => record?.endedAt !== undefined).length
  }

  get done(): number {
    return this.tasks.filter(({ record }) => record?.status === 'done').length
  }

  /** The tasks that a worker has and has not ended. */
  heldBy(worker: string): JobTask[] {
    return this.tasks.filter(({ record }) => {
      const attempt = record?.attempts.at(-1)
      return record?.endedAt === undefined && attempt?.worker === worker && attempt.endedAt === undefined
    })
  }

  /** The tasks that a worker was given and did not answer. */
  lostBy(worker: string): JobTask[] {
    return this.tasks.filter(({ record }) =>
      record?.attempts.some((attempt) => attempt.worker === worker && attempt.error),
    )
  }

  /** Resolves when every task has ended, whatever the end; rejects when the node is gone. */
  async run(): Promise<void> {
    this.#requester.client.onTask((record) => this.#update(record))
    const waiting = [...this.tasks]
    const work = async (): Promise<void> => {
      for (let task = waiting.shift(); task; task = waiting.shift()) await this.#runTask(task)
    }
    await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, work))
  }

  async #runTask(task: JobTask): Promise<void> {
    const { document, capability } = task
    const { client, status } = this.#requester
    const input = { text: document.text }
    const { id } = await client.call('submit', { capability, input, timeoutMs: TASK_LIMIT_MS, exclude: [status.id] })
    this.#byId.set(id, task)
    this.#update(await client.call('wait', { id }))
  }

  #update(record: TaskRecord): void {
    const task = this.#byId.get(record.id)
    // Every notification answers a wait of ours.
    if (task === undefined) return
    task.record = record
    this.#changed()
  }
}
