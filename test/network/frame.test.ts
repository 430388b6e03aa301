import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BusyError, CancelledError, CoveyError, RemoteError } from '../../src/lib/errors.ts'
import { decodeFailure, encodeFailure } from '../../src/network/failure.ts'
import { decodeFrame, encodeFrame, FrameKind } from '../../src/network/frame.ts'

const kinds = Object.values(FrameKind)
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

test('a frame comes back as it was', () => {
  const wide: number[] = [FrameKind.request, FrameKind.open, FrameKind.credit]
  const status: number[] = [FrameKind.response, FrameKind.reset]
  fc.assert(
    fc.property(fc.constantFrom(...kinds), uint32, uint32, fc.uint8Array(), (kind, id, number, body) => {
      const value = wide.includes(kind) ? number : status.includes(kind) ? number & 0xff : 0
      const decoded = decodeFrame(encodeFrame(kind, id, value, body))
      expect(decoded).toMatchObject({ kind, id, value })
      expect([...(decoded?.body ?? [])]).toEqual([...body])
    }),
  )
})

test('bytes of any kind are a frame or none, never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const frame = decodeFrame(bytes)
      if (frame) expect(kinds).toContain(frame.kind)
    }),
  )
})

test('an error keeps its code and message on the way, and hostile ones are cut to size', () => {
  const travel = (error: unknown): CoveyError => {
    const { status, body } = encodeFailure(error)
    return decodeFailure(status, body)
  }
  expect(travel(new BusyError('full'))).toBeInstanceOf(BusyError)
  expect(travel(new CancelledError('enough'))).toBeInstanceOf(CancelledError)
  expect(travel(new CoveyError('NO_SUCH_TASK', 'none', 'look'))).toMatchObject({
    code: 'NO_SUCH_TASK',
    message: 'none',
  })
  expect(travel('thrown text')).toMatchObject({ code: 'INTERNAL', message: 'thrown text' })
  const hostile = new TextEncoder().encode(`no code!\n${'x'.repeat(100_000)}`)
  const seen = decodeFailure(1, hostile)
  expect(seen).toBeInstanceOf(RemoteError)
  expect(seen.code).toBe('INTERNAL')
  expect(seen.message.length).toBeLessThanOrEqual(2000)
})
