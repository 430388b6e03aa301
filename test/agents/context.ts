import type { TaskContext } from '../../src/capabilities/agent.ts'

export interface RecordedContext extends TaskContext {
  /** What the handler reported, in order. */
  readonly reports: [fraction: number | undefined, message?: string][]
  abort(reason?: Error): void
}

/** What a handler gets, remembering what it reports. */
export function contextFor(capability: string, onProgress: () => void = () => {}): RecordedContext {
  const controller = new AbortController()
  const reports: [number | undefined, string?][] = []
  return {
    id: 'task-1',
    capability,
    attempt: 2,
    signal: controller.signal,
    reports,
    progress(fraction, message) {
      reports.push(message === undefined ? [fraction] : [fraction, message])
      onProgress()
    },
    abort: (reason = new Error('taken back')) => controller.abort(reason),
  }
}
