/** A node of a mesh in a process of its own, which does to registers and locks what it is told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lease, Mesh } from '../../src/index.ts'
import { type Load, measure, type Result } from './measure.ts'

/** What it is asked. Each is answered with a `MemberAnswer`. */
export type MemberOrder =
  /** Starts, and knows so many others. Answered with its id and address. */
  | { kind: 'start'; name: string; mesh: string; join: readonly string[] }
  | { kind: 'set voters'; voters: readonly string[] }
  /** Compare-and-sets, each of a register of its own; or a lock taken and given back. */
  | { kind: 'measure'; what: 'register' | 'lock'; load: Load }
  /** Compare-and-sets for so long; answered with the longest time in which none was done, in milliseconds. */
  | { kind: 'longest gap'; milliseconds: number; inFlight: number }
  /** Takes the lock and keeps it. Answered when it has it. */
  | { kind: 'hold'; ttlMs: number; waitMs: number }

export type MemberAnswer =
  | { ok: true; value: { id: string; address: string } | Result | number | undefined }
  | { ok: false; error: string }

type Swap = (body: Uint8Array) => Promise<{ length: number }>

let mesh: Mesh | undefined
let held: Lease | undefined
const data = mkdtempSync(join(tmpdir(), 'covey-bench-consensus-'))
process.on('exit', () => rmSync(data, { recursive: true, force: true }))

async function start({ name, mesh: called, join: addresses }: MemberOrder & { kind: 'start' }): Promise<Mesh> {
  // The build, as programs that use covey have it; its address is computed, so that checks work without one.
  const built = new URL('../../dist/index.js', import.meta.url).href
  const { createMesh } = (await import(built)) as typeof import('../../src/index.ts')
  const listen = ['/ip4/127.0.0.1/tcp/0']
  const node = await createMesh({ name, data, mesh: called, listen, join: addresses, mdns: false })
  await node.start()
  return node
}

/** Compare-and-sets that no other makes: one under way for each register, from the version that the one before left. */
function swaps(node: Mesh): Swap {
  const free: { name: string; version: string }[] = []
  let made = 0
  return async (body) => {
    const it = free.pop() ?? { name: `bench ${process.pid} ${made++}`, version: '' }
    const register = node.register(it.name)
    if (it.version === '') it.version = (await register.read()).version
    const { applied, reading } = await register.compareAndSet(it.version, body.length)
    if (!applied) throw new Error(`${it.name} was changed by somebody else`)
    free.push({ name: it.name, version: reading.version })
    return body
  }
}

async function lockOnce(node: Mesh, body: Uint8Array): Promise<{ length: number }> {
  const lease = await node.lock('bench').acquire()
  await lease.release()
  return body
}

async function longestGap(node: Mesh, milliseconds: number, inFlight: number): Promise<number> {
  const swap = swaps(node)
  const end = performance.now() + milliseconds
  let last = performance.now()
  let longest = 0
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      await swap(new Uint8Array(1))
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return longest
}

async function obey(order: MemberOrder): Promise<(MemberAnswer & { ok: true })['value']> {
  if (order.kind === 'start') {
    mesh = await start(order)
    return { id: mesh.id, address: mesh.addresses()[0] as string }
  }
  const node = mesh
  if (node === undefined) throw new Error('not started yet')
  switch (order.kind) {
    case 'set voters':
      await node.voters.set(order.voters)
      return undefined
    case 'measure':
      return measure({ request: order.what === 'lock' ? (body) => lockOnce(node, body) : swaps(node) }, order.load)
    case 'longest gap':
      return longestGap(node, order.milliseconds, order.inFlight)
    case 'hold':
      held = await node.lock('held').acquire({ ttlMs: order.ttlMs, waitMs: order.waitMs })
      return held.fence
  }
}

process.on('message', (order: MemberOrder) => {
  obey(order).then(
    (value) => process.send?.({ ok: true, value } satisfies MemberAnswer),
    (error: unknown) => process.send?.({ ok: false, error: String(error) } satisfies MemberAnswer),
  )
})
process.on('disconnect', () => process.exit())
