import type { NodeStatus } from '../control/protocol.ts'
import type { Failure } from './failure.ts'

/**
 * What passes between a node's process and the covey process that started it over Node's IPC channel. A node whose
 * starter goes away without having released it leaves too: nothing is left behind by a demo that was killed.
 */
export type StarterMessage = { covey: 'up'; status: NodeStatus } | { covey: 'failed'; failure: Failure }

/** From the starter: from now on the node is on its own. */
export const RELEASE = { covey: 'release' } as const

export interface Starter {
  tell(message: StarterMessage): void
  /** Resolves when the starter ended without having released us. */
  readonly gone: Promise<void>
}

/** The covey process that started this one and listens, if one does. */
export function starter(): Starter | undefined {
  if (!process.connected) return undefined
  let released = false
  const gone = new Promise<void>((resolve) => {
    process.on('disconnect', () => {
      if (!released) resolve()
    })
  })
  process.on('message', (message) => {
    if ((message as typeof RELEASE).covey !== RELEASE.covey) return
    released = true
    process.disconnect()
  })
  return {
    gone,
    tell: (message) => {
      // The channel keeps the process alive, and after a failure there is nothing more to say. Whether the starter still
      // listens is told by `gone`, not by the error of a send.
      process.send?.(message, undefined, undefined, () => {
        if (message.covey === 'failed' && process.connected) process.disconnect()
      })
    },
  }
}
