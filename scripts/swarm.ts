/**
 * Starts nodes on this machine and shows who sees whom until Ctrl-C: `npm run swarm -- [COUNT] [ARGUMENTS OF covey up]`.
 * With `--once` it ends when all have found one another.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { PeerView } from '../src/mesh/mesh.ts'
import { NodeProcess, thisMachine } from './nodes.ts'

const DEFAULT_COUNT = 8
/** How many of them decide on registers and locks: one may be away. */
const VOTERS = 3
/** At 100 MB each, what a large machine holds. */
const MAX_COUNT = 200
/** How often the table is drawn again, in milliseconds: for people. */
const REDRAW_MS = 500
const MARKS: Record<PeerView['state'], string> = { alive: '+', suspect: '?', dead: 'x', left: '-' }

const words = process.argv.slice(2)
const once = words.includes('--once')
const [first = String(DEFAULT_COUNT), ...rest] = words.filter((word) => word !== '--once')
const count = Number(first)
if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
  console.error(`"${first}" is no number of nodes from 1 to ${MAX_COUNT}: npm run swarm -- 8`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'covey-swarm-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const mesh = `swarm-${process.pid}`
const nodes: NodeProcess[] = []
let ending: Promise<void> | undefined

/** Lets all nodes leave, then ends. */
function end(code: number): Promise<void> {
  ending ??= Promise.all(nodes.map((node) => node.stop())).then(() => process.exit(code))
  return ending
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

/** A line a node, a column a peer; `.` is the node itself, a blank one is unknown to it. */
function draw(views: readonly (readonly PeerView[])[]): string {
  const width = Math.max(...nodes.map(({ name }) => name.length))
  const lines = nodes.map((node, i) => {
    const marks = nodes.map((other) => {
      const view = views[i]?.find(({ id }) => id === other.status.id)
      return view === undefined ? ' ' : view.self ? '.' : MARKS[view.state]
    })
    const known = marks.filter((mark) => mark === MARKS.alive).length
    return `${node.name.padEnd(width)}  ${marks.join(' ')}  ${known} of ${nodes.length - 1}`
  })
  return lines.join('\n')
}

const started = performance.now()
const names = Array.from({ length: count }, (_, i) => `node-${String(i + 1).padStart(String(count).length, '0')}`)
const voters = ['--voters', names.slice(0, VOTERS).join(',')]
nodes.push(
  ...(await Promise.all(
    names.map((name) => NodeProcess.start(thisMachine, { name, mesh, folder, args: [...voters, ...rest] })),
  )),
)
const up = performance.now()
console.log(`${count} nodes of mesh ${mesh} are up after ${((up - started) / 1000).toFixed(1)} s; data in ${folder}`)

let shown = ''
while (ending === undefined) {
  const views = await Promise.all(nodes.map((node) => node.client.call('peers', {})))
  const table = draw(views)
  const full = views.every((peers) => peers.filter(({ state }) => state === 'alive').length === count)
  if (table !== shown) {
    console.log(`\n${table}`)
    if (full)
      console.log(`all know all ${((performance.now() - up) / 1000).toFixed(1)} s after the last was up; Ctrl-C ends`)
  }
  shown = table
  if (full && once) await end(0)
  await delay(REDRAW_MS)
}
