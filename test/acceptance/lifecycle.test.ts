import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { ended, Home, isRunning, type StartedNode, type UpNode } from './covey.ts'

describe('the life of a real node', () => {
  const home = new Home()
  const local = ['--mesh', 'test', '--no-mdns', '--listen', '127.0.0.1:0']
  afterAll(() => home.remove())

  it('detached, it is up when the command returns, and gone when it was told to go', async () => {
    const node = await home.json<UpNode>(['up', '--detach', '--name', 'carol', ...local])
    home.adopt(node.pid)
    expect(await home.json(['status'])).toMatchObject({ id: node.id, name: 'carol', pid: node.pid })
    expect(statSync(node.data).mode & 0o777).toBe(0o700)
    expect(statSync(join(node.data, 'covey.sock')).mode & 0o777).toBe(0o600)
    expect(await home.json(['down'])).toEqual({ id: node.id, name: 'carol', pid: node.pid, stopped: true })
    expect(isRunning(node.pid)).toBe(false)
    expect(await home.run(['status'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no node runs here') })
    expect(readFileSync(join(node.data, 'covey.log'), 'utf8')).toContain('"msg":"left"')
  })

  it('detached, it says why it could not come up', async () => {
    writeFileSync(home.path('bad.ts'), 'throw new Error("no luck today")\n')
    const result = await home.run(['up', '--detach', '--name', 'bad', '--agents', './bad.ts', ...local])
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no luck today') })
  })

  it('killed, it comes back as the same node over what it left behind', async () => {
    const before = await home.up(['--name', 'dave', ...local])
    before.child.kill('SIGKILL')
    await once(before.child, 'exit')
    expect((await home.run(['status', '--name', 'dave'])).code).toBe(1)
    const after = await home.up(['--name', 'dave', ...local])
    expect(after.id).toBe(before.id)
    expect(await home.json(['status', '--name', 'dave'])).toMatchObject({ pid: after.pid })
    after.child.kill('SIGTERM')
    expect(await once(after.child, 'exit')).toEqual([0, null])
  })

  it('told to end in the middle of work, it leaves, and the task goes to another node', async () => {
    // The first who is given the task keeps it for ever; the mark it leaves lets the next one answer at once.
    const program = `test -e ${home.path('mark')} && echo '"second"' || { touch ${home.path('mark')}; exec tail -f /dev/null; }`
    const worker = ['--capability', 'test.once', '--exec', program, ...local]
    const requester = await home.up(['--name', 'requester', '--agents', 'builtin:text', ...local])
    const join = ['--join', requester.addresses[0] as string]
    const workers = [
      await home.up(['--name', 'one', ...worker, ...join]),
      await home.up(['--name', 'two', ...worker, ...join]),
    ]
    const found = (): Promise<unknown[]> => home.json(['find', 'test.once', '--name', 'requester'])
    await expect.poll(found, { timeout: 15_000 }).toHaveLength(2)
    const result = home.json<{ worker: string }>(['run', 'test.once', 'null', '--id', 'work', '--name', 'requester'])
    const runningOn = async (): Promise<string | undefined> => {
      const task = await home.json<{ status?: string; attempts?: { worker: string }[] }>([
        'task',
        'work',
        '--name',
        'requester',
      ])
      return task.status === 'running' ? task.attempts?.[0]?.worker : undefined
    }
    const busy = await vi.waitUntil(runningOn, { timeout: 15_000 })
    const [first, second] = workers.sort((a) => (a.id === busy ? -1 : 1)) as [StartedNode, StartedNode]
    first.child.kill('SIGTERM')
    expect(await once(first.child, 'exit')).toEqual([0, null])
    expect(await result).toMatchObject({ status: 'done', result: 'second', worker: second.id, attempts: 2 })
  })

  it('whose disk takes no more, it says so and ends; with room again it has what it had acknowledged', async () => {
    const full = await home.up(['--name', 'full', ...local], { fileBlocks: 2000 })
    const end = ended(full.child)
    writeFileSync(home.path('large.json'), JSON.stringify('x'.repeat(200_000)))
    const set = (key: string) => home.run(['state', 'set', 'n', key, '@large.json', '--name', 'full', '--json'])
    const acknowledged: string[] = []
    let failed = await set('k0')
    for (; failed.code === 0; failed = await set(`k${acknowledged.length}`))
      acknowledged.push(`k${acknowledged.length}`)
    expect(acknowledged.length).toBeGreaterThan(0)
    expect(failed.stdout).toMatch(/"code":"DATA_(FULL|FAILED)".*"hint":"/)
    const { code, stderr, stdout } = await end
    expect(code).toBe(1)
    expect(stdout).toMatch(/\{"error":\{"code":"DATA_(FULL|FAILED)"/)
    expect(stderr).toContain('the storage failed')
    expect(await home.run(['status', '--name', 'full'])).toMatchObject({ code: 1 })
    await home.up(['--name', 'full', ...local])
    for (const key of acknowledged) {
      expect(await home.run(['state', 'get', 'n', key, '--name', 'full'])).toMatchObject({ code: 0 })
    }
  })

  it('a node with a directory of its own is named by that', async () => {
    const data = home.path('own')
    const up = await home.run(['up', '--detach', '--name', 'eve', '--data', data, ...local])
    expect(up.stdout).toContain(`Stop it: covey down --data ${data}\n`)
    expect(await home.run(['down', '--data', data])).toMatchObject({ code: 0 })
    expect(await home.run(['down', '--data', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`covey up --data ${data}`),
    })
  })

  it('nodes that nobody named get names of their own, also when started at the same moment', async () => {
    const nodes = await Promise.all([home.up(local), home.up(local), home.up(local)])
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(3)
    expect(nodes.map(({ data }) => data).sort()).toEqual(nodes.map(({ name }) => home.path('.covey', name)).sort())
  })
})
