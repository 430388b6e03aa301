import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TaskRecord } from '../../src/tasks/task.ts'
import { Home, type Result, type UpNode } from './covey.ts'

/** For what nodes learn from one another: a loaded machine takes several times as long as an idle one. */
const PATIENCE = { timeout: 15_000 }

/** Two nodes that were told of each other: alice runs programs, bob the text agents. */
describe('the command line of two real nodes', () => {
  const home = new Home()
  let alice: UpNode
  let bob: UpNode
  const local = ['--mesh', 'test', '--no-mdns', '--listen', '127.0.0.1:0']

  beforeAll(async () => {
    // A program's input is JSON: upper case of a JSON string is one too. The second program hangs.
    const programs = [
      '--capability',
      'test.shout',
      '--exec',
      'tr a-z A-Z',
      '--capability',
      'test.hang',
      '--exec',
      'tail -f /dev/null',
    ]
    bob = await home.up(['--name', 'bob', ...local])
    alice = await home.up(['--name', 'alice', ...local, ...programs, '--join', bob.addresses[0] as string])
    await vi.waitUntil(async () => (await home.run(['find', 'text.language', '--name', 'alice'])).code === 0, PATIENCE)
    await vi.waitUntil(async () => (await home.run(['find', 'test.shout', '--name', 'bob'])).code === 0, PATIENCE)
  })
  afterAll(() => home.remove())

  const asAlice = <T>(...args: string[]): Promise<T> => home.json<T>([...args, '--name', 'alice'])
  const failure = ({ code, stdout }: Result): object => ({
    exit: code,
    ...(JSON.parse(stdout) as { error: object }).error,
  })

  it('peers', async () => {
    const peers = await asAlice<Record<string, unknown>[]>('peers')
    expect(peers.map(({ id, name, state, self }) => ({ id, name, state, self }))).toEqual([
      { id: alice.id, name: 'alice', state: 'alive', self: true },
      { id: bob.id, name: 'bob', state: 'alive', self: false },
    ])
    for (const peer of peers) {
      expect(Object.keys(peer)).toEqual(['id', 'name', 'state', 'self', 'addresses', 'agents', 'load', 'latencyMs'])
      expect(peer.load).toMatchObject({ memoryBytes: expect.any(Number) })
    }
  })

  it('members: who is there cannot be evicted, who is gone can', async () => {
    const dave = await home.up(['--name', 'dave', ...local, '--join', alice.addresses[0] as string])
    const listed = () => asAlice<Record<string, unknown>[]>('members', 'list')
    const connected = async () => (await listed()).find(({ id }) => id === dave.id)?.connected
    await expect.poll(connected, PATIENCE).toBe(true)
    // Nobody has written anything yet: until somebody does nobody is a member, and nobody is waited for.
    const joined = async () => (await listed()).filter(({ joinedAt }) => joinedAt !== undefined).length
    expect(await joined()).toBe(0)
    await home.run(['state', 'set', 'notes', 'greeting', '"hello"', '--policy', 'latest', '--name', 'alice'])
    await expect.poll(joined, PATIENCE).toBe(3)
    const early = await home.run(['members', 'evict', 'dave', '--name', 'alice', '--json'])
    expect(failure(early)).toMatchObject({
      exit: 1,
      code: 'MEMBER_CONNECTED',
      hint: expect.stringContaining('covey down'),
    })
    const nobody = await home.run(['members', 'evict', 'nobody', '--name', 'alice', '--json'])
    expect(failure(nobody)).toMatchObject({ code: 'NO_SUCH_MEMBER', hint: expect.stringContaining('alice, bob, dave') })
    process.kill(dave.pid, 'SIGKILL')
    await expect.poll(connected, PATIENCE).toBe(false)
    // The end of its id names it as well.
    const evicted = await home.run(['members', 'evict', dave.id.slice(-8), '--reason', 'gone', '--name', 'alice'])
    expect(evicted.stdout).toMatch(/is no member any more.*\n.*told nobody is lost/)
    expect((await listed()).map(({ name }) => name)).toEqual(['alice', 'bob'])
    // The tests that follow know two nodes; a silent one is suspected for some seconds before it is dead.
    await expect.poll(() => asAlice('status'), PATIENCE).toMatchObject({ peers: { alive: 1, suspect: 0 } })
  })

  it('status', async () => {
    expect(await asAlice('status')).toMatchObject({
      id: alice.id,
      name: 'alice',
      mesh: 'test',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      uptimeMs: expect.any(Number),
      peers: { alive: 1, suspect: 0 },
      tasks: {
        pending: expect.any(Number),
        running: expect.any(Number),
        done: expect.any(Number),
        failed: expect.any(Number),
      },
      pid: alice.pid,
      data: home.path('.covey', 'alice'),
    })
  })

  it('agents', async () => {
    const nodes = await asAlice<Record<string, unknown>[]>('agents')
    expect(nodes.map(({ name }) => name)).toEqual(['alice', 'bob'])
    for (const node of nodes) {
      expect(node).toMatchObject({
        cpu: expect.any(Number),
        memoryBytes: expect.any(Number),
        tasksDone: expect.any(Number),
      })
      expect(node).toHaveProperty('errorRate')
      expect(node).toHaveProperty('meanResponseMs')
    }
  })

  it('a task handed in at one node runs on the other', async () => {
    const done = await asAlice<Record<string, unknown>>(
      'run',
      'text.language',
      '{"text":"Guten Tag, wie geht es Ihnen heute?"}',
    )
    expect(Object.keys(done)).toEqual(['id', 'status', 'result', 'worker', 'attempts', 'durationMs'])
    expect(done).toMatchObject({ status: 'done', result: { language: 'de' }, worker: bob.id, attempts: 1 })
    const back = await home.json(['run', 'test.shout', '"hello"', '--name', 'bob'])
    expect(back).toMatchObject({ status: 'done', result: 'HELLO', worker: alice.id })
  })

  it('input comes from a file or from stdin as well; off a terminal only the result is printed', async () => {
    writeFileSync(home.path('input.json'), '"from a file"')
    expect((await home.run(['run', 'test.shout', '@input.json', '--name', 'alice'])).stdout).toBe('"FROM A FILE"\n')
    expect((await home.run(['run', 'test.shout', '-', '--name', 'alice'], { input: '"piped"' })).stdout).toBe(
      '"PIPED"\n',
    )
  })

  it('a task is submitted, seen, cancelled; the same id is the same task', async () => {
    const { id } = await asAlice<TaskRecord>('submit', 'test.hang', 'null', '--id', 'stuck')
    expect(id).toBe('stuck')
    await expect.poll(async () => (await asAlice<TaskRecord>('task', id)).status, PATIENCE).toBe('running')
    expect((await asAlice<TaskRecord>('submit', 'test.hang', 'null', '--id', 'stuck')).attempts).toHaveLength(1)
    const waiting = home.run(['run', 'test.hang', 'null', '--id', 'stuck', '--name', 'alice', '--json'])
    await asAlice('cancel', id)
    expect(failure(await waiting)).toMatchObject({ exit: 1, code: 'CANCELLED' })
    expect((await asAlice<TaskRecord[]>('tasks')).find((task) => task.id === id)?.status).toBe('cancelled')
  })

  it('Ctrl-C takes the task back', async () => {
    const child = home.start(['run', 'test.hang', 'null', '--id', 'interrupted', '--name', 'alice'])
    await expect
      .poll(async () => (await asAlice<Partial<TaskRecord>>('task', 'interrupted')).status, PATIENCE)
      .toBe('running')
    child.kill('SIGINT')
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect(code).toBe(130)
    expect((await asAlice<TaskRecord>('task', 'interrupted')).status).toBe('cancelled')
  })

  it('a timeout ends a task', async () => {
    const result = await home.run(['run', 'test.hang', 'null', '--timeout', '300ms', '--name', 'alice', '--json'])
    expect(JSON.parse(result.stdout)).toMatchObject({ status: 'failed', error: { message: expect.any(String) } })
    expect(result.code).toBe(1)
  })

  it('find: versions and tags choose; an unknown capability is told of with what may have been meant', async () => {
    const [provider] = await asAlice<Record<string, unknown>[]>(
      'find',
      'text.summary',
      '--version',
      '^1.0.0',
      '--tag',
      'offline',
    )
    expect(provider).toMatchObject({ peer: bob.id, node: 'bob', agent: 'text', capability: { name: 'text.summary' } })
    expect(await asAlice('find', 'text.summary', '--version', '^2.0.0')).toEqual([])
    const unknown = await home.run(['find', 'text.sumary', '--name', 'alice'])
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Did you mean "text.summary"?'),
    })
  })

  it('run of an unknown capability fails with what may have been meant', async () => {
    expect(failure(await home.run(['run', 'text.sumary', '{}', '--name', 'alice', '--json']))).toMatchObject({
      code: 'NO_PROVIDER',
      hint: expect.stringContaining('Did you mean "text.summary"?'),
    })
  })

  it('input that breaks the schema fails before it runs', async () => {
    const result = await home.run(['run', 'text.language', '{"txt":1}', '--name', 'alice', '--json'])
    expect(result.code).toBe(1)
    expect(JSON.parse(result.stdout)).toMatchObject({
      attempts: 0,
      error: { message: expect.stringContaining('schema of text.language') },
    })
  })

  it('doctor looks at both', async () => {
    const checks = await asAlice<{ check: string; result: string }[]>('doctor')
    const results = Object.fromEntries(checks.map(({ check, result }) => [check, result]))
    const fine = { versions: 'ok', 'peer versions': 'ok', port: 'ok', peers: 'ok', clocks: 'ok' }
    expect(results).toEqual({ multicast: expect.any(String), ...fine })
  })

  it('which of several nodes is meant must be said', async () => {
    const result = await home.run(['status'])
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/2 nodes run here: alice, bob\n.*--name alice/),
    })
    expect(await home.json(['status'], { env: { COVEY_NAME: 'bob' } })).toMatchObject({ name: 'bob' })
    expect(await home.json(['status', '--data', bob.data])).toMatchObject({ name: 'bob' })
    const nobody = await home.run(['status', '--name', 'carol'])
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/no node named "carol".*\n.*alice, bob/) })
  })

  describe('refuses', () => {
    it.each([
      [['statsu'], /unknown command 'statsu'\n.*Did you mean status\?/],
      [['status', '--jsno'], /unknown option '--jsno'\n.*Did you mean --json\?/],
      [['find'], /missing required argument 'capability'/],
      [['run', 'test.shout', '{a'], /the input is not JSON/],
      [['run', 'test.shout', '@none.json'], /cannot read none\.json/],
      [['run', 'test.shout', '1', '--timeout', 'soon'], /"soon" is not a time/],
      [['up', '--preset', 'slow'], /--preset is wrong/],
    ])('covey %j as wrong usage', async (args, message) => {
      expect(await home.run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
    })

    it('a wrong key in covey.yaml, which it names', async () => {
      writeFileSync(home.path('wrong.yaml'), 'mehs: home\n')
      const { stderr, code } = await home.run(['up', '--config', 'wrong.yaml'])
      expect(code).toBe(2)
      expect(stderr).toMatch(/wrong\.yaml: unknown key "mehs"\n.*Did you mean "mesh"\?/)
    })

    it('a data directory that another node uses', async () => {
      const result = await home.run(['up', '--data', bob.data, '--json'])
      expect(failure(result)).toMatchObject({ code: 'DATA_IN_USE', message: expect.stringContaining(bob.data) })
      expect(result.code).toBe(1)
      expect(await home.json(['status', '--name', 'bob'])).toMatchObject({ id: bob.id })
    })

    it('a folder full of other things as a data directory', async () => {
      writeFileSync(home.path('something.txt'), '')
      expect(await home.run(['up', '--data', home.folder])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('holds other files'),
      })
    })

    it('a port that is in use', async () => {
      const port = (bob.addresses[0] as string).split('/')[4]
      const result = await home.run(['up', '--name', 'port', '--listen', `127.0.0.1:${port}`, '--json'])
      expect(failure(result)).toMatchObject({
        message: expect.stringContaining(`${port}`),
        hint: expect.stringMatching(/./),
      })
      expect(result.code).toBe(1)
    })

    it.each([
      ['throws.ts', 'throw new Error("no luck today")\n', 1, /throws\.ts could not be loaded: no luck today/],
      ['nonsense.ts', 'export default 42\n', 2, /nonsense\.ts: export default is a number, not an agent/],
      ['missing.ts', undefined, 1, /missing\.ts could not be loaded/],
    ])('an agent module %s', async (file, text, code, message) => {
      if (text !== undefined) writeFileSync(home.path(file), text)
      const result = await home.run(['up', '--name', 'module', '--agents', `./${file}`])
      expect(result).toMatchObject({ code, stderr: expect.stringMatching(message) })
    })

    it('a key file that is none', async () => {
      writeFileSync(home.path('mesh.key'), 'secret')
      const result = await home.run(['up', '--name', 'key', '--key', 'mesh.key'])
      expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(/mesh\.key: .*not a swarm key file/) })
      expect(result.stderr).not.toContain('secret')
    })
  })

  it('config says where each value comes from', async () => {
    writeFileSync(home.path('mesh.yaml'), 'mesh: home\n')
    const config = await home.json(['config', '--config', 'mesh.yaml', '--preset', 'wan'], {
      env: { COVEY_NAME: 'carol' },
    })
    expect(config).toMatchObject({
      mesh: { value: 'home', source: home.path('mesh.yaml') },
      preset: { value: 'wan', source: 'flag --preset' },
      name: { value: 'carol', source: 'environment COVEY_NAME' },
      mdns: { value: true, source: 'default' },
    })
  })

  it('every command shows an example in its help', async () => {
    const { stdout } = await home.run(['--help'])
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)(?= {2,})/gm)].map(([, name]) => name as string)
    expect(commands).toEqual(expect.arrayContaining(['demo', 'up', 'run', 'doctor', 'key']))
    const helps = await Promise.all(
      commands.filter((name) => name !== 'help').map((name) => home.run([name, '--help'])),
    )
    for (const help of helps)
      expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nExamples?:\n {2}.*covey/) })
  })
})
