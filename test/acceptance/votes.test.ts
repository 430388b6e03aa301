import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Receipt } from '../../src/consensus/votes/receipt.ts'
import { Home, type StartedNode } from './covey.ts'

/** For what nodes learn from one another: a loaded machine takes several times as long as an idle one. */
const PATIENCE = { timeout: 15_000 }

/** An agent module whose agent chooses the option of this index. */
const module = (index: number): string => `export default {
  name: 'citizen',
  capabilities: [{ name: 'test.vote', version: '1.0.0', tags: ['citizen'] }],
  handle: () => null,
  vote: ({ options }) => ({ choice: options[${index}], confidence: 0.5, reason: 'I am ${index}' }),
}
`

/** Three real nodes: alice and bob vote differently, carol has no agent that votes. */
describe('a vote of real nodes', () => {
  const home = new Home()
  let nodes: Record<'alice' | 'bob' | 'carol', StartedNode>

  beforeAll(async () => {
    for (const index of [0, 1]) writeFileSync(home.path(`vote-${index}.mjs`), module(index))
    const local = ['--mesh', 'test', '--no-mdns', '--listen', '127.0.0.1:0']
    const alice = await home.up(['--name', 'alice', ...local, '--agents', './vote-0.mjs'])
    const join = [...local, '--join', alice.addresses[0] as string]
    const bob = await home.up(['--name', 'bob', ...join, '--agents', './vote-1.mjs'])
    const carol = await home.up(['--name', 'carol', ...join])
    nodes = { alice, bob, carol }
    const met = async (name: string): Promise<boolean> => {
      const peers = await home.json<{ state: string }[]>(['peers', '--name', name])
      return peers.filter(({ state }) => state === 'alive').length === 3
    }
    for (const name of Object.keys(nodes)) await vi.waitUntil(() => met(name), PATIENCE)
    const knows = async (): Promise<boolean> =>
      (await home.json<unknown[]>(['find', 'test.vote', '--name', 'alice'])).length === 2
    await vi.waitUntil(knows, PATIENCE)
  })
  afterAll(() => home.remove())

  const vote = (...args: string[]): string[] => [
    'vote',
    'Red or green?',
    '--options',
    'red,green',
    '--name',
    'alice',
    ...args,
  ]

  it('is opened, counted, kept, verified; a forged receipt is found out', async () => {
    const weights = ['--weights', 'alice=1,bob=2', '--threshold', '2/3', '--quorum', '3']
    const { code, stdout } = await home.run(vote(...weights, '--receipt', 'receipt.json'))
    expect(stdout).toContain('choice      green')
    expect(stdout).toContain('all have answered')
    expect(code).toBe(0)

    const whole = await home.run(['verify', 'receipt.json'])
    expect(whole).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^whole: 2 signatures .*\n(.*\n)*choice {6}green\n/),
    })
    expect(await home.json(['verify', 'receipt.json'])).toMatchObject({
      valid: true,
      opener: nodes.alice.id,
      result: { choice: 'green', confidence: 0.5, turnout: { ballots: 2, weight: 3, of: 3 } },
    })

    const receipt = JSON.parse(readFileSync(home.path('receipt.json'), 'utf8')) as Receipt
    Object.assign(receipt.ballots.find(({ voter }) => voter === nodes.bob.id) as object, { choices: ['red'] })
    writeFileSync(home.path('forged.json'), JSON.stringify(receipt))
    const forged = await home.run(['verify', 'forged.json'])
    expect(forged).toMatchObject({ code: 1, stdout: '' })
    expect(forged.stderr).toContain(`the ballot of ${nodes.bob.id}: its signature does not fit`)
    expect(await home.json(['verify', 'forged.json'])).toMatchObject({
      error: { code: 'FORGED_RECEIPT', problems: [{ code: 'BALLOT' }, { code: 'SEAL' }] },
    })
    // Whoever reads that with another program may see the first of the two.
    const text = readFileSync(home.path('receipt.json'), 'utf8')
    writeFileSync(home.path('twofold.json'), text.replace('"choice": "green"', '"choice": "red", "choice": "green"'))
    expect(await home.run(['verify', 'twofold.json'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"choice" is there twice in one object'),
    })
    const piped = await home.run(['verify', '-'], { input: readFileSync(home.path('receipt.json'), 'utf8') })
    expect(piped.code).toBe(0)
  })

  it('of all that are alive ends early though one has no agent that votes; with --json it is the receipt', async () => {
    const receipt = await home.json<Receipt>(vote('--method', 'majority', '--deadline', '1m'))
    expect(receipt.vote.electorate).toHaveLength(3)
    expect(receipt.result).toMatchObject({ choice: null, noChoice: 'threshold' })
    expect(receipt.closing).toMatchObject({
      ended: 'answered',
      unheard: [{ voter: nodes.carol.id, declined: true, code: 'NO_VOTER' }],
    })
    writeFileSync(home.path('piped.json'), JSON.stringify(receipt))
    expect((await home.run(['verify', 'piped.json'])).code).toBe(0)
  })

  it('without a choice exits with 1, and says why', async () => {
    const { code, stdout } = await home.run(vote('--method', 'majority', '--electorate', 'alice,bob'))
    expect(stdout).toContain('none: no option has the share that it takes')
    expect(code).toBe(1)
  })

  it('asks those who offer a capability, or have a tag', async () => {
    for (const who of [
      ['--capability', 'test.vote'],
      ['--tag', 'citizen'],
      ['--capability', 'test.vote', '--tag', 'citizen'],
    ]) {
      const { vote: opened } = await home.json<Receipt>(vote(...who))
      expect(opened.electorate.map(({ id }) => id)).toEqual([nodes.alice.id, nodes.bob.id].sort())
    }
  })

  it.each([
    ['nobody that there is', ['--electorate', 'alice,zoe'], 2, 'INVALID_INPUT', 'there is no node "zoe"'],
    [
      'a weight for a stranger',
      ['--electorate', 'alice', '--weights', 'bob=2'],
      2,
      'INVALID_INPUT',
      'bob has a weight',
    ],
    ['a weight that is none', ['--weights', 'bob'], 2, 'INVALID_INPUT', '"bob" is no weight'],
    ['a share that is none', ['--threshold', '3/2'], 2, 'INVALID_INPUT', '"3/2" is no share'],
    ['two kinds of voters', ['--electorate', 'alice', '--tag', 'x'], 2, 'INVALID_INPUT', 'voters are named'],
    ['a method that nobody knows', ['--method', 'dictator'], 2, 'USAGE', 'dictator'],
    ['a capability that nobody has', ['--capability', 'test.none'], 1, 'NO_ELECTORATE', 'nobody offers test.none'],
    ['a quorum above all', ['--quorum', '4'], 2, 'INVALID_INPUT', 'the quorum is 4'],
    ['a receipt that goes nowhere', ['--receipt', 'missing/receipt.json'], 2, 'INVALID_INPUT', 'cannot be written'],
  ])('that asks for %s is refused', async (_, args, exit, code, message) => {
    const result = await home.run(vote(...args, '--json'))
    expect(result.code).toBe(exit)
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code, message: expect.stringContaining(message) } })
  })

  it('of what is no receipt at all, verify says so', async () => {
    writeFileSync(home.path('other.json'), '{"format":"covey-snapshot"}')
    expect(await home.run(['verify', 'other.json'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('that is not a receipt'),
    })
    expect(await home.run(['verify', 'missing.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read'),
    })
  })

  it('goes on without a voter that was killed', async () => {
    const gone = new Promise((resolve) => nodes.bob.child.once('exit', resolve))
    nodes.bob.child.kill('SIGKILL')
    await gone
    const receipt = await home.json<Receipt>(vote('--electorate', 'alice,bob', '--quorum', '2', '--deadline', '1s'))
    expect(receipt.result).toMatchObject({ choice: null, noChoice: 'quorum' })
    expect(receipt.closing).toMatchObject({
      ended: 'deadline',
      unheard: [{ voter: nodes.bob.id, code: 'UNREACHABLE' }],
    })
  })
})
