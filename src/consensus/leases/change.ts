import { DECLINED, type Register, type RegisterChange, type RegisterOptions } from '../register/register.ts'
import { type LeaseRecord, readLeases, writeLeases } from './record.ts'

/**
 * Changes the record in a register by a transition of record.ts (undefined: nothing to change) and answers what stands afterwards.
 * The transition gets the revision that the register has with its change.
 */
export async function change(
  register: Register,
  transition: (record: LeaseRecord | undefined, revision: number) => LeaseRecord | undefined,
  options?: RegisterOptions,
): Promise<RegisterChange> {
  return await register.update(({ value, revision }) => {
    const next = transition(readLeases(value), revision + 1)
    return next ? writeLeases(next) : DECLINED
  }, options)
}
