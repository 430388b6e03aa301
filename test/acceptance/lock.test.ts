import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Ordeal } from '../../scripts/soak/lock/ordeal.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { ended, Home, isRunning } from './covey.ts'

const SLOW_MS = 60_000

describe('covey lock and what it is made of', () => {
  const home = new Home()
  const NAMES = ['alice', 'bob', 'carol']
  let alicePid = 0

  beforeAll(async () => {
    const args = ['--mesh', 'lock', '--no-mdns', '--listen', '127.0.0.1:0']
    const voters = ['--voters', NAMES.join(',')]
    const alice = await home.up([...args, ...voters, '--name', 'alice'])
    alicePid = alice.pid
    const joined = ['--join', alice.addresses[0] as string]
    expect(await home.run(['lock', 'x', '--name', 'alice', '--', 'true'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('covey voters set'),
    })
    const log = () => readFileSync(join(alice.data, 'covey.log'), 'utf8')
    await vi.waitUntil(() => /"missing":"bob, carol".*founded when all/.test(log()), {
      timeout: SLOW_MS,
      interval: 200,
    })
    for (const name of NAMES.slice(1)) await home.up([...args, ...joined, '--name', name])
    // Alice, the first of those named, founds them.
    const available = async (name: string) =>
      (await home.json<{ available: boolean }>(['voters', 'list', '--name', name])).available
    for (const name of NAMES) await vi.waitUntil(() => available(name), { timeout: SLOW_MS, interval: 200 })
  }, SLOW_MS)
  afterAll(() => home.remove())

  it('runs a command with a rising fence and ends with its exit code', async () => {
    const first = await home.run(['lock', 'deploy', '--name', 'alice', '--', 'sh', '-c', 'echo $COVEY_FENCE; exit 7'])
    expect(first).toMatchObject({ code: 7, stderr: '' })
    const second = await home.run(['lock', 'deploy', '--name', 'bob', '--', 'sh', '-c', 'echo $COVEY_FENCE'])
    expect(second.code).toBe(0)
    expect(Number(second.stdout)).toBeGreaterThan(Number(first.stdout))
    const json = await home.run(['lock', 'deploy', '--name', 'carol', '--json', '--', 'sh', '-c', 'echo hello; exit 3'])
    expect(json).toMatchObject({ code: 3, stderr: 'hello\n' })
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'deploy', exitCode: 3 })
  })

  it('says who holds it, and hands it on when its command is killed', async () => {
    const holder = home.start(['lock', 'held', '--name', 'alice', '--', 'sh', '-c', 'echo held; sleep 60'])
    await new Promise((resolve) => holder.stdout?.once('data', resolve))
    const refused = await home.run(['lock', 'held', '--wait', '0', '--name', 'bob', '--', 'true'])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is held by alice (fence') })
    const json = await home.run(['lock', 'held', '--wait', '0', '--json', '--name', 'bob', '--', 'true'])
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'HELD' } })
    const waiting = home.run(['lock', 'held', '--name', 'bob', '--', 'echo', 'mine'])
    holder.kill('SIGKILL')
    expect(await waiting).toMatchObject({ code: 0, stdout: 'mine\n' })
  })

  it(
    'ends its command when the lease is lost, with everything that it started',
    async () => {
      const script = 'trap "exit 5" TERM; sleep 300 & echo $!; while :; do sleep 0.1; done'
      const command = home.start(['lock', 'lost', '--ttl', '1s', '--name', 'alice', '--', 'sh', '-c', script])
      const said = ended(command)
      const sleeper = await new Promise<number>((resolve) =>
        command.stdout?.once('data', (text) => resolve(Number(text))),
      )
      process.kill(alicePid, 'SIGSTOP')
      try {
        const next = await home.run(['lock', 'lost', '--name', 'bob', '--', 'echo', 'mine'])
        expect(next).toMatchObject({ code: 0, stdout: 'mine\n' })
        expect(await said).toMatchObject({ code: 1, stderr: expect.stringContaining('lost') })
      } finally {
        process.kill(alicePid, 'SIGCONT')
      }
      // It is dead at once, and gone when the system has buried it.
      await expect.poll(() => isRunning(sleeper), { timeout: SLOW_MS }).toBe(false)
    },
    SLOW_MS,
  )

  it(
    'goes on where only the command line was stopped for longer than the lease, as by Ctrl-Z: the node held it',
    async () => {
      const script = 'echo $$; sleep 4; echo $COVEY_FENCE'
      const command = home.start(['lock', 'slept', '--ttl', '1s', '--name', 'bob', '--', 'sh', '-c', script])
      const said = ended(command)
      await new Promise((resolve) => command.stdout?.once('data', resolve))
      command.kill('SIGSTOP')
      const refused = await home.run(['lock', 'slept', '--wait', '2s', '--name', 'carol', '--', 'true'])
      command.kill('SIGCONT')
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is held by bob') })
      expect(await said).toMatchObject({ code: 0, stderr: '' })
    },
    SLOW_MS,
  )

  it('lets as many run as a semaphore has permits, and parties through a barrier together', async () => {
    expect(await home.run(['semaphore', 'gpu', '--permits', '2', '--name', 'bob', '--', 'echo', 'one'])).toMatchObject({
      code: 0,
      stdout: 'one\n',
    })
    const wait = (name: string) =>
      home.json<{ generation: number }>(['barrier', 'start', '--parties', '3', '--name', name])
    const passed = await Promise.all(NAMES.map(wait))
    expect(new Set(passed.map(({ generation }) => generation)).size).toBe(1)
    expect(await home.run(['barrier', 'start', '--parties', '3', '--wait', '500ms', '--name', 'bob'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('bob waited 0.5 s, 1 of 3 were there'),
    })
  })

  it(
    'a party that is interrupted at a barrier breaks it for all, and says so as others do that were interrupted',
    async () => {
      const arrived = async (): Promise<number> => {
        const { value } = JSON.parse(
          (await home.run(['register', 'get', 'barrier/left', '--json', '--name', 'bob'])).stdout,
        )
        return value?.arrived?.length ?? 0
      }
      const party = home.start(['barrier', 'left', '--parties', '3', '--name', 'alice'])
      await expect.poll(arrived, { timeout: SLOW_MS }).toBe(1)
      const other = home.run(['barrier', 'left', '--parties', '3', '--name', 'bob'])
      await expect.poll(arrived, { timeout: SLOW_MS }).toBe(2)
      party.kill('SIGINT')
      expect(await ended(party)).toMatchObject({ code: 130, stderr: expect.stringContaining('cancelled') })
      expect(await other).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('alice went away, 2 of 3 were there'),
      })
    },
    SLOW_MS,
  )

  it('reads, writes and compares a register on any node', async () => {
    expect(await home.run(['register', 'get', 'leader', '--name', 'bob'])).toMatchObject({ code: 1 })
    expect(await home.run(['register', 'cas', 'leader', '0', '"alice"', '--name', 'alice'])).toMatchObject({ code: 0 })
    expect(await home.run(['register', 'cas', 'leader', '0', '"bob"', '--name', 'bob'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds "alice"'),
    })
    expect(await home.run(['register', 'get', 'leader', '--name', 'carol'])).toMatchObject({
      code: 0,
      stdout: '"alice"\n',
    })
    expect(await home.run(['register', 'set', 'leader', '{', '--name', 'carol'])).toMatchObject({ code: 2 })
    expect(await home.run(['register', 'delete', 'leader', '--name', 'bob'])).toMatchObject({ code: 0 })
    expect(await home.run(['register', 'get', 'leader', '--name', 'carol'])).toMatchObject({ code: 1 })
  })

  it('a register of a lock that somebody has written by its name is told of, and cleared', async () => {
    await home.run(['register', 'set', 'lock/spoilt', '1', '--name', 'alice'])
    expect(await home.run(['lock', 'spoilt', '--name', 'bob', '--', 'true'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('covey register delete'),
    })
    await home.run(['register', 'delete', 'lock/spoilt', '--name', 'bob'])
    expect(await home.run(['lock', 'spoilt', '--name', 'bob', '--', 'true'])).toMatchObject({ code: 0 })
  })

  it('refuses what makes no sense as wrong usage', async () => {
    for (const words of [['--ttl', '365d'], ['--ttl', '8760h'], ['--wait', 'soon'], []]) {
      const command = words.length === 0 ? [] : ['--', 'true']
      const { code, stderr } = await home.run(['lock', 'x', '--name', 'bob', ...words, ...command])
      expect(code, stderr).toBe(2)
    }
    expect(await home.run(['voters', 'add', 'nobody', '--name', 'bob'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Known:'),
    })
    for (const name of ['lock', 'semaphore', 'barrier', 'register', 'voters']) {
      expect((await home.run([name, '--help'])).stdout).toContain('Example')
    }
  })
})

it(
  'a command ends when its node dies in the middle of an answer',
  async () => {
    const home = new Home()
    const folder = home.path('half')
    mkdirSync(folder)
    const half = createServer((socket) => {
      socket.once('data', () => socket.write('Content-Length: 100\r\n\r\n{', () => socket.destroy()))
    }).listen(join(folder, 'covey.sock'))
    try {
      const { code, stderr } = await home.run(['lock', 'x', '--data', folder, '--', 'true'])
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('the node went away') })
    } finally {
      half.close()
      await home.remove()
    }
  },
  SLOW_MS,
)

it('no two holders mix in a file that compares fences, while they are killed and stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'covey-lock-'))
  try {
    const { runs, breaches, faults } = await new Ordeal(folder, seededRandom(3)).run(5_000)
    expect(breaches).toEqual([])
    expect(runs).toBeGreaterThan(5)
    expect(Object.keys(faults).length).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
