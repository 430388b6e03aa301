import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { type Direction, handshakeRefusalOf } from './refusal.ts'

/** A refusal for the same reason between the same hosts is logged once in this time, in milliseconds: peers redial every second. */
const QUIET_MS = 60_000
/** Refusals remembered for that, in entries; beyond it the oldest is forgotten and may be logged again. */
const MAX_REMEMBERED = 256

/** Writes down whose handshake failed and why: each pair of hosts and reason once a while. */
export class RefusalLog {
  readonly #clock: Clock
  readonly #log: Log
  readonly #psk: boolean
  readonly #said = new Map<string, number>()

  constructor(clock: Clock, log: Log, psk: boolean) {
    this.#clock = clock
    this.#log = log
    this.#psk = psk
  }

  add(direction: Direction, address: string, error: unknown): void {
    const reason = handshakeRefusalOf(error, this.#psk)
    if (!this.#isNew(`${direction} ${host(address)} ${reason}`)) return
    const what =
      direction === 'inbound' ? 'a node that came in was refused' : 'a node that was dialled refused, or was refused'
    this.#log.warn(what, { address, reason })
  }

  #isNew(key: string): boolean {
    const now = this.#clock.monotonic()
    const last = this.#said.get(key)
    if (last !== undefined && now - last < QUIET_MS) return false
    if (this.#said.size >= MAX_REMEMBERED) this.#said.delete(this.#said.keys().next().value as string)
    this.#said.set(key, now)
    return true
  }
}

/** `/ip4/10.0.0.1` of `/ip4/10.0.0.1/tcp/40112`: the port of a dialler is another every time. */
function host(address: string): string {
  return address.split('/').slice(0, 3).join('/')
}
