import type { TaskHandle, TaskRecord } from './task.ts'

/** What a handle needs of the task it stands for. */
export interface HandleSource {
  readonly id: string
  /** Nothing will change any more. */
  readonly isOver: boolean
  record(): TaskRecord
  cancel(reason: string): void
}

/** The handle of one task; whoever changes the task calls `changed`. */
export class Handle implements TaskHandle {
  readonly id: string
  readonly #source: HandleSource
  #waiting: (() => void)[] = []
  #version = 0

  constructor(source: HandleSource) {
    this.id = source.id
    this.#source = source
  }

  changed(): void {
    this.#version++
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  record(): TaskRecord {
    return this.#source.record()
  }

  async ended(): Promise<TaskRecord> {
    while (!this.#source.isOver) await this.#change()
    return this.record()
  }

  async *changes(): AsyncGenerator<TaskRecord> {
    while (true) {
      const version = this.#version
      const last = this.#source.isOver
      yield this.record()
      if (last) return
      if (this.#version === version) await this.#change()
    }
  }

  cancel(reason = 'cancelled by the caller'): void {
    this.#source.cancel(reason)
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
