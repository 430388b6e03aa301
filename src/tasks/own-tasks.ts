import { BusyError } from '../lib/errors.ts'
import type { OwnTask } from './own-task.ts'

/** Own tasks that have not ended. */
export const MAX_OPEN_TASKS = 10_000
/** Input of own tasks that have not ended, in bytes. */
export const MAX_OPEN_BYTES = 256 * 1024 * 1024
/** Own tasks that have ended and can still be looked at; the oldest are forgotten first. */
export const MAX_ENDED_TASKS = 10_000
/** Results of own tasks that have ended, in bytes. */
export const MAX_ENDED_BYTES = 64 * 1024 * 1024

/** The tasks that were submitted here: all open ones, and the last that ended. Bounded in number and bytes. */
export class OwnTasks {
  readonly #open = new Map<string, OwnTask>()
  readonly #ended = new Map<string, OwnTask>()
  #openBytes = 0
  #endedBytes = 0

  /** Throws `BusyError` where there is no room. */
  add(task: OwnTask): void {
    if (this.#open.size >= MAX_OPEN_TASKS) throw new BusyError(`${MAX_OPEN_TASKS} tasks of this node are open`)
    if (this.#openBytes + task.bytes > MAX_OPEN_BYTES) {
      throw new BusyError(`the open tasks of this node have ${this.#openBytes} bytes of input`)
    }
    this.#open.set(task.id, task)
    this.#openBytes += task.bytes
  }

  /** Notes that a task has ended, with a result of `bytes`. */
  end(task: OwnTask, bytes: number): void {
    if (!this.#open.delete(task.id)) return
    this.#openBytes -= task.bytes
    task.bytes = bytes
    this.#ended.set(task.id, task)
    this.#endedBytes += bytes
    for (const oldest of this.#ended.values()) {
      if (this.#ended.size <= MAX_ENDED_TASKS && this.#endedBytes <= MAX_ENDED_BYTES) break
      this.#ended.delete(oldest.id)
      this.#endedBytes -= oldest.bytes
    }
  }

  get(id: string): OwnTask | undefined {
    return this.#open.get(id) ?? this.#ended.get(id)
  }

  open(): IterableIterator<OwnTask> {
    return this.#open.values()
  }

  /** Ended ones first, each kind in the order of its beginning or end. */
  all(): OwnTask[] {
    return [...this.#ended.values(), ...this.#open.values()]
  }
}
