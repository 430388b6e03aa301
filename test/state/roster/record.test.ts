import fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulatedSigner } from '../../../src/network/simulated/signer.ts'
import {
  compareMemberships,
  encodeMembership,
  type Membership,
  readMembership,
  Step,
} from '../../../src/state/roster/record.ts'

const signer = (id: string) => simulatedSigner(id, 'secret')
const join: Membership = { peer: 'a', term: 1, step: Step.JOIN, by: 'a', time: 5, reason: '' }
const eviction: Membership = { peer: 'a', term: 1, step: Step.EVICT, by: 'b', time: 6, reason: 'away' }

test('a record comes back as it was signed', () => {
  expect(readMembership('mesh', 'a', encodeMembership('mesh', join, signer('a')), signer('c'))).toEqual(join)
  expect(readMembership('mesh', 'a', encodeMembership('mesh', eviction, signer('b')), signer('c'))).toEqual(eviction)
})

test('a record is worth nothing in another mesh, of another peer, or signed by somebody else', () => {
  const bytes = encodeMembership('mesh', join, signer('a'))
  expect(readMembership('other', 'a', bytes, signer('c'))).toBeUndefined()
  expect(readMembership('mesh', 'b', bytes, signer('c'))).toBeUndefined()
  expect(readMembership('mesh', 'a', encodeMembership('mesh', join, signer('b')), signer('c'))).toBeUndefined()
})

test('nobody joins or leaves for another, and nobody evicts itself', () => {
  const forged: Membership = { ...join, by: 'b' }
  expect(readMembership('mesh', 'a', encodeMembership('mesh', forged, signer('b')), signer('c'))).toBeUndefined()
  const own: Membership = { ...eviction, by: 'a' }
  expect(readMembership('mesh', 'a', encodeMembership('mesh', own, signer('a')), signer('c'))).toBeUndefined()
})

test('one changed byte, or any other bytes, are no record and do no harm', () => {
  const bytes = encodeMembership('mesh', eviction, signer('b'))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const broken = Uint8Array.from(bytes)
      broken[at] = (broken[at] as number) ^ change
      const read = readMembership('mesh', 'a', broken, signer('c'))
      // Only a change that the decoder does not see may pass.
      expect(read === undefined || JSON.stringify(read) === JSON.stringify(eviction)).toBe(true)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
      expect(readMembership('mesh', 'a', any, signer('c'))).toBeUndefined()
    }),
  )
})

test('the order of records is total, and an end beats its own join but no later one', () => {
  const record = fc.record({
    peer: fc.constant('a'),
    term: fc.integer({ min: 1, max: 3 }),
    step: fc.constantFrom(Step.JOIN, Step.LEAVE, Step.EVICT),
    by: fc.constantFrom('a', 'b'),
    time: fc.nat(3),
    reason: fc.constant(''),
  })
  fc.assert(
    fc.property(record, record, record, (a, b, c) => {
      expect(Math.sign(compareMemberships(a, b)) + Math.sign(compareMemberships(b, a))).toBe(0)
      if (compareMemberships(a, b) <= 0 && compareMemberships(b, c) <= 0) {
        expect(compareMemberships(a, c)).toBeLessThanOrEqual(0)
      }
    }),
  )
  expect(compareMemberships(eviction, join)).toBeGreaterThan(0)
  expect(compareMemberships({ ...join, term: 2 }, eviction)).toBeGreaterThan(0)
})
