import type { PeerId } from '../network/network.ts'

/** Half-life of what is remembered, in milliseconds: a node that was repaired is trusted again within the hour. */
export const HISTORY_HALF_LIFE_MS = 10 * 60 * 1000
/** Peers and capabilities remembered, least recently used forgotten first: some hundred nodes with a few dozen each. */
export const MAX_HISTORY_ENTRIES = 4096
/** Successes that everybody starts with: strangers are as good as the best, and one failure is not the end. */
const PRIOR_SUCCESSES = 3

interface Entry {
  successes: number
  failures: number
  at: number
}

/** Own past success with each peer and capability, decaying exponentially. */
export class History {
  readonly #entries = new Map<string, Entry>()

  note(peer: PeerId, capability: string, ok: boolean, now: number): void {
    const key = keyOf(peer, capability)
    const entry = decayed(this.#entries.get(key), now)
    if (ok) entry.successes++
    else entry.failures++
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size <= MAX_HISTORY_ENTRIES) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }

  /** Rate of success from 0 to 1; 1 where nothing else is known. */
  success(peer: PeerId, capability: string, now: number): number {
    const { successes, failures } = decayed(this.#entries.get(keyOf(peer, capability)), now)
    return (successes + PRIOR_SUCCESSES) / (successes + failures + PRIOR_SUCCESSES)
  }
}

function decayed(entry: Entry | undefined, now: number): Entry {
  if (!entry) return { successes: 0, failures: 0, at: now }
  const rest = 0.5 ** ((now - entry.at) / HISTORY_HALF_LIFE_MS)
  return { successes: entry.successes * rest, failures: entry.failures * rest, at: now }
}

const keyOf = (peer: PeerId, capability: string): string => `${peer} ${capability}`
