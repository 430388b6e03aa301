/** Rows that are worth a transaction of their own, at the least: fewer cost little beside what a sync of the disk costs. */
const MIN_ROWS = 16
/** Orders to the thread that are under way at once: one that it works on, and one that waits for it. */
const MAX_ORDERS = 2

/**
 * When what gathers goes to the thread that writes: at the end of the turn as a rule, so that it is one transaction and one sync
 * of the disk. But where many wait for each other, as writers do who each write again when they hear that they are durable,
 * the thread would be idle while they gather, and they while it writes. Where gathering takes long beside a transaction (a
 * quick disk), half of them go ahead, and from then on the one half gathers while the other is written. Where the disk is
 * slow one sync for all is better, and they stay together. Pure; times in milliseconds.
 */
export class Pace {
  /** How long the last transaction took; nothing is known before the first. */
  #took = Number.POSITIVE_INFINITY
  #orders = 0
  /** Rows under way: sent, and gathered since. */
  #sent = 0
  #gathered = 0
  /** Rows under way when the last turn ended: what may be expected of this one. */
  #usual = 0
  /** When the first rows of those gathered came, and how many they were. */
  #since = 0
  #first = 0

  /** Rows have come at `now`; answers whether those that have gathered are to go at once. */
  gather(rows: number, now: number): boolean {
    if (this.#gathered === 0) {
      this.#since = now
      this.#first = rows
    }
    this.#gathered += rows
    const enough = this.#gathered >= MIN_ROWS && this.#gathered * 2 >= this.#usual
    return enough && this.#orders < MAX_ORDERS && this.#gathersSlowly(now)
  }

  /** So many of those gathered were sent as one order; `turnEnds` unless they were sent ahead. */
  send(rows: number, turnEnds: boolean): void {
    if (turnEnds) this.#usual = this.#sent + this.#gathered
    this.#orders++
    this.#sent += rows
    this.#gathered = Math.max(0, this.#gathered - rows)
  }

  /** An order of so many rows is over; its transaction took so long, if it had one. */
  done(rows: number, took?: number): void {
    this.#orders--
    this.#sent -= rows
    if (took !== undefined) this.#took = took
  }

  /** Whether all that is under way takes more than half as long to gather as a transaction takes: then a second sync costs less. */
  #gathersSlowly(now: number): boolean {
    const timed = this.#gathered - this.#first
    return timed > 0 && ((now - this.#since) * this.#usual) / timed > this.#took / 2
  }
}
