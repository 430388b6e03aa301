import { describe, expect, it } from 'vitest'
import { HELD_AFTER_MS, MAX_CLOSED_VOTES, MAX_DELIBERATIONS, PROMPT_MS } from '../../../src/consensus/votes/limits.ts'
import { callEncoder, VOTE_PROTOCOL } from '../../../src/consensus/votes/messages.ts'
import { type OpenedVote, voteHash } from '../../../src/consensus/votes/vote.ts'
import { sleep } from '../../../src/lib/clock.ts'
import { VoteMessage, VoteTaken } from '../../../src/wire/vote.ts'
import { aVote, signed } from './fixture.ts'
import { always, isWhole, silent, type VoteNode, VoteSwarm } from './swarm.ts'

describe('a ballot', () => {
  /** A vote that a has open: it has voted, b and c say nothing. With the opened vote as b was called to it. */
  async function openVote(fields = {}) {
    const swarm = new VoteSwarm()
    const a = await swarm.add('a', always('red'))
    const b = await swarm.add('b')
    const c = await swarm.add('c', silent)
    const calls: OpenedVote[] = []
    b.rpc.handle(VOTE_PROTOCOL, (body) => {
      const { call } = VoteMessage.decode(body)
      calls.push(JSON.parse(Buffer.from(call!.vote).toString()) as OpenedVote)
      return new Uint8Array()
    })
    const running = swarm.open(a, { quorum: 3, ...fields })
    await swarm.world.until(() => calls.length > 0, 1000)
    return { swarm, a, b, c, vote: calls[0] as OpenedVote, running }
  }

  it('is held, once or ten times, whoever brings it', async () => {
    const { swarm, a, b, c, vote, running } = await openVote()
    const ballot = signed(vote, { voter: 'b', choices: ['green'] }, b.host.signer)
    for (const carrier of [b, c, b]) expect(await swarm.bring(carrier, a, ballot)).toBe('held')
    expect(await swarm.bring(b, a, signed(vote, { voter: 'c', choices: ['green'] }, c.host.signer))).toBe('held')
    const result = await swarm.world.settle(running, 1000)
    expect(result).toMatchObject({ choice: 'green', ended: 'answered', equivocated: [], refused: {} })
    isWhole(a, result)
  })

  it('that differs from another one of its voter is held beside it, and neither counts', async () => {
    const { swarm, a, b, c, vote, running } = await openVote({ quorum: 2 })
    expect(await swarm.bring(b, a, signed(vote, { voter: 'b', choices: ['green'] }, b.host.signer))).toBe('held')
    expect(await swarm.bring(b, a, signed(vote, { voter: 'b', choices: ['red'] }, b.host.signer))).toBe('held')
    expect(await swarm.bring(b, a, signed(vote, { voter: 'b', choices: [] }, b.host.signer))).toBe('TOO_MANY')
    await swarm.bring(c, a, signed(vote, { voter: 'c', choices: ['red'] }, c.host.signer))
    const result = await swarm.world.settle(running, 1000)
    expect(result).toMatchObject({
      choice: 'red',
      equivocated: ['b'],
      turnout: { ballots: 2 },
      refused: { TOO_MANY: 1 },
    })
    expect(result.receipt.ballots.map(({ voter, choices }) => [voter, ...choices])).toEqual([
      ['a', 'red'],
      ['b', 'green'],
      ['b', 'red'],
      ['c', 'red'],
    ])
    isWhole(a, result)
  })

  it.each<[string, string, (vote: OpenedVote, b: VoteNode) => ReturnType<typeof signed> | Uint8Array]>([
    [
      'from outside the electorate',
      'NOT_AN_ELECTOR',
      (vote, b) => signed(vote, { voter: 'd', choices: ['red'] }, b.host.signer),
    ],
    [
      'for an option that is not offered',
      'BAD_CHOICE',
      (vote, b) => signed(vote, { voter: 'b', choices: ['blue'] }, b.host.signer),
    ],
    [
      'for two options where one is chosen',
      'BAD_CHOICE',
      (vote, b) => signed(vote, { voter: 'b', choices: ['red', 'green'] }, b.host.signer),
    ],
    [
      'with too long a reason',
      'BAD_CHOICE',
      (vote, b) => signed(vote, { voter: 'b', choices: ['red'], reason: 'x'.repeat(1030) }, b.host.signer),
    ],
    [
      'in the name of another',
      'BAD_SIGNATURE',
      (vote, b) => signed(vote, { voter: 'c', choices: ['red'] }, b.host.signer),
    ],
    [
      'whose choice was changed',
      'BAD_SIGNATURE',
      (vote, b) => ({
        ...signed(vote, { voter: 'b', choices: ['red'] }, b.host.signer),
        body: { voter: 'b', choices: ['green'] },
      }),
    ],
    [
      'with a signature of nothing',
      'BAD_SIGNATURE',
      (vote, b) => ({
        ...signed(vote, { voter: 'b', choices: ['red'] }, b.host.signer),
        signature: new Uint8Array(64),
      }),
    ],
    [
      'replayed from another vote',
      'BAD_SIGNATURE',
      (vote, b) => ({
        ...signed({ ...vote, id: 'another' }, { voter: 'b', choices: ['red'] }, b.host.signer),
        vote: voteHash(vote),
      }),
    ],
    [
      'for a vote that is not open here',
      'UNKNOWN_VOTE',
      (vote, b) => signed({ ...vote, id: 'another' }, { voter: 'b', choices: ['red'] }, b.host.signer),
    ],
    [
      'for the same vote in another mesh',
      'UNKNOWN_VOTE',
      (vote, b) => signed({ ...vote, mesh: 'another' }, { voter: 'b', choices: ['red'] }, b.host.signer),
    ],
    [
      'that is none',
      'MALFORMED',
      () => VoteMessage.encode({ ballot: { body: new Uint8Array(Buffer.from('{}')), signature: new Uint8Array(64) } }),
    ],
    [
      'not in canonical form',
      'MALFORMED',
      (vote) =>
        VoteMessage.encode({
          ballot: {
            body: new Uint8Array(Buffer.from(`{"voter":"b","vote":"${voteHash(vote)}","choices":[]}`)),
            signature: new Uint8Array(64),
          },
        }),
    ],
    [
      'that is too large',
      'MALFORMED',
      (vote) =>
        VoteMessage.encode({
          ballot: {
            body: new Uint8Array(
              Buffer.from(`{"choices":["${'x'.repeat(5000)}"],"vote":"${voteHash(vote)}","voter":"b"}`),
            ),
            signature: new Uint8Array(64),
          },
        }),
    ],
    ['that is nothing at all', 'MALFORMED', () => new Uint8Array()],
  ])('%s is refused and counted', async (_, code, make) => {
    const { swarm, a, b, vote, running } = await openVote({ deadlineMs: 300 })
    expect(await swarm.bring(b, a, make(vote, b))).toBe(code)
    expect(a.votes.refused).toMatchObject({ [code]: 1 })
    const result = await swarm.world.settle(running, 1000)
    expect(result.receipt.ballots.map(({ voter }) => voter)).toEqual(['a'])
    expect(result.refused).toEqual(['UNKNOWN_VOTE', 'MALFORMED'].includes(code) ? {} : { [code]: 1 })
    isWhole(a, result)
  })

  it('that is forged beside a good one of its voter takes nothing from that', async () => {
    const { swarm, a, b, c, vote, running } = await openVote({ deadlineMs: 300, quorum: 2 })
    const forged = signed(vote, { voter: 'b', choices: ['red'] }, c.host.signer)
    expect(await swarm.bring(c, a, forged)).toBe('BAD_SIGNATURE')
    expect(await swarm.bring(b, a, signed(vote, { voter: 'b', choices: ['green'] }, b.host.signer))).toBe('held')
    expect(await swarm.bring(c, a, forged)).toBe('BAD_SIGNATURE')
    const result = await swarm.world.settle(running, 1000)
    expect(result).toMatchObject({ equivocated: [], turnout: { ballots: 2 }, refused: { BAD_SIGNATURE: 2 } })
    isWhole(a, result)
  })

  it('that is none, in the answer to a call, is counted for that vote', async () => {
    const swarm = new VoteSwarm()
    const a = await swarm.add('a', always('red'))
    const b = await swarm.add('b')
    b.rpc.handle(VOTE_PROTOCOL, () =>
      VoteTaken.encode({ ballot: { body: new Uint8Array([123]), signature: new Uint8Array(64) } }),
    )
    const result = await swarm.run(a)
    expect(result).toMatchObject({ refused: { MALFORMED: 1 }, unheard: [{ voter: 'b', code: 'MALFORMED' }] })
    expect(a.votes.refused).toMatchObject({ MALFORMED: 1 })
    isWhole(a, result)
  })

  it('that names an option twice is refused, whatever the method', async () => {
    const { swarm, a, b, vote } = await openVote({ method: 'approval', deadlineMs: 300 })
    const twice = signed(vote, { voter: 'b', choices: ['red', 'red'] }, b.host.signer)
    expect(await swarm.bring(b, a, twice)).toBe('BAD_CHOICE')
  })

  it('after the deadline is refused and counted, for as long as the vote is remembered', async () => {
    const { swarm, a, b, vote, running } = await openVote({ deadlineMs: 300 })
    await swarm.world.settle(running, 1000)
    const late = signed(vote, { voter: 'b', choices: ['red'] }, b.host.signer)
    expect(await swarm.bring(b, a, late)).toBe('CLOSED')
    expect(a.votes.refused).toMatchObject({ CLOSED: 1 })
    for (let i = 0; i < MAX_CLOSED_VOTES; i++) await swarm.run(a, { electorate: { voters: ['a'] } })
    expect(await swarm.bring(b, a, late)).toBe('UNKNOWN_VOTE')
  })
})

