import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import * as protons from 'protons-runtime'
import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/lib/protobuf.ts'
import { WorkerBid } from '../../src/wire/bid.ts'
import { Compare } from '../../src/wire/directory.ts'
import { Contents, RegisterRequest, Verdict, VotingReply } from '../../src/wire/register.ts'

/** Ids, names and whatever people write, of all lengths that are written and read in ways of their own. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ minLength: 30, maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300 }),
  fc.constant('x'.repeat(20_000)),
)
const count = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1))
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 8000, maxLength: 20_000, size: 'max' }),
) as fc.Arbitrary<Uint8Array<ArrayBuffer>>
const ballot = fc.record({ counter: count, peer: text, process: text })

const request: fc.Arbitrary<RegisterRequest> = fc.record(
  {
    voting: fc.record(
      {
        genesis: text,
        epoch: count,
        acceptor: text,
        sightings: fc.array(fc.record({ acceptor: text, counter: count }), { maxLength: 5 }),
        name: text,
        accept: fc.record(
          { ballot, contents: bytes, next: ballot, cleared: fc.boolean() },
          { requiredKeys: ['ballot', 'contents', 'cleared'] },
        ),
      },
      { requiredKeys: ['genesis', 'epoch', 'acceptor', 'sightings', 'name'] },
    ),
    confirm: fc.record({ acceptor: text }),
  },
  { requiredKeys: [] },
)
const reply: fc.Arbitrary<VotingReply> = fc.record(
  {
    verdict: fc.constantFrom(Verdict.REFUSED, Verdict.GRANTED, Verdict.UNCONFIRMED),
    counter: count,
    contents: bytes,
    names: fc.array(text),
    more: fc.boolean(),
  },
  { requiredKeys: ['verdict', 'counter', 'names', 'more'] },
)
const contents: fc.Arbitrary<Contents> = fc.record(
  {
    revision: count,
    value: bytes,
    past: fc.array(fc.record({ nonce: text, value: bytes }, { requiredKeys: ['nonce'] })),
    fingerprints: bytes,
  },
  { requiredKeys: ['revision', 'past', 'fingerprints'] },
)
const double = fc.double({ noNaN: true })
const bid: fc.Arbitrary<Partial<WorkerBid>> = fc.record({
  agent: text,
  fit: double,
  running: fc.nat(),
  startMs: double,
  cpu: double,
})
/** Protons writes some of the lowest ones wrong, those whose lower half is 0: what is beyond 2^53 has a test of its own. */
const compare: fc.Arbitrary<Partial<Compare>> = fc.record({ root: fc.maxSafeInteger().map(BigInt) })

/** One property for messages of each kind. */
function each(check: <T>(message: Partial<T>, codec: protons.Codec<T>) => void): void {
  fc.assert(fc.property(request, (message) => check(message, RegisterRequest.codec())))
  fc.assert(fc.property(reply, (message) => check(message, VotingReply.codec())))
  fc.assert(fc.property(contents, (message) => check(message, Contents.codec())))
  fc.assert(fc.property(bid, (message) => check(message, WorkerBid.codec())))
  fc.assert(fc.property(compare, (message) => check(message, Compare.codec())))
}

describe('messages', () => {
  test('are written to the same bytes as by protons', () => {
    each((message, codec) => {
      expect(Buffer.from(encodeMessage(message, codec)).equals(protons.encodeMessage(message, codec))).toBe(true)
    })
  })

  test('are read as by protons, wherever in a buffer they are', () => {
    each((message, codec) => {
      const written = protons.encodeMessage(message, codec)
      const within = Buffer.concat([Buffer.from('before'), written, Buffer.from('behind')])
      const read = decodeMessage(within.subarray(6, 6 + written.length), codec)
      expect(isDeepStrictEqual(read, protons.decodeMessage(written, codec))).toBe(true)
    })
  })

  test('hold all numbers of 64 bits', () => {
    const roots = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom(-(2n ** 63n), -(2n ** 53n)),
    )
    fc.assert(
      fc.property(roots, (root) => {
        const written = encodeMessage({ root }, Compare.codec())
        // 0 is what is not written.
        if (root !== 0n) expect(Buffer.from(written).readBigInt64LE(1)).toBe(root)
        expect(decodeMessage(written, Compare.codec()).root).toBe(root)
      }),
    )
  })

  test('stay as they are when others are written', () => {
    const first = encodeMessage({ revision: 1, past: [], fingerprints: new Uint8Array(100).fill(7) }, Contents.codec())
    const copy = first.slice()
    for (let i = 0; i < 1000; i++) encodeMessage({ revision: i, past: [{ nonce: 'a nonce' }] }, Contents.codec())
    expect(first).toEqual(copy)
  })

  test('are written whole after one that could not be', () => {
    const broken = { revision: 1, past: [{ nonce: 'a' }, { nonce: undefined }] as unknown as Contents['past'] }
    const notText = { revision: 1, past: [{ nonce: 7 }] } as unknown as Contents
    expect(() => encodeMessage(notText, Contents.codec())).toThrow(TypeError)
    expect(decodeMessage(encodeMessage(broken, Contents.codec()), Contents.codec()).past).toHaveLength(2)
  })
})

describe('bytes that are no message', () => {
  test('a message that ends early is told, wherever that is', () => {
    const whole = encodeMessage<Contents>(
      { revision: 300, past: [{ nonce: 'abc' }], fingerprints: new Uint8Array(8) },
      Contents.codec(),
    )
    const codec = Contents.codec()
    // Between two fields it is another message.
    const fields = [0, 3, 10, whole.length]
    for (let length = 0; length <= whole.length; length++) {
      const read = (): unknown => decodeMessage(whole.subarray(0, length), codec)
      if (fields.includes(length)) expect(read).not.toThrow()
      else expect(read, `${length} bytes`).toThrow(RangeError)
    }
  })

  test('anything at all is read to an end or refused', () => {
    const any = fc.uint8Array({ maxLength: 64 })
    fc.assert(
      fc.property(any, (garbage) => {
        try {
          decodeMessage(garbage, RegisterRequest.codec())
        } catch (error) {
          expect((error as Error).message).toMatch(/^(the message ends|a number of|a field of type)/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a number that does not fit is refused', () => {
    const revision = (...varint: number[]): Uint8Array => Uint8Array.of(8, ...varint)
    const read = (message: Uint8Array) => decodeMessage(message, Contents.codec()).revision
    expect(read(revision(255, 255, 255, 255, 255, 255, 255, 15))).toBe(Number.MAX_SAFE_INTEGER)
    expect(() => read(revision(128, 128, 128, 128, 128, 128, 128, 16))).toThrow('a number of more than 53 bits')
    expect(() => read(revision(...new Array(11).fill(255)))).toThrow('a number of more than 53 bits')
  })

  test('text that was read before is not taken for other bytes', () => {
    const nonce = (...text: number[]): string | undefined =>
      decodeMessage(Uint8Array.of(26, text.length + 2, 10, text.length, ...text), Contents.codec()).past[0]?.nonce
    expect(nonce(0xc3, 0xa9)).toBe('é')
    expect(nonce(0xe9)).toBe('\ufffd')
    expect(nonce(0x61)).toBe('a')
    expect(nonce(0x61, 0x00)).toBe('a\0')
  })
})
