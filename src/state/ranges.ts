/** Whole numbers as sorted, disjoint, closed ranges that do not touch: `[from, to]`. */
export type Range = readonly [from: number, to: number]

/** What is in the first and not in the second; both need not be in order. */
export function subtract(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const rest: Range[] = []
  const gone = RangeSet.of(taken).ranges
  for (const [from, to] of RangeSet.of(ranges).ranges) {
    let next = from
    for (const [low, high] of gone) {
      if (high < next) continue
      if (low > to) break
      if (low > next) rest.push([next, low - 1])
      next = high + 1
    }
    if (next <= to) rest.push([next, to])
  }
  return rest
}

export const contains = (ranges: readonly Range[], value: number): boolean =>
  ranges.some(([from, to]) => from <= value && value <= to)

/** A set of whole numbers that mostly come in runs. Work is O(log ranges) a look-up, O(ranges) an insertion in the middle. */
export class RangeSet {
  #ranges: [number, number][] = []

  static of(ranges: readonly Range[]): RangeSet {
    const set = new RangeSet()
    for (const [from, to] of ranges) set.add(from, to)
    return set
  }

  get ranges(): readonly Range[] {
    return this.#ranges
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** Whether `value` is in it, and all up to `last`. */
  has(value: number, last = value): boolean {
    const range = this.#ranges[this.#firstEndingAt(value)]
    return range !== undefined && range[0] <= value && last <= range[1]
  }

  /** Adds `from` to `to`, both included. */
  add(from: number, to: number): void {
    const ranges = this.#ranges
    const last = ranges[ranges.length - 1]
    if (last === undefined || from > last[1] + 1) {
      ranges.push([from, to])
      return
    }
    // Everything that overlaps or touches becomes one.
    const first = this.#firstEndingAt(from - 1)
    let end = first
    let low = from
    let high = to
    while (end < ranges.length && (ranges[end] as Range)[0] <= to + 1) {
      const range = ranges[end] as Range
      low = Math.min(low, range[0])
      high = Math.max(high, range[1])
      end++
    }
    ranges.splice(first, end - first, [low, high])
  }

  /** Drops everything up to `limit`, and returns the end of the run that then begins at `limit + 1`; else `limit`. */
  absorb(limit: number): number {
    let reached = limit
    let count = 0
    for (const [from, to] of this.#ranges) {
      if (from > reached + 1) break
      reached = Math.max(reached, to)
      count++
    }
    if (count > 0) this.#ranges.splice(0, count)
    return reached
  }

  /** Index of the first range whose end is `value` or more. */
  #firstEndingAt(value: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ranges[middle] as Range)[1] < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
