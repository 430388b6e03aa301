import { seededRandom } from '../../src/lib/random.ts'
import { decodeRow } from '../../src/membership/codec.ts'
import { Detector, type DetectorEffects } from '../../src/membership/detector.ts'
import type { MemberState } from '../../src/membership/member.ts'
import { PRESETS } from '../../src/membership/presets.ts'
import type { Row } from '../../src/membership/row.ts'

export const row = (id: string, state: MemberState, incarnation = 1, accusers: string[] = []): Row => ({
  id,
  state,
  incarnation,
  addresses: ['/ip4/10.0.0.1/tcp/4001'],
  accusers,
})

interface Ping {
  target: string
  probe: number
}

/** The core of node `me`, with every effect written down, and time in the hands of the test. */
export class Bench {
  now = 0
  readonly pings: Ping[] = []
  readonly asked: { helper: string; target: string; probe: number }[] = []
  readonly told: { peers: readonly string[]; rows: (Row | undefined)[] }[] = []
  readonly events: string[] = []
  readonly reserved: number[] = []
  readonly reconnected: string[] = []
  compared = 0
  readonly core: Detector

  constructor(...others: string[]) {
    const effects: DetectorEffects = {
      ping: (target, probe) => this.pings.push({ target, probe }),
      pingVia: (helper, target, probe) => this.asked.push({ helper, target, probe }),
      tell: (peers, rows) => this.told.push({ peers: [...peers], rows: rows.map(decodeRow) }),
      reserve: (bound) => this.reserved.push(bound),
      compare: () => this.compared++,
      reconnect: (peer) => this.reconnected.push(peer),
      wanted: () => {},
      event: (name, { id }) => this.events.push(`${name} ${id}`),
    }
    const init = { self: 'me', addresses: [], incarnation: 1, preset: PRESETS.lan, random: seededRandom(1) }
    this.core = new Detector({ ...init, maxConnections: 64, effects }, 0)
    for (const id of others) {
      this.core.connected(id, 0)
      this.hear(row(id, 'alive'))
    }
  }

  hear(one: Row, from = 'friend'): void {
    this.core.rumours.merge(one, from, this.now)
  }

  /** Lets time pass in the steps that the core asks for; `answer` says which pings are answered. */
  run(ms: number, answer: (target: string) => boolean): void {
    const end = this.now + ms
    while (this.core.due <= end) {
      this.now = Math.max(this.now, this.core.due)
      const before = this.pings.length
      this.core.tick(this.now)
      for (const { target, probe } of this.pings.slice(before)) {
        if (answer(target)) this.core.acknowledged(probe, undefined, this.now)
      }
    }
    this.now = end
  }

  state(id: string): MemberState | undefined {
    return this.core.table.get(id)?.state
  }
}
