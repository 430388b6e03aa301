import type { SimulatedEvent } from './scheduler.ts'

/** Width of the ring in slots of one virtual millisecond each: latencies, probes and gossip fall into it, long timeouts do not. */
const SLOTS = 1024
/** Of a slot's number its place in the ring: `%` of numbers beyond 2^31 is slow, and years pass in some simulations. */
const placeOf = (slot: number): number => slot & (SLOTS - 1)

/**
 * Events in the order of their moments, those of one moment in the order in which they were scheduled. A calendar queue
 * (Brown 1988): near ones lie in a ring of slots, each put in order only when its turn comes and without what was cancelled
 * until then; far ones wait in a heap. A heap of all would compare each event with a dozen others that no cache holds.
 */
export class Agenda {
  readonly #slots: (SimulatedEvent[] | undefined)[] = new Array(SLOTS).fill(undefined)
  /** Which places hold events, a bit each: most of an hour in which little happens is empty, and is passed over at once. */
  readonly #taken = new Int32Array(SLOTS / 32)
  /** The slot that is in order, by its number since the beginning, and how far it is read. */
  #slot = -1
  #open: SimulatedEvent[] = []
  #next = 0
  /** In the slots after the open one. */
  #near = 0
  readonly #far: SimulatedEvent[] = []

  push(event: SimulatedEvent): void {
    const slot = Math.floor(event.at)
    if (slot <= this.#slot) this.#insert(event)
    else if (slot < this.#slot + SLOTS) this.#put(slot, event)
    else pushHeap(this.#far, event)
  }

  /** The earliest at or before `until` that was not cancelled; it stays. */
  peek(until: number): SimulatedEvent | undefined {
    while (true) {
      for (; this.#next < this.#open.length; this.#next++) {
        const event = this.#open[this.#next] as SimulatedEvent
        if (!event.cancelled) return event.at <= until ? event : undefined
      }
      if (!this.#turn(Math.floor(until))) return undefined
    }
  }

  /** Takes out what `peek` has shown. */
  take(event: SimulatedEvent): SimulatedEvent {
    this.#next++
    return event
  }

  /** Opens the next slot with events in it, up to the one numbered `last`. */
  #turn(last: number): boolean {
    // What is far is later than all that is near.
    const slot = this.#near > 0 ? this.#nextTaken() : Math.floor(this.#far[0]?.at ?? Number.POSITIVE_INFINITY)
    if (slot > last) return false
    this.#slot = slot
    this.#fetch()
    const place = placeOf(slot)
    const events = this.#slots[place] ?? []
    this.#slots[place] = undefined
    this.#taken[place >> 5] = (this.#taken[place >> 5] as number) & ~(1 << place)
    this.#near -= events.length
    this.#open = events.filter(({ cancelled }) => !cancelled).sort(order)
    this.#next = 0
    return true
  }

  /** The number of the first slot after the open one that holds events; there is one. */
  #nextTaken(): number {
    const start = placeOf(this.#slot + 1)
    let word = start >> 5
    let bits = (this.#taken[word] as number) & (-1 << start)
    while (bits === 0) {
      word = (word + 1) % this.#taken.length
      bits = this.#taken[word] as number
    }
    const place = word * 32 + 31 - Math.clz32(bits & -bits)
    return this.#slot + 1 + placeOf(place - start)
  }

  /** Moves what is far no longer into the ring. */
  #fetch(): void {
    const end = this.#slot + SLOTS
    for (let first = this.#far[0]; first && first.at < end; first = this.#far[0]) {
      popHeap(this.#far)
      if (!first.cancelled) this.#put(Math.floor(first.at), first)
    }
  }

  #put(slot: number, event: SimulatedEvent): void {
    const place = placeOf(slot)
    const events = this.#slots[place]
    if (events) {
      events.push(event)
    } else {
      this.#slots[place] = [event]
      this.#taken[place >> 5] = (this.#taken[place >> 5] as number) | (1 << place)
    }
    this.#near++
  }

  /** Among those of the open slot that are still to come. */
  #insert(event: SimulatedEvent): void {
    let low = this.#next
    let high = this.#open.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (order(this.#open[middle] as SimulatedEvent, event) < 0) low = middle + 1
      else high = middle
    }
    this.#open.splice(low, 0, event)
  }
}

const order = (a: SimulatedEvent, b: SimulatedEvent): number => a.at - b.at || a.sequence - b.sequence

function pushHeap(heap: SimulatedEvent[], event: SimulatedEvent): void {
  let i = heap.length
  heap.push(event)
  while (i > 0) {
    const parent = (i - 1) >> 1
    const above = heap[parent] as SimulatedEvent
    if (order(event, above) > 0) break
    heap[i] = above
    i = parent
  }
  heap[i] = event
}

function popHeap(heap: SimulatedEvent[]): void {
  const last = heap.pop() as SimulatedEvent
  const size = heap.length
  if (size === 0) return
  let i = 0
  while (true) {
    let child = 2 * i + 1
    if (child >= size) break
    if (child + 1 < size && order(heap[child + 1] as SimulatedEvent, heap[child] as SimulatedEvent) < 0) child++
    const below = heap[child] as SimulatedEvent
    if (order(below, last) > 0) break
    heap[i] = below
    i = child
  }
  heap[i] = last
}
