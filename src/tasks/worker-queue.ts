import type { Refusal } from './lifecycle.ts'

/** Tasks that wait for one agent: work for a few minutes at most, and beyond that another node should have it. */
export const MAX_QUEUED_TASKS = 256
/** Input that waits on one node, in bytes: what strangers can make it hold. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024

/** Something that waits for a slot. */
export interface Queued {
  readonly bytes: number
}

interface Lane<T> {
  slots: number
  running: Set<T>
  waiting: Set<T>
}

/** The slots and bounded queues of a worker's agents, as plain data. First come, first served. */
export class WorkerQueue<T extends Queued> {
  readonly #lanes = new Map<string, Lane<T>>()
  #waitingBytes = 0

  /** Opens the lane of an agent that runs `slots` tasks at once. */
  open(agent: string, slots: number): void {
    this.#lanes.set(agent, { slots, running: new Set(), waiting: new Set() })
  }

  /** Takes a job in: it runs at once, waits, or there is no room. */
  add(agent: string, job: T): 'running' | 'waiting' | Refusal {
    const lane = this.#lanes.get(agent)
    if (!lane) return { code: 'NOT_OFFERED', reason: `no agent ${agent}` }
    if (lane.running.size < lane.slots) {
      lane.running.add(job)
      return 'running'
    }
    const refusal = this.#full(lane, job.bytes)
    if (refusal) return refusal
    lane.waiting.add(job)
    this.#waitingBytes += job.bytes
    return 'waiting'
  }

  /** Takes a job out, wherever it was, and returns the one that runs in its place. */
  remove(agent: string, job: T): T | undefined {
    const lane = this.#lanes.get(agent)
    if (!lane) return undefined
    this.#unqueue(lane, job)
    if (!lane.running.delete(job) || lane.running.size >= lane.slots) return undefined
    const next = lane.waiting.values().next()
    if (next.done) return undefined
    this.#unqueue(lane, next.value)
    lane.running.add(next.value)
    return next.value
  }

  counts(agent: string): { running: number; queued: number; slots: number; room: number } {
    const lane = this.#lanes.get(agent)
    if (!lane) return { running: 0, queued: 0, slots: 0, room: 0 }
    const { slots, running, waiting } = lane
    const places = this.#waitingBytes < MAX_QUEUED_BYTES ? MAX_QUEUED_TASKS - waiting.size : 0
    return { running: running.size, queued: waiting.size, slots, room: Math.max(0, slots - running.size) + places }
  }

  #full({ waiting }: Lane<T>, bytes: number): Refusal | undefined {
    if (waiting.size >= MAX_QUEUED_TASKS) {
      return { code: 'OVERLOADED', reason: `${waiting.size} tasks wait already` }
    }
    if (this.#waitingBytes + bytes > MAX_QUEUED_BYTES) {
      return { code: 'OVERLOADED', reason: `tasks with ${this.#waitingBytes} bytes of input wait already` }
    }
    return undefined
  }

  #unqueue(lane: Lane<T>, job: T): void {
    if (lane.waiting.delete(job)) this.#waitingBytes -= job.bytes
  }
}
