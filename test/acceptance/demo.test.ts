import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectControl } from '../../src/control/client.ts'
import { Home, isRunning } from './covey.ts'

const LETTER =
  'Dear Ms. Taylor, thank you for the wonderful week in Lisbon. The hotel was lovely and the food was excellent. ' +
  'We were sad to leave on Sunday. Mr. Silva of the tourist office in Porto was very kind and helped us at once. '

describe('covey demo', () => {
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
    const attempts = rows.map((row) => Number(/^\d+/.exec(row[6] ?? '')?.[0])).reduce((sum, count) => sum + count, 0)
    const lost = new RegExp(`^${killed?.[2]} left (\\d+) tasks? unfinished: \\w+ took over \\d+`, 'm').exec(stdout)
    expect(Number(lost?.[1])).toBeGreaterThan(0)
    expect(attempts).toBeGreaterThan(20)
    expect(folders()).toEqual([])
  })

  it('ended by SIGTERM, takes its nodes with it', async () => {
    const child = home.start(['demo', 'texts'])
    const names = ['alice', 'bob', 'carol', 'dave', 'erin']
    const pids = await vi.waitUntil(
      async () => {
        const [folder] = folders()
        if (folder === undefined) return undefined
        const statuses = await Promise.all(names.map((name) => pidOf(home.path(folder, name))))
        return statuses.every((pid) => pid !== undefined) ? statuses : undefined
      },
      { timeout: 15_000 },
    )
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
    expect(pids.filter((pid) => isRunning(pid as number))).toEqual([])
    expect(folders()).toEqual([])
  })

  it('ended by SIGKILL, its nodes leave by themselves', async () => {
    const child = home.start(['demo', 'texts'])
    const alice = await vi.waitUntil(
      async () => {
        const [folder] = folders()
        return folder === undefined ? undefined : await pidOf(home.path(folder, 'alice'))
      },
      { timeout: 15_000 },
    )
    child.kill('SIGKILL')
    await vi.waitUntil(() => !isRunning(alice as number), { timeout: 15_000 })
  })

  it('refuses a folder without texts', async () => {
    mkdirSync(home.path('empty'))
    const result = await home.run(['demo', 'empty'])
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no text and no Markdown file') })
    expect(folders()).toEqual([])
  })
})

/** Of the node in a data directory; undefined before it is up. */
async function pidOf(data: string): Promise<number | undefined> {
  try {
    const client = await connectControl(data)
    const { pid } = await client.call('status', {})
    client.close()
    return pid
  } catch {
    // Not there yet, or not listening yet: the caller asks again.
    return undefined
  }
}
