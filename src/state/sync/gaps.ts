import type { Clock, Timer } from '../../lib/clock.ts'
import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import type { Dot } from '../dot.ts'

/** Peers with a gap that are remembered at a time; the periodic exchange finds the others. */
const MAX_GAPS = 256

/** Writes that peers told of and that do not show here: looked for after a moment, if they still do not. */
export class Gaps {
  readonly #clock: Clock
  readonly #core: StateCore
  readonly #look: (peer: PeerId) => void
  readonly #gaps = new Map<PeerId, { dot: Dot; timer: Timer }>()

  constructor(clock: Clock, core: StateCore, look: (peer: PeerId) => void) {
    this.#clock = clock
    this.#core = core
    this.#look = look
  }

  /** `peer` knows of that write. */
  add(peer: PeerId, { replica, sequence }: Dot, graceMs: number): void {
    const known = this.#gaps.get(peer)
    // One that is looked for anyway is left alone: a row of gaps must not push the look ever further away.
    if (known || this.#gaps.size >= MAX_GAPS) return
    const dot = { replica, sequence }
    const timer = this.#clock.after(graceMs, () => {
      this.#gaps.delete(peer)
      if (dot.sequence > this.#core.visible(dot.replica)) this.#look(peer)
    })
    this.#gaps.set(peer, { dot, timer })
  }

  stop(): void {
    for (const { timer } of this.#gaps.values()) timer.cancel()
    this.#gaps.clear()
  }
}
