import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_ELECTORATE } from '../../../src/consensus/votes/limits.ts'
import { Poll } from '../../../src/consensus/votes/poll.ts'
import { makeReceipt, type Receipt, sealedBytes } from '../../../src/consensus/votes/receipt.ts'
import { METHODS, type OpenedVote } from '../../../src/consensus/votes/vote.ts'
import type { Json } from '../../../src/lib/json.ts'
import type { Signer } from '../../../src/lib/signer.ts'
import { verifyReceipt } from '../../../src/mesh/receipts.ts'
import { generateIdentity } from '../../../src/network/libp2p/identity.ts'
import { createSigner } from '../../../src/network/libp2p/signer.ts'
import { aVote, signed } from './fixture.ts'

/** Nodes with real keys, in the order of their ids. */
const nodes: Signer[] = Array.from({ length: 4 }, () => createSigner(generateIdentity())).sort((a, b) =>
  a.id < b.id ? -1 : 1,
)
const [opener, other] = nodes as [Signer, Signer]

/** A vote of all four: what each says, `undefined` nothing, two lists two ballots. */
function receiptOf(
  method: OpenedVote['method'],
  ...said: (readonly string[] | [string[], string[]] | undefined)[]
): Receipt {
  const electorate = nodes.map(({ id }, i) => ({ id, weight: i + 1 }))
  const vote = aVote({ method, opener: opener.id, electorate, quorum: 2 })
  const poll = new Poll(vote)
  said.forEach((choices, i) => {
    const signer = nodes[i] as Signer
    const ballots =
      choices === undefined ? [] : Array.isArray(choices[0]) ? (choices as string[][]) : [choices as string[]]
    for (const ballot of ballots) {
      const body = { voter: signer.id, choices: ballot, confidence: 0.75, reason: `I am number ${i}` }
      expect(poll.take(signed(vote, body, signer), signer.verify)).toBe(undefined)
    }
  })
  return copy(makeReceipt(poll, { ended: 'deadline', afterMs: 1000, refused: { CLOSED: 1 } }, opener.sign))
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const codes = (receipt: unknown): string[] => verifyReceipt(receipt).map(({ code }) => code)

const RECEIPTS: Receipt[] = [
  receiptOf('plurality', ['red'], ['green'], undefined, ['green']),
  receiptOf('majority', ['red'], [], ['green'], undefined),
  receiptOf('approval', ['red', 'blue'], ['green', 'blue'], undefined, []),
  receiptOf('ranked', ['red', 'blue'], ['green', 'red'], ['blue'], undefined),
  receiptOf('plurality', [['red'], ['green']], ['green'], undefined, ['red']),
]

describe('a receipt', () => {
  it('as it was made is whole, also over JSON', () => {
    for (const receipt of RECEIPTS) expect(verifyReceipt(receipt)).toEqual([])
    expect(RECEIPTS.map(({ vote }) => vote.method)).toEqual([...METHODS, 'plurality'])
  })

  it('with anything changed, however little, is forged', () => {
    const changes = fc
      .constantFrom(...RECEIPTS)
      .chain((receipt) =>
        fc
          .constantFrom(...placesOf(receipt as unknown as Json))
          .chain((place) => fc.tuple(fc.constant(receipt), fc.constant(place), fc.nat(1000))),
      )
    fc.assert(
      fc.property(changes, ([receipt, place, how]) => {
        const forged = copy(receipt)
        changed(forged, place, how)
        fc.pre(JSON.stringify(forged) !== JSON.stringify(receipt))
        expect(verifyReceipt(forged)).not.toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('with anything changed and sealed again by its opener says what does not follow from the signatures of the voters', () => {
    const changes = fc.constantFrom(...RECEIPTS).chain((receipt) =>
      // The closing and the time of opening are the opener's word alone.
      fc
        .constantFrom(
          ...placesOf(receipt as unknown as Json).filter(([field]) => field !== 'closing' && field !== 'signature'),
        )
        .chain((place) => fc.tuple(fc.constant(receipt), fc.constant(place), fc.nat(1000))),
    )
    fc.assert(
      fc.property(changes, ([receipt, place, how]) => {
        const forged = copy(receipt)
        changed(forged, place, how)
        fc.pre(JSON.stringify(forged) !== JSON.stringify(receipt))
        const [first] = verifyReceipt(resealed(forged))
        expect(first?.code).toMatch(/^(SHAPE|VOTE|BALLOT|RESULT|CLOSING)$/)
      }),
      { numRuns: 500 },
    )
  })

  const forge = (
    change: (receipt: Receipt & { -readonly [K in keyof Receipt]: Receipt[K] }) => void,
    from = 0,
  ): Receipt => {
    const forged = copy(RECEIPTS[from] as Receipt)
    change(forged)
    return resealed(forged)
  }
  const said = (receipt: Receipt): string =>
    verifyReceipt(receipt)
      .map(({ message }) => message)
      .join('; ')

  it('names what is wrong', () => {
    expect(said(forge((it) => Object.assign(it.result, { choice: 'red' })))).toBe(
      'the ballots come to choice "green", not "red"',
    )
    expect(said(forge((it) => Object.assign(it.ballots[0] as object, { choices: ['green'] })))).toBe(
      `the ballot of ${opener.id}: its signature does not fit: it or the vote was changed, or it was signed for another vote`,
    )
    expect(said(forge((it) => Object.assign(it.ballots[0] as object, { choices: ['pink'] })))).toContain(
      '"pink" is not offered',
    )
    expect(said(forge((it) => (it.ballots as unknown[]).push(it.ballots[2])))).toContain('is there twice')
    expect(said(forge((it) => (it.ballots as unknown[]).reverse()))).toContain('not in the order')
    expect(said(forge((it) => Object.assign(it.ballots[0] as object, { voter: 'nobody' })))).toContain(
      'not of the electorate',
    )
    expect(said(forge((it) => Object.assign(it.vote, { quorum: 99 })))).toContain('the quorum is 99')
    for (const changed of [{ question: 'Which?' }, { mesh: 'other' }, { id: 'vote-2' }, { deadlineMs: 1001 }]) {
      expect(said(forge((it) => Object.assign(it.vote, changed)))).toBe(
        'no ballot is signed for this vote: its question, options, electorate, weights or another field of it was changed, or all ballots are of another vote',
      )
    }
    expect(said(forge((it) => Object.assign(it.vote.electorate[3] as object, { weight: 9 })))).toContain(
      'electorate, weights or another',
    )
    const [dropped] = (RECEIPTS[0] as Receipt).ballots
    expect(said(forge((it) => (it.ballots as unknown[]).shift()))).toContain(
      `${dropped?.voter} has no ballot, and is not said to have none: it was taken out`,
    )
    expect(said(forge((it) => (it.closing.unheard as unknown[]).push(it.closing.unheard[0])))).toContain(
      'not each named once',
    )
    expect(
      said(
        forge((it) => (it.closing.unheard as unknown[]).unshift({ ...it.closing.unheard[0], voter: dropped?.voter })),
      ),
    ).toContain(`${dropped?.voter} is said to have no ballot, and has one`)
    expect(said(forge((it) => Object.assign(it, { colour: 1 })))).toContain('Unrecognized key: "colour"')
    expect(said(forge((it) => (it.closing.unheard as unknown[]).pop()))).toContain(
      'has no ballot, and is not said to have none',
    )
    expect(said(forge((it) => Object.assign(it.closing, { ended: 'answered' })))).toContain('some had not answered')
    expect(said(forge((it) => Object.assign(it.closing, { ended: 'decided' }), 1))).toContain('could have changed it')
  })

  it('from which a ballot was dropped says that its voter was not heard, or is forged: only the opener can do that', () => {
    const dropped = copy(RECEIPTS[0] as Receipt)
    ;(dropped.ballots as unknown[]).shift()
    expect(codes(dropped)).toEqual(expect.arrayContaining(['RESULT', 'CLOSING', 'SEAL']))
  })

  it('with a third ballot of one voter is forged, though all are signed', () => {
    const { vote } = RECEIPTS[4] as Receipt
    const third = signed(vote, { voter: opener.id, choices: ['blue'] }, opener)
    const forged = forge((it) => {
      const ballot = { ...third.body, signature: Buffer.from(third.signature).toString('base64') }
      ;(it.ballots as unknown[]).splice(2, 0, ballot)
    }, 4)
    expect(said(forged)).toBe(`there are 3 ballots of ${opener.id}`)
  })

  it('sealed by another node is forged', () => {
    const forged = copy(RECEIPTS[0] as Receipt)
    const seal = Buffer.from(other.sign(sealedBytes(forged))).toString('base64')
    expect(codes({ ...forged, signature: seal })).toEqual(['SEAL'])
  })

  it('whose seal is the same bytes in another text is forged', () => {
    const [receipt] = RECEIPTS as [Receipt]
    // 64 bytes leave four bits of the last character without a meaning.
    const last = receipt.signature.charAt(85)
    const other = last === 'A' ? 'B' : last === 'Q' ? 'R' : last === 'g' ? 'h' : 'x'
    const text = `${receipt.signature.slice(0, 85)}${other}==`
    expect(Buffer.from(text, 'base64').equals(Buffer.from(receipt.signature, 'base64'))).toBe(true)
    for (const signature of [text, `${receipt.signature}\n`, receipt.signature.slice(0, -1)]) {
      expect(codes({ ...receipt, signature })).toEqual(['SEAL'])
    }
  })

  it('with ballots of another vote of the same question is forged', () => {
    const [first, , , , last] = RECEIPTS as [Receipt, Receipt, Receipt, Receipt, Receipt]
    const forged = resealed({ ...first, vote: { ...first.vote, id: 'vote-2' } })
    expect(codes(forged)).toEqual(['BALLOT'])
    expect(said(forged)).toContain('or all ballots are of another vote')
    expect(codes(last)).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['a text', 'receipt'],
    ['a list', []],
    ['an empty object', {}],
    ['a format alone', { format: 'covey-receipt/1' }],
    ['of a format to come', { ...RECEIPTS[0], format: 'covey-receipt/2' }],
  ])('that is %s is none', (_, value) => expect(codes(value)).toEqual(['SHAPE']))

  it('of the largest electorate is checked in less than a second', () => {
    const signers = Array.from({ length: MAX_ELECTORATE }, () => createSigner(generateIdentity()))
    const electorate = signers.map(({ id }) => ({ id, weight: 1 })).sort((a, b) => (a.id < b.id ? -1 : 1))
    const vote = aVote({ opener: opener.id, electorate })
    const poll = new Poll(vote)
    for (const signer of signers) poll.take(signed(vote, { voter: signer.id, choices: ['red'] }, signer), () => true)
    const receipt = makeReceipt(poll, { ended: 'answered', afterMs: 1, refused: {} }, opener.sign)
    const before = process.cpuUsage()
    expect(verifyReceipt(receipt)).toEqual([])
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(1000)
  })
})

/** Signed by its opener as it is now. */
const resealed = (receipt: Receipt): Receipt => ({
  ...receipt,
  signature: Buffer.from(opener.sign(sealedBytes(receipt))).toString('base64'),
})

type Place = readonly (string | number)[]

/** Every place in a value: leaves, lists and objects. */
function placesOf(value: Json, here: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [here]
  const below = Object.entries(value).flatMap(([key, child]) => placesOf(child as Json, [...here, key]))
  return here.length === 0 ? below : [here, ...below]
}

/** Changes what is there, a little, in one of several ways. */
function changed(root: unknown, place: Place, how: number): void {
  const key = place.at(-1) as string
  const parent = place.slice(0, -1).reduce((value, step) => (value as Record<string, unknown>)[step], root) as Record<
    string,
    unknown
  >
  const value = parent[key]
  if (how % 7 === 0) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else delete parent[key]
  } else if (how % 7 === 1 && Array.isArray(parent)) parent.splice(Number(key), 0, value)
  else parent[key] = another(value, how)
}

function another(value: unknown, how: number): unknown {
  if (typeof value === 'string') {
    const at = how % Math.max(1, value.length)
    const code = value.charCodeAt(at) || 97
    return `${value.slice(0, at)}${String.fromCharCode(code ^ (1 << (how % 5)))}${value.slice(at + 1)}`
  }
  if (typeof value === 'number') return value + (how % 2 === 0 ? 1 : -1)
  if (typeof value === 'boolean') return !value
  if (value === null) return 'red'
  if (Array.isArray(value)) return value.length > 1 ? [...value].reverse() : [...value, 'red']
  return { ...(value as object), more: how }
}
