import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ended, Home, type Result, type StartedNode } from './covey.ts'

const SLOW_MS = 60_000
const PATIENCE = { timeout: 15_000, interval: 200 }
const NAMES = ['alice', 'bob', 'carol']

describe('voters on the command line', () => {
  const home = new Home()
  const nodes = new Map<string, StartedNode>()
  const up = async (name: string) => {
    const join = name === 'alice' ? [] : ['--join', node('alice').addresses[0] as string]
    const args = ['--mesh', 'voters', '--no-mdns', '--listen', '127.0.0.1:0', '--name', name, ...join]
    nodes.set(name, await home.up(args))
  }
  const node = (name: string) => nodes.get(name) as StartedNode
  const kill = async (name: string) => {
    node(name).child.kill('SIGKILL')
    await once(node(name).child, 'exit')
  }
  const as = (name: string, ...args: string[]): Promise<Result> => home.run([...args, '--name', name])
  const listed = (by: string) => expect.poll(() => as(by, 'voters', 'list').then(({ stdout }) => stdout), PATIENCE)

  beforeAll(async () => {
    for (const name of NAMES) await up(name)
  }, SLOW_MS)
  afterAll(() => home.remove())

  it('one alone works, and is told what that means', async () => {
    await expect.poll(() => as('alice', 'peers'), PATIENCE).toMatchObject({ stdout: expect.stringContaining('carol') })
    expect(await as('alice', 'voters', 'set', 'alice')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing works while it is away, and its disk is the only copy'),
    })
    expect(await home.run(['lock', 'x', '--name', 'alice', '--', 'true'])).toMatchObject({ code: 0 })
    expect(await as('alice', 'voters', 'set', 'alice', 'bob')).toMatchObject({
      stdout: expect.stringContaining('either of them away stops all'),
    })
    expect(await as('alice', 'voters', 'set', ...NAMES)).toMatchObject({
      stdout: expect.stringContaining('1 of them may be away'),
    })
  })

  it('that make no sense are wrong usage', async () => {
    expect(await as('alice', 'voters', 'set', 'bob', 'bob')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('named twice'),
    })
    expect(await as('alice', 'voters', 'set')).toMatchObject({ code: 2 })
  })

  it(
    'are asked: one that is stopped does not vote, though it is connected',
    async () => {
      process.kill(node('carol').pid, 'SIGSTOP')
      try {
        await listed('alice').toMatch(/carol\tvoter\tno: it does not answer\t.*\n2 vote, 2 needed: enough/)
        process.kill(node('bob').pid, 'SIGSTOP')
        await listed('alice').toContain('1 votes, 2 needed: too few: registers and locks refuse')
        const refused = await home.run(['lock', 'x', '--wait', '0', '--name', 'alice', '--', 'true'])
        expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('covey voters list') })
      } finally {
        for (const name of ['bob', 'carol']) process.kill(node(name).pid, 'SIGCONT')
      }
      await listed('alice').toContain('3 vote, 2 needed: enough')
    },
    SLOW_MS,
  )

  it(
    'whose disk was lost say so everywhere, and are added anew',
    async () => {
      await kill('carol')
      const { data } = node('carol')
      for (const file of readdirSync(data)) if (file.startsWith('covey.db')) rmSync(join(data, file))
      await up('carol')
      for (const name of ['alice', 'carol']) await listed(name).toContain('take carol in anew: covey voters add carol')
      expect(await as('carol', 'voters', 'add', 'carol')).toMatchObject({ code: 0 })
      await listed('bob').toContain('3 vote, 2 needed: enough')
    },
    SLOW_MS,
  )

  it(
    'that come back as another node under their old name are set by that name',
    async () => {
      await kill('carol')
      rmSync(node('carol').data, { recursive: true })
      const before = node('carol').id
      await up('carol')
      expect(node('carol').id).not.toBe(before)
      await listed('alice').toContain('If its disk is lost, start it anew and name all: covey voters set')
      const set = () => as('alice', 'voters', 'set', ...NAMES)
      await expect.poll(set, { timeout: SLOW_MS, interval: 500 }).toMatchObject({ code: 0 })
      await listed('bob').toContain(node('carol').id)
    },
    SLOW_MS,
  )

  it(
    'are asked of a node that is stopped: whoever waits is told, and has the answer when it goes on',
    async () => {
      process.kill(node('bob').pid, 'SIGSTOP')
      const listing = home.start(['voters', 'list', '--name', 'bob'])
      const result = ended(listing)
      const told = new Promise<string>((resolve) => listing.stderr?.once('data', resolve))
      expect(await told).toContain('has not answered for 5 s')
      process.kill(node('bob').pid, 'SIGCONT')
      expect(await result).toMatchObject({ code: 0, stdout: expect.stringContaining('needed') })
    },
    SLOW_MS,
  )
})
