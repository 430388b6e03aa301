import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { type Load, measure, type Result } from './measure.ts'
import type { Answer } from './worker.ts'

/** What the main process asks of the process that hands in tasks. */
export type RequesterOrder =
  | { kind: 'meet'; mesh: string; addresses: readonly string[] }
  | { kind: 'measure'; load: Load }

const CAPABILITY = 'bench.echo'

let mesh: Mesh | undefined
const data = mkdtempSync(join(tmpdir(), 'covey-bench-requester-'))
process.on('exit', () => rmSync(data, { recursive: true, force: true }))

/** Starts a node of its own, and resolves when it knows as many workers as there are addresses. */
async function meet(name: string, addresses: readonly string[]): Promise<Mesh> {
  // The build, as programs that use covey have it; its address is computed, so that checks work without one.
  const built = new URL('../../dist/index.js', import.meta.url).href
  const { createMesh } = (await import(built)) as typeof import('../../src/index.ts')
  const node = await createMesh({
    name: 'requester',
    data,
    mesh: name,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    join: addresses,
    mdns: false,
  })
  const workers = new Set<string>()
  const met = new Promise<void>((resolve) => {
    node.on('agent:join', (peer) => {
      if (workers.add(peer).size === addresses.length) resolve()
    })
  })
  await node.start()
  await met
  return node
}

async function obey(order: RequesterOrder): Promise<Result | undefined> {
  if (order.kind === 'meet') {
    mesh = await meet(order.mesh, order.addresses)
    return undefined
  }
  const node = mesh
  if (node === undefined) throw new Error('not in a mesh yet')
  const request = async (body: Uint8Array): Promise<{ length: number }> => {
    const input = (body as Buffer).toString('latin1')
    const { id, status, result, error } = await node.submit({ capability: CAPABILITY, input }).ended()
    if (status !== 'done' || typeof result !== 'string') {
      throw new Error(`task ${id} is ${status}: ${error?.message ?? 'its result is no text'}`)
    }
    return result
  }
  return measure({ request }, order.load)
}

process.on('message', (order: RequesterOrder) => {
  obey(order).then(
    (value) => process.send?.({ ok: true, value } satisfies Answer),
    (error: unknown) => process.send?.({ ok: false, error: String(error) } satisfies Answer),
  )
})
process.on('disconnect', () => process.exit())
