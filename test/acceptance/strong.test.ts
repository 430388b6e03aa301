import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectControl } from '../../src/control/client.ts'
import type { WirePage } from '../../src/control/state-protocol.ts'
import { Home, type StartedNode } from './covey.ts'

const SLOW_MS = 60_000
const PATIENCE = { timeout: 15_000, interval: 200 }

describe('a strong namespace on the command line', () => {
  const home = new Home()
  const nodes = new Map<string, StartedNode>()
  const up = async (name: string, ...more: string[]) => {
    nodes.set(
      name,
      await home.up(['--mesh', 'strong', '--no-mdns', '--listen', '127.0.0.1:0', '--name', name, ...more]),
    )
  }
  const as = (name: string, ...args: string[]) => home.run([...args, '--name', name])

  beforeAll(async () => {
    await up('alice', '--voters', 'alice,bob,carol')
    const join = ['--join', nodes.get('alice')?.addresses[0] as string]
    for (const name of ['bob', 'carol']) await up(name, ...join)
    const available = async () =>
      (await home.json<{ available: boolean }>(['voters', 'list', '--name', 'carol'])).available
    await vi.waitUntil(available, { timeout: SLOW_MS, interval: 200 })
  }, SLOW_MS)
  afterAll(() => home.remove())

  it('declared on one node is decided by the voters on every other', async () => {
    expect(
      await as('alice', 'state', 'set', 'jobs', 'report', '"alice"', '--strong', '--expect', 'none'),
    ).toMatchObject({
      code: 0,
      stdout: 'report is at version 1\n',
    })
    // That it is strong comes with the replicated state; what it holds does not.
    await expect
      .poll(() => as('bob', 'state', 'get', 'jobs', 'report'), PATIENCE)
      .toMatchObject({ stdout: '"alice"\n' })
    expect(await as('bob', 'state', 'set', 'jobs', 'report', '"bob"', '--expect', 'none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('It holds "alice". Decide anew, and expect 1.'),
    })
    const claims = ['alice', 'bob', 'carol'].map((name) =>
      as(name, 'state', 'set', 'jobs', 'next', `"${name}"`, '--strong', '--expect', 'none'),
    )
    expect((await Promise.all(claims)).filter(({ code }) => code === 0)).toHaveLength(1)
    await expect
      .poll(() => home.json<WirePage>(['state', 'list', 'jobs', '--name', 'carol']), PATIENCE)
      .toMatchObject({ entries: [{ key: 'next' }, { key: 'report', value: 'alice' }] })
    expect(await as('carol', 'state', 'history', 'jobs', 'report')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('jobs is strong: a register knows what report holds, not what it held'),
    })
    expect(await as('bob', 'state', 'delete', 'jobs', 'report')).toMatchObject({
      code: 0,
      stdout: 'report is deleted\n',
    })
    expect(await as('alice', 'state', 'get', 'jobs', 'report')).toMatchObject({ code: 1 })
  })

  it(
    'that another node has declared as eventual is an error there, until it follows',
    async () => {
      await up('dave')
      expect(await as('alice', 'state', 'set', 'torn', 'k', '1', '--strong')).toMatchObject({ code: 0 })
      expect(await as('dave', 'state', 'set', 'torn', 'k', '2')).toMatchObject({ code: 0 })
      const client = await connectControl(nodes.get('dave')?.data as string)
      await client.call('join', { address: nodes.get('alice')?.addresses[0] as string })
      client.close()
      const says = { code: 1, stderr: expect.stringContaining('declared with different policies: custom:strong by') }
      for (const command of [
        ['get', 'torn', 'k'],
        ['set', 'torn', 'k', '3'],
        ['list', 'torn'],
      ]) {
        await expect.poll(() => as('dave', 'state', ...command), PATIENCE).toMatchObject(says)
      }
      // What it wrote shows nowhere, and the one who was first goes on.
      expect(await as('alice', 'state', 'get', 'torn', 'k')).toMatchObject({ stdout: '1\n' })
      const { child } = nodes.get('dave') as StartedNode
      const gone = new Promise((resolve) => child.once('exit', resolve))
      expect(await as('dave', 'down')).toMatchObject({ code: 0 })
      await gone
      await up('dave', '--join', nodes.get('alice')?.addresses[0] as string)
      await expect.poll(() => as('dave', 'state', 'set', 'torn', 'k', '4'), PATIENCE).toMatchObject({ code: 0 })
      expect(await as('alice', 'state', 'get', 'torn', 'k')).toMatchObject({ stdout: '4\n' })
    },
    SLOW_MS,
  )
})
