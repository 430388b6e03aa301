import { shown } from '../policy.ts'
import { encodeValue, type StateValue } from '../value.ts'
import type { KeyType } from './type.ts'

/** A value as a whole: one cell, of whose concurrent entries the policy chooses. */
export const register: KeyType = {
  name: 'value',
  owns: (path) => path === '',
  read: ({ plain }, policy) => shown(plain, policy),
  put: (_, value) => [{ path: '', value: encodeValue(value as StateValue) }],
}
