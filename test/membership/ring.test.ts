import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hash32 } from '../../src/membership/hash.ts'
import { Ring } from '../../src/membership/ring.ts'

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 12 })

it('knows who stands beside it when all stand in the order of their hashes', () => {
  fc.assert(
    fc.property(ids, fc.nat(8), ([self = '', ...others], seed) => {
      const ring = new Ring(self, seed)
      for (const id of others) ring.add(id)
      const all = [self, ...others].sort((a, b) => hash32(a, seed) - hash32(b, seed) || (a < b ? -1 : 1))
      const at = all.indexOf(self)
      expect(ring.beside()).toEqual([all.at(at - 1), all[(at + 1) % all.length]])
    }),
  )
})
