import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOf, seal } from '../../src/capabilities/announcement.ts'
import { Catalogue } from '../../src/capabilities/catalogue.ts'
import { Intake } from '../../src/capabilities/intake.ts'
import { MAX_LOGGED } from '../../src/capabilities/limits.ts'
import { openOnce } from '../../src/capabilities/opened.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import type { Signer } from '../../src/lib/signer.ts'
import { simulatedSigner } from '../../src/network/simulated/signer.ts'
import { SignedAnnouncement } from '../../src/wire/directory.ts'

const real = simulatedSigner('a', 'secret')
const schema = { type: 'object', properties: { text: { type: 'string' } } }
const capabilities = [{ name: 'text.x', version: '1.0.0', description: 'does x', input: schema, tags: ['eu'] }]
const good = seal(
  {
    peer: 'a',
    name: 'node',
    incarnation: 3,
    sequence: 4,
    ttlMs: 1000,
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    agents: [{ name: 'x', concurrency: 2, capabilities }],
  },
  'test',
  real,
)

function edge(): { intake: Intake; catalogue: Catalogue; checks: () => number; lines: () => number } {
  let checks = 0
  let lines = 0
  const signer: Signer = {
    ...real,
    verify(...args) {
      checks++
      return real.verify(...args)
    },
  }
  const log: Log = { ...silentLog, warn: () => lines++ }
  const catalogue = new Catalogue()
  return { catalogue, intake: new Intake(catalogue, 'test', signer, log), checks: () => checks, lines: () => lines }
}

describe('the edge', () => {
  it('reads what the owner said, word for word', () => {
    const { intake } = edge()
    const taken = intake.take(good.bytes, 'b')
    expect(taken?.announcement).toEqual(good.announcement)
    expect(taken?.bytes).toEqual(good.bytes)
    expect(taken?.hash).toBe(good.hash)
  })

  it('checks each signature once, good or bad, and none of what is old', () => {
    const { intake, catalogue, checks } = edge()
    const taken = intake.take(good.bytes, 'b')
    if (taken) catalogue.apply(taken, 0, 0)
    for (let i = 0; i < 5; i++) expect(intake.take(good.bytes, 'b')).toBeUndefined()
    expect(checks()).toBe(1)
    const forged = seal({ ...good.announcement, sequence: 5 }, 'test', simulatedSigner('a', 'guessed'))
    for (let i = 0; i < 5; i++) expect(intake.take(forged.bytes, 'b')).toBeUndefined()
    expect(checks()).toBe(2)
    expect(intake.take(seal({ ...good.announcement, sequence: 3 }, 'test', real).bytes, 'b')).toBeUndefined()
    expect(checks()).toBe(2)
    expect(intake.dropped.unsigned).toBe(5)
  })

  it('never throws and never takes what its owner did not sign, whatever the bytes', () => {
    const { intake } = edge()
    const mutation = fc.record({ at: fc.nat(good.bytes.length - 1), byte: fc.nat(255) })
    const altered = fc.array(mutation, { minLength: 1, maxLength: 5 }).map((mutations) => {
      const bytes = good.bytes.slice()
      for (const { at, byte } of mutations) bytes[at] = byte
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), altered), (bytes) => {
        const taken = intake.take(bytes, 'b')
        // Protobuf has several spellings of one message: only what was said must be the owner's.
        if (taken) expect(taken.announcement).toEqual(good.announcement)
      }),
      { numRuns: 2000 },
    )
  })

  it('logs each peer and reason once, and in all not without end', () => {
    const { intake, lines } = edge()
    for (let i = 0; i < 10; i++) intake.take(Uint8Array.of(255, i), 'b')
    expect(lines()).toBe(1)
    for (let i = 0; i < 2 * MAX_LOGGED; i++) intake.take(Uint8Array.of(255, i), `p${i}`)
    expect(lines()).toBe(MAX_LOGGED)
    expect(intake.dropped.malformed).toBe(10 + 2 * MAX_LOGGED)
  })

  it('tells announcements with one hash apart by their bytes', () => {
    const other = seal({ ...good.announcement, name: 'other' }, 'test', real)
    expect(openOnce(good.bytes, 7n).announcement.name).toBe('node')
    expect(openOnce(other.bytes, 7n).announcement.name).toBe('other')
    expect(openOnce(good.bytes, 7n)).toBe(openOnce(good.bytes.slice(), 7n))
  })

  it('keeps no more of a frame than the announcement in it', () => {
    const frame = new Uint8Array(500_000)
    frame.set(good.bytes, 1000)
    const bytes = frame.subarray(1000, 1000 + good.bytes.length)
    const opened = openOnce(bytes, hashOf(frame))
    expect(opened.bytes.buffer.byteLength).toBe(good.bytes.length)
    expect(opened.body.buffer.byteLength).toBe(good.bytes.length)
  })

  it('drops fields beyond the limits', () => {
    const { intake } = edge()
    const many = Array.from({ length: 65 }, (_, n) => ({ name: `x${n}`, concurrency: 1, capabilities }))
    expect(intake.take(seal({ ...good.announcement, agents: many }, 'test', real).bytes, 'b')).toBeUndefined()
    const addresses = Array.from({ length: 17 }, () => '/ip4/127.0.0.1/tcp/1')
    expect(intake.take(seal({ ...good.announcement, addresses }, 'test', real).bytes, 'b')).toBeUndefined()
    const noJson = SignedAnnouncement.decode(good.bytes)
    const at = new TextDecoder('latin1').decode(noJson.body).indexOf('{"type"')
    noJson.body[at] = '['.charCodeAt(0)
    expect(intake.take(SignedAnnouncement.encode(noJson), 'b')).toBeUndefined()
    expect(intake.dropped.malformed).toBe(3)
  })
})
