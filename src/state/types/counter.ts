import { InvalidInputError } from '../../lib/errors.ts'
import type { ReplicaId } from '../dot.ts'
import { COUNTER_PREFIX } from '../paths.ts'
import { winner } from '../policy.ts'
import { decodeValue, encodeValue } from '../value.ts'
import { isLive, type KeyCells, type KeyType, type PathWrite } from './type.ts'

/**
 * A counter that loses no addition (PN-counter; Shapiro et al. 2011, "A comprehensive study of Convergent and Commutative
 * Replicated Data Types", section 3.1.3): each replica counts in a cell of its own, and a reader sees the sum. Since a cell has
 * one writer, one signed sum does where the paper keeps two rising ones. A delete that did not know of an addition loses against it.
 */
export const counter: KeyType = {
  name: 'counter',
  owns: (path) => path.startsWith(COUNTER_PREFIX),
  read(cells) {
    return exists(cells) ? total(cells) : undefined
  },
  put(cells, value, { replica }) {
    if (typeof value !== 'number') throw new InvalidInputError('a counter holds a number', 'Give it one.')
    return addition(cells, replica, value - total(cells))
  },
}

/** The sum of all parts; a part that is no whole number counts nothing. */
export function total({ paths }: KeyCells): number {
  let sum = 0n
  for (const path of paths.keys()) if (path.startsWith(COUNTER_PREFIX)) sum += BigInt(part(paths, path))
  return Number(sum)
}

/** Adds to this replica's part. Throws `InvalidInputError` on what is not whole, or where the part becomes too large. */
export function addition({ paths }: KeyCells, replica: ReplicaId, amount: number): PathWrite[] {
  const path = `${COUNTER_PREFIX}${replica}`
  const sum = part(paths, path) + amount
  if (!Number.isSafeInteger(amount) || !Number.isSafeInteger(sum)) {
    throw new InvalidInputError(`a counter cannot add ${amount}`, 'Add whole numbers; its sum stays below 2^53.')
  }
  return [{ path, value: encodeValue(sum) }]
}

function exists({ paths }: KeyCells): boolean {
  for (const [path, siblings] of paths) if (path.startsWith(COUNTER_PREFIX) && isLive(siblings)) return true
  return false
}

function part(paths: KeyCells['paths'], path: string): number {
  const living = (paths.get(path) ?? []).filter(({ entry }) => entry.value !== undefined)
  const sum = winner(living, 'latest')?.entry.value
  const value = sum && decodeValue(sum)
  return Number.isSafeInteger(value) ? (value as number) : 0
}
