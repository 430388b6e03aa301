import type { OwnTask } from './own-task.ts'

/** Own tasks that nobody takes at the moment, in the order in which they began to wait. */
export class WaitingRoom {
  readonly #byCapability = new Map<string, Set<OwnTask>>()

  enter(task: OwnTask): void {
    const waiting = this.#byCapability.get(task.query.name)
    if (waiting) waiting.add(task)
    else this.#byCapability.set(task.query.name, new Set([task]))
  }

  leave(task: OwnTask): void {
    const waiting = this.#byCapability.get(task.query.name)
    if (waiting?.delete(task) && waiting.size === 0) this.#byCapability.delete(task.query.name)
  }

  /** All that wait for a capability. */
  of(capability: string): readonly OwnTask[] {
    return [...(this.#byCapability.get(capability) ?? [])]
  }

  /** Who is next when a worker of `capability` has room again: agents with several serve others too. */
  next(capability: string): OwnTask | undefined {
    const waiting = this.#byCapability.get(capability) ?? this.#byCapability.values().next().value
    return waiting?.values().next().value
  }
}
