import { MAX_REGISTER_NAME_BYTES } from '../consensus/register/limits.ts'
import type { RegisterReading } from '../consensus/register/register.ts'
import { InvalidInputError } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import { checkKey, checkOptions } from '../state/write-options.ts'

/** What the register of a strong key holds. A key that was deleted under a fence keeps the fence; else its register is empty. */
export interface Kept {
  readonly value?: Json
  readonly fence?: number
}

export const keptIn = (value: Json | undefined): Kept | undefined => value as Kept | undefined

/** The version of what a key shows; null where it holds nothing, whatever fence it keeps. */
export const versionIn = ({ value, version }: RegisterReading): string | null =>
  keptIn(value)?.value === undefined ? null : version

/** The name of a key's register. Throws `InvalidInputError` on what is no key, or too long for a register. */
export function registerOf(namespace: string, key: string): string {
  checkKey(key)
  const name = `state/${namespace}/${key}`
  const bytes = Buffer.byteLength(name)
  if (bytes <= MAX_REGISTER_NAME_BYTES) return name
  throw new InvalidInputError(
    `a key of ${bytes} bytes with its namespace is too long for a register`,
    `Use a key that makes it at most ${MAX_REGISTER_NAME_BYTES} bytes.`,
  )
}

/** Throws `InvalidInputError` on a fence that no lock gave. */
export const checkFence = (fence: number): void => checkOptions({ fence }, 'latest')
