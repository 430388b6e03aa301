import { describe, expect, it } from 'vitest'
import type { Opinion } from '../../../src/capabilities/agent.ts'
import { MAX_DELIBERATIONS, MAX_OPEN_VOTES, RECALL_MS } from '../../../src/consensus/votes/limits.ts'
import { callEncoder } from '../../../src/consensus/votes/messages.ts'
import type { OpenedVote } from '../../../src/consensus/votes/vote.ts'
import { type Clock, sleep } from '../../../src/lib/clock.ts'
import { aVote } from './fixture.ts'
import { always, isWhole, silent, three, type VoteNode, VoteSwarm, voting } from './swarm.ts'

describe('a vote', () => {
  it('asks everybody, ends when all have answered, and leaves a whole receipt', async () => {
    const { swarm, nodes } = await three(always('green'), () => ({
      choice: 'green',
      confidence: 0.5,
      reason: 'I like it',
    }))
    const result = await swarm.run(nodes[0], { quorum: 3, method: 'majority' })
    expect(result).toMatchObject({ choice: 'green', ended: 'answered', confidence: 0.5, unheard: [] })
    expect(result.receipt.ballots).toMatchObject([
      { voter: 'a', choices: ['red'] },
      { voter: 'b', choices: ['green'] },
      { voter: 'c', choices: ['green'], confidence: 0.5, reason: 'I like it' },
    ])
    isWhole(nodes[0], result)
    for (const node of nodes) expect(Object.values(node.votes.refused).every((count) => count === 0)).toBe(true)
  })

  it('ends as soon as nobody can change it, and does not wait for the rest', async () => {
    const { swarm, nodes } = await three(always('red'), silent)
    const result = await swarm.run(nodes[0])
    expect(result).toMatchObject({
      choice: 'red',
      ended: 'decided',
      unheard: [{ voter: 'c', declined: false, code: 'NOT_AWAITED' }],
    })
    expect(result.afterMs).toBeLessThan(100)
    isWhole(nodes[0], result)
  })

  it('ends at its deadline without those who say nothing', async () => {
    const { swarm, nodes } = await three(silent, silent)
    const result = await swarm.run(nodes[0], { deadlineMs: 3000 })
    expect(result).toMatchObject({
      choice: 'red',
      ended: 'deadline',
      afterMs: 3000,
      unheard: [
        { voter: 'b', declined: false, code: 'NO_BALLOT' },
        { voter: 'c', declined: false, code: 'NO_BALLOT' },
      ],
    })
    isWhole(nodes[0], result)
  })

  it('does not wait for nodes without an agent that votes', async () => {
    const swarm = new VoteSwarm()
    const [a] = [await swarm.add('a', always('red')), await swarm.add('b'), await swarm.add('c')]
    const result = await swarm.run(a, { method: 'majority' })
    expect(result).toMatchObject({ choice: 'red', ended: 'answered' })
    expect(result.afterMs).toBeLessThan(100)
    expect(result.unheard.map(({ code, declined }) => ({ code, declined }))).toEqual([
      { code: 'NO_VOTER', declined: true },
      { code: 'NO_VOTER', declined: true },
    ])
    isWhole(a, result)
  })

  it('is not blocked by dead voters, nor by ids that nobody has', async () => {
    const { swarm, nodes } = await three()
    const [a, b, c] = nodes
    c.host.crash()
    const result = await swarm.run(a, {
      electorate: { voters: ['a', 'b', 'c', 'nobody'] },
      quorum: 3,
      deadlineMs: 2500,
    })
    expect(result).toMatchObject({ choice: null, noChoice: 'quorum', ended: 'deadline' })
    expect(result.unheard.map(({ voter, code }) => `${voter} ${code}`)).toEqual(['c UNREACHABLE', 'nobody UNREACHABLE'])
    expect(result.receipt.ballots.map(({ voter }) => voter)).toEqual([a.id, b.id])
    isWhole(a, result)
  })

  it('hears a voter that comes back before the deadline, and whose first answer was lost with it', async () => {
    const { swarm, nodes } = await three(always('green'), silent)
    const [a, , c] = nodes
    const running = swarm.open(a, { quorum: 3, deadlineMs: 30_000 })
    // By now it has heard the call, and is trusted to bring a ballot.
    await swarm.world.run(1000)
    c.host.crash()
    await swarm.world.run(1000)
    await swarm.restart(c, always('green'))
    const result = await swarm.world.settle(running, 30_000)
    expect(result).toMatchObject({ choice: 'green', ended: 'answered', unheard: [] })
    expect(result.afterMs).toBeLessThan(RECALL_MS + 6000)
    isWhole(a, result)
  })

  it('goes on through a partition: the ballot of the far side comes when it heals, or not at all', async () => {
    for (const healed of [true, false]) {
      const { swarm, nodes } = await three()
      const [a, b, c] = nodes
      swarm.world.partition([[a.host, b.host], [c.host]])
      const running = swarm.open(a, { quorum: 3, deadlineMs: 20_000 })
      await swarm.world.run(5000)
      if (healed) swarm.world.heal()
      const result = await swarm.world.settle(running, 30_000)
      expect(result).toMatchObject(
        healed ? { choice: 'green', ended: 'answered' } : { choice: null, noChoice: 'quorum', ended: 'deadline' },
      )
      isWhole(a, result)
    }
  })

  it('is answered once though calls, ballots and their answers are doubled and delayed', async () => {
    const swarm = new VoteSwarm({ link: { latencyMs: [1, 400], duplicate: 0.3, reorder: 0.3 } })
    let asked = 0
    const handler = (): Opinion => {
      asked++
      return { choice: asked % 2 === 0 ? 'red' : 'green' }
    }
    const nodes: VoteNode[] = []
    for (let i = 0; i < 10; i++) nodes.push(await swarm.add(`n${i}`, handler))
    const result = await swarm.run(nodes[0] as VoteNode, { quorum: 10 })
    expect(result).toMatchObject({ ended: 'answered', equivocated: [], turnout: { ballots: 10 } })
    expect(asked).toBe(10)
  })

  it('of a paused opener that wakes up after the deadline ends at it, not with what waited', async () => {
    const thoughtful = async (_question: unknown, _context: unknown, clock: Clock): Promise<Opinion> => {
      await sleep(clock, 150)
      return { choice: 'green' }
    }
    const { swarm, nodes } = await three(thoughtful, thoughtful)
    const [a] = nodes
    const running = swarm.open(a, { deadlineMs: 1000 })
    await swarm.world.run(100)
    a.host.pause()
    await swarm.world.run(1500)
    a.host.resume()
    expect(await swarm.world.settle(running, 100)).toMatchObject({ choice: 'red', ended: 'deadline' })
    expect(a.votes.refused).toMatchObject({ CLOSED: 1 })
  })

  it('of a paused opener that wakes up to a refusal after the deadline ends at it, not with that', async () => {
    const swarm = new VoteSwarm()
    const [a] = [await swarm.add('a', always('red')), await swarm.add('b')]
    // So that they are connected.
    await swarm.run(a)
    const running = swarm.open(a, { deadlineMs: 1000 })
    await swarm.world.run(0)
    a.host.pause()
    await swarm.world.run(1500)
    a.host.resume()
    const result = await swarm.world.settle(running, 100)
    expect(result).toMatchObject({ choice: 'red', ended: 'deadline', unheard: [{ voter: 'b', code: 'NO_ANSWER' }] })
  })

  it('hears its own node too where that is busy at first', async () => {
    const swarm = new VoteSwarm()
    const slow = (_question: unknown, _context: unknown, clock: Clock): Promise<Opinion> =>
      sleep(clock, 2000).then(() => ({ choice: 'red' }))
    const a = await swarm.add('a', slow)
    const b = await swarm.add('b', always('green'))
    const open = Array.from({ length: MAX_DELIBERATIONS }, () => swarm.open(b))
    await swarm.world.run(500)
    const result = await swarm.run(a, { quorum: 2 })
    expect(result).toMatchObject({ ended: 'answered', unheard: [], turnout: { ballots: 2 } })
    isWhole(a, result)
    await swarm.world.settle(Promise.all(open), 60_000)
  })

  it('is taken back by its signal, and ends with the node', async () => {
    const { swarm, nodes } = await three(silent, silent)
    const controller = new AbortController()
    const request = { question: 'q', options: ['a', 'b'], deadlineMs: 10_000 }
    const cancelled = nodes[0].votes.vote(request, { signal: controller.signal })
    const stopped = nodes[0].votes.vote(request)
    await swarm.world.run(50)
    controller.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' })
    nodes[0].votes.stop()
    await expect(stopped).rejects.toMatchObject({ code: 'STOPPED' })
    await expect(nodes[0].votes.vote(request)).rejects.toMatchObject({ code: 'STOPPED' })
    const gone = nodes[1].votes.vote(request, { signal: controller.signal })
    await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('is one of a bounded number', async () => {
    const { swarm, nodes } = await three(silent, silent)
    const all = Array.from({ length: MAX_OPEN_VOTES }, () => swarm.open(nodes[0], { deadlineMs: 500 }))
    await expect(swarm.open(nodes[0])).rejects.toMatchObject({ code: 'BUSY' })
    await swarm.world.settle(Promise.all(all), 1000)
    await swarm.run(nodes[0], { deadlineMs: 500 })
  })

  it.each([
    ['no options', { options: [] }, 'there are 0 options'],
    ['one option', { options: ['red'] }, 'there is 1 option'],
    ['an empty option', { options: ['red', ' '] }, 'an option is empty'],
    ['an option twice', { options: ['red', 'red'] }, 'the option "red" is there twice'],
    ['too many options', { options: Array.from({ length: 33 }, (_, i) => `o${i}`) }, 'there are 33 options'],
    [
      'options that are too long',
      { options: ['a'.repeat(2000), 'b'.repeat(100)] },
      'the options together take 2104 bytes',
    ],
    ['an empty question', { question: '' }, 'the question is empty'],
    ['a question that is too long', { question: '"'.repeat(4100) }, 'the question takes 8202 bytes'],
    ['half a character', { question: 'is \ud800 good' }, 'a text is no Unicode'],
    ['half a character in a voter', { electorate: { voters: ['a', 'b\ud800'] } }, 'it is no Unicode'],
    ['a quorum above the electorate', { quorum: 4 }, 'the quorum is 4, the whole electorate weighs 3'],
    ['a quorum that is no whole number', { quorum: 1.5 }, 'the quorum is 1.5'],
    ['a quorum below nothing', { quorum: -1 }, 'the quorum is -1'],
    ['a threshold above one', { threshold: 1.1 }, 'the threshold is 1.1'],
    ['a threshold that is none', { threshold: Number.NaN }, 'threshold'],
    ['no time', { deadlineMs: 0 }, 'the deadline is 0 ms'],
    ['more than a day', { deadlineMs: 86_400_001 }, 'the deadline is 86400001 ms'],
    ['a method that nobody knows', { method: 'dictator' as never }, 'method'],
    ['nobody', { electorate: { voters: {} } }, 'the electorate is empty'],
    ['a voter twice', { electorate: { voters: ['b', 'a', 'b'] } }, 'the voter b is there twice'],
    ['a weight of nothing', { electorate: { voters: { a: 0 } } }, 'the weight of a is 0'],
    ['a weight of a part', { electorate: { voters: { a: 0.5 } } }, 'the weight of a is 0.5'],
    ['a weight beyond measure', { electorate: { voters: { a: 1e9 } } }, 'the weight of a is 1000000000'],
    ['something that nobody asked for', { colour: 'red' } as never, 'colour'],
  ])('with %s is refused', async (_, fields, message) => {
    const { swarm, nodes } = await three()
    await expect(swarm.open(nodes[0], fields)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message),
    })
  })
})