describe('a call', () => {
  async function called() {
    const swarm = new VoteSwarm()
    const asked: string[] = []
    const voter = await swarm.add('v', ({ question }) => {
      asked.push(question)
      return { choice: asked.length % 2 === 0 ? 'red' : 'green' }
    })
    const caller = await swarm.add('caller')
    const vote = aVote({ opener: 'caller', electorate: [{ id: 'v', weight: 1 }] })
    const call = (fields: Partial<OpenedVote> = {}, remainingMs = 1000) =>
      swarm.send(caller, voter, callEncoder({ ...vote, ...fields })(remainingMs))
    return { swarm, asked, call }
  }

  it('again is the same call: one question, one ballot, also after the vote, until it is forgotten', async () => {
    const { swarm, asked, call } = await called()
    const green = { ballot: { voter: 'v', choices: ['green'] } }
    for (let i = 0; i < 3; i++) expect(await call()).toEqual(green)
    await swarm.world.run(HELD_AFTER_MS - 1000)
    expect(await call()).toEqual(green)
    expect(asked).toHaveLength(1)
    await swarm.world.run(5000)
    // Making room for another vote, it forgets what is long over.
    expect(await call({ id: 'another' })).toEqual({ ballot: { voter: 'v', choices: ['red'] } })
    expect(await call()).toEqual(green)
    expect(asked).toHaveLength(3)
  })

  it('is answered without a ballot where the agent takes its time; the ballot comes by itself', async () => {
    const swarm = new VoteSwarm()
    const voter = await swarm.add('v', async (_question, _context, clock) => {
      await sleep(clock, 2 * PROMPT_MS)
      return { choice: 'red' }
    })
    const caller = await swarm.add('caller')
    const brought: string[] = []
    caller.rpc.handle(VOTE_PROTOCOL, (body) => {
      brought.push(Buffer.from(VoteMessage.decode(body).ballot!.body).toString())
      return new Uint8Array()
    })
    const vote = aVote({ opener: 'caller', electorate: [{ id: 'v', weight: 1 }] })
    expect(await swarm.send(caller, voter, callEncoder(vote)(1000))).toEqual({})
    await swarm.world.run(2 * PROMPT_MS)
    expect(brought).toEqual([`{"choices":["red"],"vote":"${voteHash(vote)}","voter":"v"}`])
    expect(await swarm.send(caller, voter, callEncoder(vote)(1000))).toEqual({
      ballot: { voter: 'v', choices: ['red'] },
    })
  })

  it.each<[string, string, Partial<OpenedVote>, number?]>([
    ['of another mesh', 'OTHER_MESH', { mesh: 'another' }],
    ['in the name of another opener', 'NOT_THE_OPENER', { opener: 'v' }],
    ['to others', 'NOT_AN_ELECTOR', { electorate: [{ id: 'w', weight: 1 }] }],
    ['to a vote that breaks a rule', 'MALFORMED', { options: ['a', 'a'] }],
    [
      'to a vote whose electorate is out of order',
      'MALFORMED',
      {
        electorate: [
          { id: 'w', weight: 1 },
          { id: 'v', weight: 1 },
        ],
      },
    ],
    ['to a vote with a field that nobody knows', 'MALFORMED', { colour: 'red' } as never],
    ['without time', 'MALFORMED', {}, 0],
    ['with no number as time', 'MALFORMED', {}, Number.NaN],
  ])('%s is refused', async (_, code, fields, remainingMs) => {
    const { asked, call } = await called()
    expect(await call(fields, remainingMs)).toBe(code)
    expect(asked).toEqual([])
  })

  it('beyond the agents that may think at once is refused as busy, and is free again at their deadlines', async () => {
    const swarm = new VoteSwarm()
    const voter = await swarm.add('v', silent)
    const caller = await swarm.add('caller')
    const call = (id: string): Promise<string> =>
      swarm.bring(
        caller,
        voter,
        callEncoder(aVote({ id, deadlineMs: 60_000, opener: 'caller', electorate: [{ id: 'v', weight: 1 }] }))(60_000),
      )
    for (let i = 0; i < MAX_DELIBERATIONS; i++) expect(await call(`vote ${i}`)).toBe('held')
    expect(await call('one more')).toBe('BUSY')
    await swarm.world.run(60_000)
    expect(await call('one more')).toBe('held')
  })
})
