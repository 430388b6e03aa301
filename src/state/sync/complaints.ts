import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import { MAX_COMPLAINTS } from './limits.ts'

/** What of peers' messages was dropped: counted, and logged once for each peer and kind. */
export class Complaints {
  readonly #log: Log
  readonly #said = new Set<string>()
  dropped = 0

  constructor(log: Log) {
    this.#log = log
  }

  add(peer: PeerId, what: string, error: unknown): void {
    this.dropped++
    const key = `${peer} ${what}`
    if (this.#said.has(key) || this.#said.size >= MAX_COMPLAINTS) return
    this.#said.add(key)
    this.#log.warn('a peer sent what makes no sense; it was dropped', { peer, what, error: messageOf(error) })
  }
}
