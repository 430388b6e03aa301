/**
 * A lock taken and given back elsewhere, where the machine has it: `apt-get install redis-server etcd-server` on Debian. Redis is one
 * process that loses what it granted with its disk or its host; `SET NX` gives no fence. etcd is three members on this machine.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from './contenders/contender.ts'
import { persist } from './persist.ts'

/** How long a rival may take to start, in milliseconds. */
const START_LIMIT_MS = 15_000
const LOCK_TTL_MS = 10_000
const ETCD_MEMBERS = 3

export interface LockRival extends Client {
  readonly what: string
  stop(): void
}

/** Those that are installed. */
export async function startLockRivals(): Promise<LockRival[]> {
  const rivals: LockRival[] = []
  if (has('redis-server')) rivals.push(await startRedis())
  if (has('etcd')) rivals.push(await startEtcd())
  return rivals
}

const has = (program: string): boolean => spawnSync('which', [program]).status === 0

/** Redis that syncs each write to the disk, over TCP. */
async function startRedis(): Promise<LockRival> {
  const data = folder()
  const port = await freePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', data, '--save', '', '--appendonly', 'yes']
  const server = start('redis-server', [...options, '--appendfsync', 'always'])
  const socket = await persist('Redis answers', START_LIMIT_MS, () => connected(port))
  const command = redisClient(socket)
  const giveBack = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
  let taken = 0
  return {
    what: '  Redis SET NX, synced',
    request: async (body) => {
      const token = String(++taken)
      const got = await command(['SET', 'bench', token, 'NX', 'PX', String(LOCK_TTL_MS)])
      const given = await command(['EVAL', giveBack, '1', 'bench', token])
      if (got !== '+OK' || given !== ':1') throw new Error(`Redis answered ${got} and ${given}`)
      return body
    },
    stop: () => {
      socket.destroy()
      end([server], [data])
    },
  }
}

/** One command after the other; its answers are one line each. */
function redisClient(socket: Socket): (words: readonly string[]) => Promise<string> {
  let answer: (line: string) => void = () => undefined
  let text = ''
  socket.setNoDelay(true).setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
    if (!text.endsWith('\r\n')) return
    const line = text.slice(0, -2)
    text = ''
    answer(line)
  })
  return (words) =>
    new Promise((resolve) => {
      answer = resolve
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
      socket.write(`*${words.length}\r\n${parts.join('')}`)
    })
}

/** Three members, asked over their JSON gateway: a key under a lease that is made if it is not there, and deleted. */
async function startEtcd(): Promise<LockRival> {
  const members = await Promise.all(
    Array.from({ length: ETCD_MEMBERS }, async (_, i) => ({
      name: `m${i}`,
      data: folder(),
      client: await freePort(),
      peer: await freePort(),
    })),
  )
  const url = (port: number): string => `http://127.0.0.1:${port}`
  const cluster = members.map(({ name, peer }) => `${name}=${url(peer)}`).join(',')
  const processes = members.map(({ name, data, client, peer }) =>
    start('etcd', [
      ...['--name', name, '--data-dir', data, '--initial-cluster', cluster],
      ...['--listen-client-urls', url(client), '--advertise-client-urls', url(client)],
      ...['--listen-peer-urls', url(peer), '--initial-advertise-peer-urls', url(peer)],
    ]),
  )
  const port = (members[0] as (typeof members)[0]).client
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const post = (path: string, body: object): Promise<Answer> => postJson(agent, port, path, body)
  const { ID } = await persist('etcd answers', START_LIMIT_MS, async () => {
    const lease = await post('/v3/lease/grant', { TTL: 600 })
    if (lease.ID === undefined) throw new Error('no lease')
    return lease
  })
  const key = Buffer.from('bench').toString('base64')
  const take = {
    compare: [{ key, target: 'VERSION', result: 'EQUAL', version: '0' }],
    success: [{ requestPut: { key, value: key, lease: ID } }],
  }
  return {
    what: `  etcd, ${ETCD_MEMBERS} members`,
    request: async (body) => {
      const got = await post('/v3/kv/txn', take)
      const given = await post('/v3/kv/deleterange', { key })
      if (got.succeeded !== true || given.deleted !== '1') throw new Error('etcd did not give the lock, or not back')
      return body
    },
    stop: () => {
      agent.destroy()
      end(
        processes,
        members.map(({ data }) => data),
      )
    },
  }
}

interface Answer {
  ID?: string
  succeeded?: boolean
  deleted?: string
}

function postJson(agent: Agent, port: number, path: string, body: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Answer)
        else reject(new Error(`etcd answered ${response.statusCode}: ${text}`))
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(body))
  })
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'covey-bench-rival-'))

const start = (program: string, args: readonly string[]): ChildProcess => spawn(program, args, { stdio: 'ignore' })

function end(processes: readonly ChildProcess[], folders: readonly string[]): void {
  for (const child of processes) child.kill('SIGKILL')
  for (const data of folders) rmSync(data, { recursive: true, force: true })
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
