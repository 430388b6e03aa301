import { MAX_SEQUENCE } from '../dot.ts'
import { MAX_RANGES } from '../limits.ts'
import { type Range, RangeSet } from '../ranges.ts'

/** All that a member holds of a replica that is over, by its own word: its run from 1, and ranges above a gap. */
export interface Word {
  readonly run: number
  readonly above: readonly Range[]
}

/** The highest dot that anybody holds; 0 where nobody holds any. */
export const highestOf = (words: readonly Word[]): number =>
  Math.max(0, ...words.map(({ run, above }) => above.at(-1)?.[1] ?? run))

/**
 * The dots of a replica that is over which nobody holds and which are below one that somebody holds: a disk was lost with
 * them. They are void once every member has given its word: from then on all hold them, as writes of nothing, so that what comes
 * after them shows. One member that has not spoken may be the one that holds them.
 */
export function voidDots(words: readonly Word[]): Range[] {
  const held = new RangeSet()
  for (const { run, above } of words) {
    if (run > 0) held.add(1, run)
    for (const [from, to] of above) held.add(from, to)
  }
  const gaps: Range[] = []
  let next = 1
  for (const [from, to] of held.ranges) {
    if (from > next) gaps.push([next, from - 1])
    next = to + 1
  }
  return gaps
}

export const boundsOf = (ranges: readonly Range[]): number[] => ranges.slice(0, MAX_RANGES).flat()

/** Throws `RangeError` on what are no ranges. */
export function rangesOf(bounds: readonly number[]): Range[] {
  if (bounds.length % 2 !== 0 || bounds.length > 2 * MAX_RANGES) throw new RangeError('ranges without an end')
  const ranges: Range[] = []
  let before = 0
  for (let i = 0; i < bounds.length; i += 2) {
    const [from, to] = [bounds[i] as number, bounds[i + 1] as number]
    if (!(Number.isInteger(from) && from > before && Number.isInteger(to) && to >= from && to <= MAX_SEQUENCE)) {
      throw new RangeError('ranges out of order')
    }
    ranges.push([from, to])
    before = to
  }
  return ranges
}
