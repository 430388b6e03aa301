import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type {
  WireConflicts,
  WireEntry,
  WireHistory,
  WirePage,
  WireWatchItem,
} from '../../src/control/state-protocol.ts'
import { Home, type Result, type StartedNode } from './covey.ts'

/** For what nodes learn from one another: a loaded machine takes several times as long as an idle one. */
const PATIENCE = { timeout: 15_000 }

/** Two nodes that were told of each other; they are killed and started again as the trials go on. */
describe('the replicated state of two real nodes', () => {
  const home = new Home()
  let alice: StartedNode
  let bob: StartedNode

  const start = (name: string, ...more: string[]): Promise<StartedNode> =>
    home.up(['--name', name, '--mesh', 'test', '--no-mdns', '--listen', '127.0.0.1:0', ...more])
  const kill = async ({ child }: StartedNode): Promise<void> => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const as = <T>(name: string, ...args: string[]): Promise<T> => home.json<T>([...args, '--name', name])
  const valueAt = async (name: string, namespace: string, key: string): Promise<unknown> =>
    (await as<Partial<WireEntry>>(name, 'state', 'get', namespace, key)).value
  const shows = (name: string, namespace: string, key: string, value: unknown) =>
    expect.poll(() => valueAt(name, namespace, key), PATIENCE).toEqual(value)
  const failure = ({ code, stdout }: Result): object => ({
    exit: code,
    ...(JSON.parse(stdout) as { error: object }).error,
  })

  beforeAll(async () => {
    alice = await start('alice')
    bob = await start('bob', '--join', alice.addresses[0] as string)
  })
  afterAll(() => home.remove())

  it('what one sets the other gets', async () => {
    const { version } = await as<WireEntry>('alice', 'state', 'set', 'settings', 'colour', '{"name":"green"}')
    await shows('bob', 'settings', 'colour', { name: 'green' })
    expect(await as('bob', 'state', 'get', 'settings', 'colour')).toMatchObject({ version, updatedBy: alice.id })
    const text = await home.run(['state', 'get', 'settings', 'colour', '--name', 'bob'])
    expect(JSON.parse(text.stdout)).toEqual({ name: 'green' })
    await as('bob', 'state', 'delete', 'settings', 'colour')
    await shows('alice', 'settings', 'colour', undefined)
  })

  it('a value comes from a file or from stdin as well; lists come in pages', async () => {
    writeFileSync(home.path('value.json'), '"from a file"')
    await as('alice', 'state', 'set', 'settings', 'file', '@value.json')
    const piped = ['state', 'set', 'settings', 'piped', '-', '--name', 'alice']
    expect(await home.run(piped, { input: '"piped"' })).toMatchObject({ code: 0 })
    const list = (...more: string[]) => as<WirePage>('alice', 'state', 'list', 'settings', ...more)
    const first = await list('--limit', '1')
    expect(first.entries.map(({ key, value }) => [key, value])).toEqual([['file', 'from a file']])
    const second = await list('--after', first.next as string)
    expect(second.entries.map(({ key, value }) => [key, value])).toEqual([['piped', 'piped']])
    expect((await list('pi')).entries).toHaveLength(1)
    const { stdout } = await home.run(['state', 'list', 'settings', '--name', 'alice'])
    expect(stdout).toMatch(/^key\tversion\tby\tat\tvalue\nfile\t\S+\talice\t\S+\t"from a file"\npiped\t/)
  })

  it('a write that expects another version is refused with what is there now', async () => {
    const { version } = await as<WireEntry>('alice', 'state', 'set', 'settings', 'size', '1', '--expect', 'none')
    await as('alice', 'state', 'set', 'settings', 'size', '2', '--expect', version)
    const late = ['state', 'set', 'settings', 'size', '3', '--expect', version, '--name', 'alice']
    expect(failure(await home.run([...late, '--json']))).toMatchObject({
      exit: 1,
      code: 'VERSION_CONFLICT',
      current: { value: 2, updatedBy: alice.id },
    })
    expect((await home.run(late)).stderr).toMatch(/size is at version .* not what was expected\n.*It holds 2\./)
    const { items } = await as<WireHistory>('alice', 'state', 'history', 'settings', 'size')
    expect(items.map(({ changes }) => changes[0]?.value)).toEqual([2, 1])
  })

  it('a watch shows what is there and what comes, until Ctrl-C', async () => {
    const child = home.start(['state', 'watch', 'settings', 'watched/', '--name', 'bob', '--json'])
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    const lines = () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as WireWatchItem)
    await vi.waitFor(() => expect(lines()).toEqual([{ type: 'listed' }]), PATIENCE)
    await as('alice', 'state', 'set', 'settings', 'watched/a', '1')
    await vi.waitFor(() => expect(lines()).toHaveLength(2), PATIENCE)
    await as('alice', 'state', 'delete', 'settings', 'watched/a')
    await vi.waitFor(() => expect(lines()).toHaveLength(3), PATIENCE)
    expect(lines().slice(1)).toMatchObject([
      { type: 'set', key: 'watched/a', entry: { value: 1, updatedBy: alice.id } },
      { type: 'delete', key: 'watched/a', updatedBy: alice.id },
    ])
    child.kill('SIGINT')
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGINT')
  })

  it('a snapshot brings back what was, on all nodes', async () => {
    const shown = async (name: string) =>
      (await as<WirePage>(name, 'state', 'list', 'settings')).entries.map(({ key, value }) => [key, value])
    const before = await shown('alice')
    const { stdout } = await home.run(['state', 'snapshot', 'settings', '--name', 'alice'])
    writeFileSync(home.path('settings.json'), stdout)
    await as('alice', 'state', 'set', 'settings', 'size', '"other"')
    await as('alice', 'state', 'set', 'settings', 'new', '1')
    await as('alice', 'state', 'delete', 'settings', 'file')
    const restored = await as('alice', 'state', 'restore', 'settings', 'settings.json')
    expect(restored).toEqual({ namespace: 'settings', written: 3 })
    expect(await shown('alice')).toEqual(before)
    await expect.poll(() => shown('bob'), PATIENCE).toEqual(before)
  })

  it('sync and status say how the nodes stand', async () => {
    await expect
      .poll(() => as('alice', 'sync'), PATIENCE)
      .toEqual([
        {
          peer: bob.id,
          sent: { events: 0, bytes: expect.any(Number) },
          received: { events: 0, bytes: expect.any(Number) },
          repaired: 0,
          error: null,
        },
      ])
    const [here, there] = await Promise.all(
      ['alice', 'bob'].map((name) => as<{ state: object; sync: object[] }>(name, 'status')),
    )
    expect(here?.state).toMatchObject({ namespaces: 1, entries: 3, bytes: expect.any(Number), mismatches: [] })
    expect(there?.state).toEqual(here?.state)
    expect(here?.sync).toEqual([{ peer: bob.id, state: 'in sync', behind: 0, ahead: 0, forMs: expect.any(Number) }])
    expect((await home.run(['status', '--name', 'alice'])).stdout).toMatch(/state of peers +bob: in sync for /)
  })

  it('a node that was killed has what it had acknowledged, and gets what it missed', async () => {
    for (let i = 0; i < 5; i++) await as('bob', 'state', 'set', 'survivors', `bob${i}`, String(i))
    await kill(bob)
    await as('alice', 'state', 'set', 'survivors', 'missed', '"while bob was away"')
    bob = await start('bob', '--join', alice.addresses[0] as string)
    for (let i = 0; i < 5; i++) expect(await valueAt('bob', 'survivors', `bob${i}`)).toBe(i)
    await shows('bob', 'survivors', 'missed', 'while bob was away')
    for (let i = 0; i < 5; i++) await shows('alice', 'survivors', `bob${i}`, i)
  })

  it('what two wrote apart is a conflict that somebody ends', async () => {
    await kill(bob)
    await as('alice', 'state', 'set', 'plans', 'today', '"walk"', '--policy', 'manual')
    await kill(alice)
    bob = await start('bob')
    await as('bob', 'state', 'set', 'plans', 'today', '"swim"', '--policy', 'manual')
    alice = await start('alice', '--join', bob.addresses[0] as string)
    const conflicts = async (name: string) => (await as<WireConflicts>(name, 'state', 'conflicts', 'plans')).conflicts
    for (const name of ['alice', 'bob']) {
      await expect.poll(() => conflicts(name), PATIENCE).toMatchObject([{ key: 'today' }])
    }
    const [conflict] = await conflicts('alice')
    expect(conflict?.siblings.map(({ value }) => value).sort()).toEqual(['swim', 'walk'])
    const blind = await home.run(['state', 'set', 'plans', 'today', '"rest"', '--name', 'alice', '--json'])
    expect(failure(blind)).toMatchObject({ exit: 1, code: 'UNRESOLVED_CONFLICT' })
    await as('alice', 'state', 'resolve', 'plans', 'today', '"both"', '--expect', conflict?.version as string)
    await shows('bob', 'plans', 'today', 'both')
    expect(await conflicts('bob')).toEqual([])
    expect((await home.run(['state', 'conflicts', 'plans', '--name', 'bob'])).stdout).toBe('no conflicts\n')
  })

  describe('refuses', () => {
    it.each([
      [1, ['get', 'nowhere', 'k'], /no namespace nowhere is known here\n.*Known: .*settings/],
      [1, ['get', 'settings', 'nothing'], /nothing holds nothing in settings\n.*covey state list settings/],
      [1, ['set', 'settings', 'k', '1', '--policy', 'manual'], /declared with the policy latest, not manual/],
      [2, ['set', 'settings', 'k', '{a'], /the value is not JSON/],
      [2, ['set', 'settings', 'k', '@none.json'], /cannot read none\.json/],
      [2, ['set', 'settings', 'k'], /missing required argument 'value'/],
      [2, ['set', 'settings', 'k', '['.repeat(20_000) + ']'.repeat(20_000)], /nested more than 100 deep/],
      [2, ['set', 'settings', 'k', '@large.json'], /large\.json is larger than the 1048576 bytes/],
      [2, ['set', 'settings', 'k'.repeat(1025), '1'], /text of 1025 characters is no key/],
      [2, ['set', 'a/b', 'k', '1'], /"a\/b" is no name of a namespace/],
      [2, ['set', 'settings', 'k', '1', '--policy', 'newest'], /'newest' is invalid\. Allowed choices are latest/],
      [2, ['list', 'settings', '--limit', 'many'], /must be a whole number/],
      [2, ['resolve', 'plans', 'today', '1'], /today has no conflict/],
      [2, ['restore', 'settings', 'none.json'], /none\.json cannot be read as a snapshot/],
      [2, ['restore', 'settings', 'value.json'], /value\.json cannot be read as a snapshot: that is no snapshot/],
      [2, ['gte', 'settings', 'k'], /unknown command 'gte'\n.*Did you mean get\?/],
    ] as const)('with exit code %i: covey state %.60j', async (code, args, message) => {
      writeFileSync(home.path('large.json'), JSON.stringify('x'.repeat(1024 * 1024)))
      expect(await home.run(['state', ...args, '--name', 'alice'])).toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringMatching(message),
      })
    })
  })

  it('every subcommand shows an example in its help', async () => {
    const { stdout } = await home.run(['state', '--help'])
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name as string)
    expect(commands).toHaveLength(10)
    const helps = await Promise.all(commands.map((name) => home.run(['state', name, '--help'])))
    for (const help of helps) {
      expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nExamples?:\n {2}covey state/) })
    }
  })
})
