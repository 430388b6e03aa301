import type { Timer } from '../../lib/clock.ts'
import { Agenda } from './agenda.ts'

/** Something that happens at a virtual moment. Events of one moment happen in the order in which they were scheduled. */
export class SimulatedEvent implements Timer {
  at: number
  readonly sequence: number
  /** Whose event it is: a paused process gets it later, a dead one never. */
  readonly owner: EventOwner | undefined
  run: () => void

  constructor(at: number, sequence: number, owner: EventOwner | undefined, run: () => void) {
    this.at = at
    this.sequence = sequence
    this.owner = owner
    this.run = run
  }

  get cancelled(): boolean {
    return this.run === nothing
  }

  /** It keeps its place until its time comes, and nothing else: what it would have worked on may go. */
  cancel(): void {
    this.run = nothing
  }
}

const nothing = (): void => undefined

export interface EventOwner {
  readonly alive: boolean
  /** Keeps the event for later if the owner is paused, and says so. */
  holds(event: SimulatedEvent): boolean
}

/** Real event-loop turns are taken this often, in events, so that the process that simulates stays responsive. */
const EVENTS_PER_TURN = 2000

/** Promise jobs are made by `then` of it: one of `queueMicrotask` carries an asynchronous resource with it, and costs more. */
const settled = Promise.resolve()

/** Virtual time: events run one after the other, with all promise jobs drained after each. */
export class Scheduler {
  readonly #agenda = new Agenda()
  /** Events of the present moment: they need no order. */
  #present: SimulatedEvent[] = []
  #presentAt = 0
  #sequence = 0
  #now = 0
  #processed = 0
  #running = false

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.#now
  }

  /** Events run so far. */
  get processed(): number {
    return this.#processed
  }

  schedule(at: number, owner: EventOwner | undefined, run: () => void): SimulatedEvent {
    const event = new SimulatedEvent(at, this.#sequence++, owner, run)
    if (at <= this.#now) {
      event.at = this.#now
      this.#present.push(event)
    } else {
      this.#agenda.push(event)
    }
    return event
  }

  /**
   * Runs events until the virtual time `until`, or until `done` says so (asked after each event). What an event throws
   * rejects. Time stands at `until` afterwards, or where `done` was met.
   */
  run(until: number, done?: () => boolean): Promise<boolean> {
    if (this.#running) throw new Error('the simulation is running already: await the earlier run first')
    this.#running = true
    return new Promise<boolean>((resolve, reject) => {
      const finish = (met: boolean): void => {
        this.#running = false
        resolve(met)
      }
      // A promise job starts the next event by `nextTick`: that happens once no promise job is left, which is
      // exactly "everything the last event set off is done", and costs a tenth of a turn of the event loop.
      const proceed = (): void => {
        if (this.#processed % EVENTS_PER_TURN === 0) setImmediate(step)
        else process.nextTick(step)
      }
      const step = (): void => {
        try {
          if (done?.()) return finish(true)
          const event = this.#next(until)
          if (!event) {
            this.#now = Math.max(this.#now, until)
            return finish(false)
          }
          this.#now = event.at
          this.#processed++
          if (!event.owner || (event.owner.alive && !event.owner.holds(event))) event.run()
        } catch (error) {
          this.#running = false
          return reject(error)
        }
        settled.then(proceed)
      }
      settled.then(proceed)
    })
  }

  #next(until: number): SimulatedEvent | undefined {
    for (; this.#presentAt < this.#present.length; this.#presentAt++) {
      const present = this.#present[this.#presentAt] as SimulatedEvent
      if (present.cancelled) continue
      const earlier = this.#agenda.peek(present.at)
      if (earlier && earlier.sequence < present.sequence) return this.#agenda.take(earlier)
      this.#presentAt++
      return present
    }
    if (this.#presentAt > 0) {
      this.#present = []
      this.#presentAt = 0
    }
    const event = this.#agenda.peek(until)
    return event && this.#agenda.take(event)
  }
}
