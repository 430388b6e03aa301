import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Home, isRunning } from './covey.ts'

const LETTER =
  'Dear Ms. Taylor, thank you for the wonderful week in Lisbon. The hotel was lovely and the food was excellent. ' +
  'We were sad to leave on Sunday. Mr. Silva of the tourist office in Porto was very kind and helped us at once. '

/** Six processes and a language model or two in each: on two busy cores that has taken half a minute. */
const DEMO_MS = 90_000

describe('covey demo', { timeout: DEMO_MS }, () => {
  let home: Home
  beforeEach(() => {
    home = new Home()
    mkdirSync(home.path('texts'))
    // Long enough that a worker is busy with each for a moment.
    for (let i = 1; i <= 5; i++) writeFileSync(home.path('texts', `letter-${i}.md`), LETTER.repeat(40))
  })
  afterEach(() => home.remove())

  /** The temporary folders of demos: there is one while a demo runs. */
  const folders = (): string[] => readdirSync(home.folder).filter((name) => name.startsWith('covey-demo-'))

  /** The command lines of the nodes that run: their data directories are in the demo's folder. */
  const nodes = (): string[] => {
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    return stdout.split('\n').filter((line) => line.includes(home.path('covey-demo-')))
  }

  const everyNodeIsUp = (): boolean => {
    const [folder = ''] = folders()
    return ['alice', 'bob', 'carol', 'dave', 'erin'].every((name) => existsSync(home.path(folder, name, 'covey.sock')))
  }

  it('does the whole job although a worker dies, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await home.run(['demo', 'texts'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/all know one another after .*, (found over multicast|over a join address)/)
    expect(stdout).toContain('20 of 20 tasks done')
    const killed = /kill -9 (\d+): (\w+) is gone in the middle of \d+ task/.exec(stdout)
    expect(isRunning(Number(killed?.[1]))).toBe(false)
    const rows = stdout
      .split('\n')
      .filter((line) => line.startsWith('letter-'))
      .map((line) => line.split('\t'))
    expect(rows.map(([file]) => file)).toEqual([1, 2, 3, 4, 5].map((i) => `letter-${i}.md`))
    for (const [, language, , entities, sentiment] of rows) {
      expect(language).toMatch(/^en \d+ %$/)
      expect(entities).toMatch(/Lisbon|Taylor|Porto|Silva/)
      expect(sentiment).toMatch(/^positive 0\.\d+$/)
    }
    expect(stdout).toContain('alice, bob, carol vote: a majority of them gave alice the lock "report", with fence 1')
    const attempts = rows.map((row) => Number(/^\d+/.exec(row[6] ?? '')?.[0])).reduce((sum, count) => sum + count, 0)
    const lost = new RegExp(`^${killed?.[2]} left (\\d+) tasks? unfinished: \\w+ took over \\d+`, 'm').exec(stdout)
    expect(Number(lost?.[1])).toBeGreaterThan(0)
    expect(attempts).toBeGreaterThan(20)
    expect(stdout).toMatch(/\n {2}\S.* up --detach\n {2}\S.* run text\.sentiment /)
    expect(folders()).toEqual([])
    expect(nodes()).toEqual([])
  })

  it('with --json prints what was found, and nothing else', async () => {
    const { code, stdout } = await home.run(['demo', 'texts', '--json'])
    expect(code).toBe(0)
    const { tasks, killed, files } = JSON.parse(stdout)
    expect(tasks).toEqual({ total: 20, done: 20 })
    expect(killed).toMatch(/^(bob|carol|dave|erin)$/)
    expect(files).toHaveLength(5)
    expect(files[0]).toMatchObject({
      path: 'letter-1.md',
      results: { 'text.language': { language: 'en' }, 'text.sentiment': { label: 'positive' } },
    })
    expect(nodes()).toEqual([])
  })

  it.each([
    ['while its nodes start', () => folders().length > 0],
    ['when they are at work', () => everyNodeIsUp()],
  ])('ended by SIGTERM %s, takes them with it', async (_, moment) => {
    const child = home.start(['demo', 'texts'])
    await vi.waitUntil(moment, { timeout: 60_000 })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
    expect(nodes()).toEqual([])
    expect(folders()).toEqual([])
  })

  it.each([
    ['while its nodes start', () => nodes().length > 0],
    ['when they are at work', () => everyNodeIsUp()],
  ])('ended by SIGKILL %s, its nodes leave by themselves', async (_, moment) => {
    const child = home.start(['demo', 'texts'])
    await vi.waitUntil(moment, { timeout: 60_000 })
    child.kill('SIGKILL')
    await vi.waitUntil(() => nodes().length === 0, { timeout: 60_000 })
  })

  it('refuses a folder without texts', async () => {
    mkdirSync(home.path('empty'))
    const result = await home.run(['demo', 'empty'])
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no text and no Markdown file') })
    expect(folders()).toEqual([])
  })
})