describe('an agent', () => {
  const opinions: [string, () => Opinion | Promise<Opinion>, readonly string[]][] = [
    ['abstains', () => 'abstain', []],
    ['abstains with a reason', () => ({ choice: [], reason: 'none of these' }), []],
    ['names one in a list', () => ({ choice: ['green'] }), ['green']],
    [
      'throws',
      () => {
        throw new Error('no idea')
      },
      [],
    ],
    ['rejects', () => Promise.reject(new Error('no idea')), []],
    ['names what is not offered', () => ({ choice: 'blue' }), []],
    ['names two where one is chosen', () => ({ choice: ['red', 'green'] }), []],
    ['is surer than sure', () => ({ choice: 'red', confidence: 2 }), []],
    ['says nothing', () => undefined as never, []],
    ['says a number', () => 7 as never, []],
    ['chooses a number', () => ({ choice: 7 as never }), []],
  ]
  it.each(opinions)('that %s, has a ballot all the same', async (_, opinion, choices) => {
    const { swarm, nodes } = await three(opinion, silent)
    const result = await swarm.run(nodes[0], { deadlineMs: 500 })
    expect(result.receipt.ballots.find(({ voter }) => voter === 'b')?.choices).toEqual(choices)
    isWhole(nodes[0], result)
  })

  it('that throws leaves the reason in the log', async () => {
    const { swarm, nodes } = await three(() => {
      throw new Error('no idea at all')
    })
    await swarm.run(nodes[0])
    expect(
      swarm.world.trace.lines.some((line) => line.includes('could not vote') && line.includes('no idea at all')),
    ).toBe(true)
  })

  it('with much to say has its reason cut', async () => {
    const { swarm, nodes } = await three(() => ({ choice: 'red', reason: `${'"😀'.repeat(1000)}\ud800` }))
    const result = await swarm.run(nodes[0], { quorum: 3 })
    const reason = result.receipt.ballots[1]?.reason ?? ''
    expect(reason).toMatch(/^("😀)+"?…$/u)
    expect(Buffer.byteLength(JSON.stringify(reason))).toBeGreaterThan(1000)
    isWhole(nodes[0], result)
  })

  it('hears how long there is, and that the time is over; then it is too late', async () => {
    const seen: { remainingMs?: number; aborted?: boolean } = {}
    const { swarm, nodes } = await three(async (_question, { remainingMs, signal }, clock) => {
      seen.remainingMs = remainingMs
      signal.addEventListener('abort', () => {
        seen.aborted = true
      })
      await sleep(clock, 2000)
      return { choice: 'green' }
    }, silent)
    const result = await swarm.run(nodes[0], { deadlineMs: 1000 })
    await swarm.world.run(3000)
    expect(seen.remainingMs).toBeGreaterThan(900)
    expect(seen.remainingMs).toBeLessThanOrEqual(1000)
    expect(seen.aborted).toBe(true)
    expect(result).toMatchObject({ choice: 'red', unheard: [{ voter: 'b' }, { voter: 'c' }] })
    expect(nodes[0].votes.refused).toMatchObject({ CLOSED: 0 })
  })

  it('is the first that votes, and that the electorate means', async () => {
    const swarm = new VoteSwarm()
    const node = await swarm.add('a')
    const { clock } = node.host
    const gpu = [{ name: 'test.gpu', version: '1.2.0', tags: ['fast', 'eu'] }]
    node.votes.host({ name: 'mute', capabilities: gpu, handle: () => null })
    node.votes.host(voting(always('red'), clock, { name: 'first' }))
    node.votes.host(voting(always('green'), clock, { name: 'second', capabilities: gpu }))
    const rounds: [OpenedVote['chosenBy'], string | undefined][] = [
      [{ by: 'alive' }, 'red'],
      [{ by: 'list' }, 'red'],
      [{ by: 'capability', name: 'test.gpu', version: '^1.0.0' }, 'green'],
      [{ by: 'tags', tags: ['eu', 'fast'] }, 'green'],
      [{ by: 'capability', name: 'test.gpu', version: '^2.0.0' }, undefined],
      [{ by: 'tags', tags: ['slow'] }, undefined],
    ]
    const caller = await swarm.add('caller')
    for (const [chosenBy, choice] of rounds) {
      const vote = aVote({
        id: JSON.stringify(chosenBy),
        opener: 'caller',
        options: ['red', 'green'],
        chosenBy,
        electorate: [{ id: 'a', weight: 1 }],
      })
      const answer = await swarm.send(caller, node, callEncoder(vote)(1000))
      expect(answer).toEqual(choice === undefined ? 'NO_VOTER' : { ballot: { voter: 'a', choices: [choice] } })
    }
  })
})
