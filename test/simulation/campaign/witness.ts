import type { CellChange } from '../../../src/state/cells.ts'
import { peerOf, type ReplicaId } from '../../../src/state/dot.ts'
import type { CellAddress, Sibling, WriteEvent } from '../../../src/state/entry.ts'
import { RESERVED_PREFIX } from '../../../src/state/limits.ts'
import type { StateStore } from '../../../src/state/store.ts'
import { cellName, descends, isKept, isSame, type Ledger, type Mark } from './ledger.ts'
import type { CampaignNode } from './node.ts'

/** Looks at every change that one life of a node shows, at the moment in which it shows. */
export class Witness {
  readonly node: CampaignNode
  readonly store: StateStore
  readonly #ledger: Ledger
  readonly #fail: (what: string) => void
  /** The last sequence of each replica that has shown in this life. */
  readonly #shown = new Map<ReplicaId, number>()
  /** All that has shown in this life. */
  readonly #seen = new Set<Mark>()
  /** The last own write's marks. */
  #own: readonly Mark[] = []
  /** The last write that this life gave a dot to. */
  #issued: WriteEvent | undefined
  /** The next change that shows is that another state has taken the place of this one. */
  #isAdopting = false

  /** Before the node's first write. */
  constructor(node: CampaignNode, ledger: Ledger, fail: (what: string) => void) {
    this.node = node
    this.store = node.life.store
    this.#ledger = ledger
    this.#fail = (what) => fail(`${node.name}: ${what}`)
    const { adopt } = this.store
    this.store.adopt = (replica, next, prepare, replaced) => {
      return adopt.call(this.store, replica, next, prepare, () => {
        this.#isAdopting = true
        return replaced()
      })
    }
    this.store.on('loaded', () => this.#checkLoaded())
    this.store.on('change', (changes) => this.#onChange(changes))
    this.store.on('written', (event) => this.#onWritten(event))
  }

  /** What the last own write consists of. */
  get lastWrite(): readonly Mark[] {
    return this.#own
  }

  /** The marks that stand in a cell here. */
  standing(entry: CellAddress): Mark[] {
    return this.#ledger.marks(entry, this.store.core.siblings(entry))
  }

  #onChange(all: readonly CellChange[]): void {
    // Its own records too: they may be given a dot that a crash took back from what is watched here.
    for (const { before, after } of all) for (const one of after) if (!holds(before, one)) this.#noteIssued(one.event)
    const changes = all.filter(({ namespace }) => !namespace.startsWith(RESERVED_PREFIX))
    const fresh = changes.map((change) => change.after.filter((sibling) => !holds(change.before, sibling)))
    this.#record(changes, fresh)
    // A state that takes the place of this one comes in no order.
    const adopting = this.#isAdopting
    if (adopting) this.#shown.clear()
    for (const [i, change] of changes.entries()) {
      for (const sibling of fresh[i] as Sibling[]) {
        this.#checkCell(change, sibling)
        // A tombstone that all had and somebody has forgotten may be told again where a value has come that it hides.
        if (!adopting && !this.#ledger.find(change, sibling.event)?.collected) this.#checkOrder(sibling.event)
        this.#checkWhole(sibling.event)
      }
    }
    this.#isAdopting = false
  }

  #record(changes: readonly CellChange[], fresh: readonly Sibling[][]): void {
    const made: Mark[] = []
    for (const [i, change] of changes.entries()) {
      const gone = change.before.filter((sibling) => !holds(change.after, sibling))
      // What is brought in again is known before what its node writes beside it.
      for (const sibling of (fresh[i] as Sibling[]).toSorted(
        (a, b) => Number(!a.event.origin) - Number(!b.event.origin),
      )) {
        const { event, entry } = sibling
        const known = this.#ledger.find(change, event)
        if (known) {
          if (!isSame(known.value, entry.value)) this.#fail(`${known.cell} shows ${known.name} with another value`)
        } else if (event.origin) {
          if (!this.#ledger.adopt(change, sibling, event.origin))
            this.#fail(`${cellName(change)} has again what nobody ever wrote`)
        } else {
          if (peerOf(event.replica) !== this.node.name)
            this.#fail(`${event.replica}:${event.sequence} shows in ${cellName(change)}, and its author never had it`)
          const kept = this.#ledger.marks(change, change.after)
          // What went for another that came with a copy this one need not have seen.
          const saw = this.#ledger
            .marks(change, gone)
            .filter((mark) => !kept.includes(mark) && !kept.some((other) => descends(other, mark)))
          made.push(this.#ledger.make(addressOf(change), sibling, saw))
        }
      }
      if (fresh[i]?.length === 0 && !this.#isAdopting) this.#noteGone(change, gone)
    }
    if (made.length > 0) this.#own = made
  }

  /** Something goes and nothing comes: a tombstone is forgotten, and nothing else may go so. */
  #noteGone(change: CellChange, gone: readonly Sibling[]): void {
    const left = this.#ledger.marks(change, change.after)
    for (const mark of this.#ledger.marks(change, gone)) {
      if (mark.value === undefined) this.#ledger.collect(mark)
      else if (!isKept(mark, left)) this.#fail(`${mark.cell} loses ${mark.name}, and nothing has replaced it`)
    }
  }

  /** A dot is given out just now: it must not be one under which something was acknowledged. */
  #noteIssued(event: WriteEvent): void {
    const { replica, sequence } = this.store
    if (event === this.#issued || event.sequence !== sequence || event.replica !== replica) return
    this.#issued = event
    if (this.#ledger.replace(event))
      this.#fail(`${replica}:${sequence} is given out again, and was acknowledged before`)
  }

  /** Per key causality: what shows never goes back to what somebody had seen who is here, or was. */
  #checkCell(change: CellChange, { event }: Sibling): void {
    const mark = this.#ledger.find(change, event)
    if (mark) this.#seen.add(mark)
    // What came and went with one message was seen by nobody.
    if (!mark || !this.standing(change).includes(mark)) return
    for (const other of this.#ledger.marks(change, change.before)) {
      if (descends(other, mark)) this.#fail(`${mark.cell} went back from ${other.name} to ${mark.name}`)
    }
    for (const other of this.#ledger.marks(change, change.after)) {
      if (descends(mark, other)) this.#fail(`${mark.cell} shows ${other.name} beside ${mark.name}, which saw it`)
    }
    if (this.#ledger.hasCollected && isForgotten(mark, this.#seen))
      this.#fail(`${mark.cell} shows ${mark.name} again, which was deleted and forgotten`)
  }

  #checkOrder({ replica, sequence }: WriteEvent): void {
    const last = this.#shown.get(replica) ?? 0
    if (sequence < last) this.#fail(`${replica}:${sequence} shows after ${last} of the same author`)
    this.#shown.set(replica, sequence)
  }

  /** Of what was written together all shows, or what has replaced it. */
  #checkWhole(event: WriteEvent): void {
    const marks = this.#ledger.together(event)
    if (marks.length < 2) return
    for (const mark of marks) {
      if (!isKept(mark, this.standing(mark.address))) {
        this.#fail(`the batch ${mark.name} shows, but nothing of it in ${mark.cell}`)
      }
    }
  }

  /** It is acknowledged: from now on it must not be lost, and who wrote it reads it. */
  #onWritten(event: WriteEvent): void {
    for (const entry of event.entries) {
      const mark = this.#ledger.find(entry, event)
      if (!mark) continue
      mark.acknowledged = true
      this.node.promised.set(mark.cell, mark)
      if (!isKept(mark, this.standing(entry))) this.#fail(`${mark.cell} does not show ${mark.name}, just acknowledged`)
    }
  }

  /** The disk gives back what was acknowledged on it, or what came after; and nothing of it by half. */
  #checkLoaded(): void {
    for (const mark of this.node.promised.values()) {
      if (!isKept(mark, this.standing(mark.address)))
        this.#fail(`${mark.cell} is read without ${mark.name}, which was acknowledged`)
    }
    for (const [, siblings] of this.store.core.cells.all()) for (const { event } of siblings) this.#checkWhole(event)
  }
}

function holds(siblings: readonly Sibling[], { event }: Sibling): boolean {
  return siblings.some((sibling) => sibling.event === event || isSameEvent(sibling.event, event))
}

/** A state that takes the place of another has events of its own. */
function isSameEvent(a: WriteEvent, b: WriteEvent): boolean {
  return a.sequence === b.sequence && a.time === b.time && a.replica === b.replica
}

/** Whether it was deleted, and that is forgotten; with `seen` only by a delete that is among these. */
export function isForgotten(mark: Mark, seen?: ReadonlySet<Mark>): boolean {
  return mark.seenBy.some((later) => (later.collected && (seen?.has(later) ?? true)) || isForgotten(later, seen))
}

/** Without the rest of a change, which would be kept for as long. */
const addressOf = ({ namespace, key, path }: CellAddress): CellAddress => ({ namespace, key, path })
