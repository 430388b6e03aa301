import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { MAX_CONTROL_MESSAGE_BYTES, MAX_OPEN_REQUESTS, MAX_SOCKET_PATH_BYTES } from '../../src/control/limits.ts'
import { type ControlServer, createControlServer } from '../../src/control/server.ts'
import { findSocketPath, SOCKET_NAME } from '../../src/control/socket-path.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { TaskRecord } from '../../src/tasks/task.ts'
import { MemoryMesh } from './memory-mesh.ts'

describe('the local API', () => {
  let data: string
  let mesh: MemoryMesh
  let server: ControlServer
  let client: ControlClient
  const down = vi.fn()

  const serve = (folder: string): ControlServer => createControlServer({ mesh, data: folder, log: silentLog, down })

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'covey-test-'))
    mesh = new MemoryMesh()
    server = serve(data)
    await server.start()
    client = await connectControl(data)
    down.mockClear()
  })

  afterEach(async () => {
    client.close()
    await server.stop()
    await rm(data, { recursive: true })
  })

  it('answers with the status of the mesh, its directory and process', async () => {
    const status = await client.call('status', {})
    expect(status).toMatchObject({ id: mesh.id, name: 'memory', mesh: 'test', data, pid: process.pid })
  })

  it('only its own user may open the socket', async () => {
    expect((await stat(join(data, SOCKET_NAME))).mode & 0o777).toBe(0o600)
  })

  it('tells every change of a task that is waited for, and its end', async () => {
    const seen: TaskRecord[] = []
    client.onTask((record) => seen.push(record))
    const { id } = await client.call('submit', { capability: 'test.echo', input: { a: 1 } })
    const ended = client.call('wait', { id })
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    mesh.progress(id, 0.5)
    await vi.waitFor(() => expect(seen).toHaveLength(2))
    mesh.finish(id, { b: 2 })
    expect(await ended).toMatchObject({ id, status: 'done', result: { b: 2 } })
    expect(seen.map((record) => record.status)).toEqual(['pending', 'running', 'done'])
    expect(seen[1]?.progress).toEqual({ fraction: 0.5 })
  })

  it('a cancelled wait leaves the task alone; a cancelled task ends the wait', async () => {
    const { id } = await client.call('submit', { capability: 'test.echo', input: null })
    const giveUp = new AbortController()
    const first = client.call('wait', { id }, { signal: giveUp.signal })
    await vi.waitFor(() => expect(mesh.watchers(id)).toBe(1))
    giveUp.abort()
    expect((await first).status).toBe('pending')
    const second = client.call('wait', { id })
    await client.call('cancel', { id })
    expect((await second).status).toBe('cancelled')
  })

  it('carries the errors of the node with code, message and hint', async () => {
    await expect(client.call('submit', { capability: 'test.unknown', input: 1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'nobody offers test.unknown',
      hint: 'covey agents lists who does what.',
    })
    await expect(client.call('task', { id: 'nope' })).rejects.toMatchObject({ code: 'NO_SUCH_TASK' })
    await expect(client.call('find', { name: 'test.broken' })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'find failed: a bug of the node',
    })
  })

  it.each([
    ['a missing parameter', 'find', {}, 'find: name'],
    ['a parameter too many', 'status', { a: 1 }, 'status: '],
    ['a wrong type', 'submit', { capability: 'a', input: 1, timeoutMs: 'soon' }, 'submit: timeoutMs'],
    ['a missing input', 'submit', { capability: 'a' }, 'submit: input'],
  ] as const)('refuses %s by its name', async (_, method, params, message) => {
    await expect(client.call(method, params as never)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(message),
    })
  })

  it('refuses a method it does not have', async () => {
    await expect(client.call('fly' as never, {} as never)).rejects.toMatchObject({ code: 'NO_SUCH_METHOD' })
  })

  it('answers before it goes down', async () => {
    expect(await client.call('down', {})).toEqual({ pid: process.pid })
    await vi.waitFor(() => expect(down).toHaveBeenCalledOnce())
  })

  it('what is open when the node stops fails as gone', async () => {
    const { id } = await client.call('submit', { capability: 'test.echo', input: null })
    const failed = expect(client.call('wait', { id })).rejects.toMatchObject({ code: 'NODE_GONE' })
    await vi.waitFor(() => expect(mesh.watchers(id)).toBe(1))
    await server.stop()
    await failed
    await client.closed
    await expect(connectControl(data)).rejects.toMatchObject({ code: 'NOT_RUNNING' })
  })

  it('forgets the waits of a client that is gone', async () => {
    const { id } = await client.call('submit', { capability: 'test.echo', input: null })
    const failed = expect(client.call('wait', { id })).rejects.toMatchObject({ code: 'NODE_GONE' })
    await vi.waitFor(() => expect(mesh.watchers(id)).toBe(1))
    client.close()
    await failed
    mesh.progress(id, 0.1)
    await vi.waitFor(() => expect(mesh.watchers(id)).toBe(0))
  })

  describe('and bad clients', () => {
    const raw = async (bytes: string | Uint8Array): Promise<void> => {
      const socket = connect(await findSocketPath(data))
      socket.on('error', () => socket.destroy()) // EPIPE is one way of being refused.
      socket.write(bytes)
      await once(socket, 'close')
    }
    const framed = (message: object): string => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...message })
      return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    }

    it.each([
      ['no length', 'Nonsense: 1\r\n\r\n{}'],
      ['no JSON', 'Content-Length: 3\r\n\r\n{{{'],
      ['a message too large', Buffer.alloc(MAX_CONTROL_MESSAGE_BYTES + 1, 65)],
      ['an answer nobody asked for', framed({ id: 1, result: 1 })],
      ['an unknown notification', framed({ method: 'hello' })],
    ])('cuts off %s and lives', async (_, bytes) => {
      await raw(bytes)
      expect((await client.call('status', {})).name).toBe('memory')
    })

    it('stops reading when too many requests are open, and goes on when they end', async () => {
      const { id } = await client.call('submit', { capability: 'test.echo', input: null })
      const waits = Array.from({ length: MAX_OPEN_REQUESTS }, () => client.call('wait', { id }))
      await vi.waitFor(() => expect(mesh.watchers(id)).toBe(MAX_OPEN_REQUESTS), 10_000)
      const status = client.call('status', {})
      const other = await connectControl(data)
      const isPending = Symbol('pending')
      await other.call('status', {})
      expect(await Promise.race([status, Promise.resolve(isPending)])).toBe(isPending)
      await other.call('cancel', { id })
      expect((await Promise.all(waits)).every((record) => record.status === 'cancelled')).toBe(true)
      expect((await status).name).toBe('memory')
      other.close()
    })
  })

  it('replaces the socket that a killed node left behind', async () => {
    const folder = join(data, 'killed')
    await mkdir(folder)
    // A plain file stands where a killed node's socket stood: nothing answers there.
    await writeFile(join(folder, SOCKET_NAME), '')
    await expect(connectControl(folder)).rejects.toMatchObject({ code: 'NOT_RUNNING' })
    const again = serve(folder)
    await again.start()
    const second = await connectControl(folder)
    expect((await second.call('status', {})).data).toBe(folder)
    second.close()
    await again.stop()
  })

  it('serves a directory whose path is too long for a socket through a link', async () => {
    const folder = join(data, 'x'.repeat(MAX_SOCKET_PATH_BYTES))
    await mkdir(folder)
    const far = serve(folder)
    await far.start()
    const target = await findSocketPath(folder)
    expect(Buffer.byteLength(target)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES)
    const reached = await connectControl(folder)
    expect((await reached.call('status', {})).data).toBe(folder)
    reached.close()
    await far.stop()
    await expect(readFile(target)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(connectControl(folder)).rejects.toMatchObject({ code: 'NOT_RUNNING' })
  })

  it('says that a server that never answers is not running', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'covey-test-'))
    const dead = createServer().listen(join(folder, SOCKET_NAME))
    await once(dead, 'listening')
    await new Promise((resolve) => dead.close(resolve))
    await expect(connectControl(folder)).rejects.toMatchObject({
      code: 'NOT_RUNNING',
      hint: `Start it: covey up --data ${folder}.`,
    })
    await rm(folder, { recursive: true })
  })
})
