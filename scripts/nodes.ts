import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { StarterMessage } from '../src/cli/starter.ts'
import { type ControlClient, connectControl } from '../src/control/client.ts'
import type { NodeStatus } from '../src/control/protocol.ts'
import type { MemberState } from '../src/membership/member.ts'

const PROGRAM = join(import.meta.dirname, '../dist/cli/main.js')
/** How often a condition is looked at, in milliseconds: a tenth of what a node needs to find another. */
const LOOK_EVERY_MS = 10
/** How long a node may take to leave before it is killed, in milliseconds: longer than it allows itself. */
const LEAVE_LIMIT_MS = 15_000

/** Where a node is started: this machine, or a host of a lab. */
export interface Machine {
  spawn(file: string, args: readonly string[], options: SpawnOptions): ChildProcess
}

export const thisMachine: Machine = { spawn: (file, args, options) => spawn(file, args, options) }

export interface NodeOptions {
  readonly name: string
  readonly mesh: string
  /** The node's data directory becomes a folder in this one. */
  readonly folder: string
  /** More arguments of `covey up`. */
  readonly args?: readonly string[]
}

/** A `covey up` in a process of its own, as built in dist, and the connection to its local API. */
export class NodeProcess {
  readonly name: string
  readonly process: ChildProcess
  readonly status: NodeStatus
  readonly client: ControlClient

  private constructor(name: string, process: ChildProcess, status: NodeStatus, client: ControlClient) {
    this.name = name
    this.process = process
    this.status = status
    this.client = client
  }

  /** Resolves when the node is up; rejects with what it said if it does not come up. */
  static async start(machine: Machine, { name, mesh, folder, args = [] }: NodeOptions): Promise<NodeProcess> {
    mkdirSync(folder, { recursive: true })
    const data = join(folder, name)
    // An empty configuration of its own: no covey.yaml and no variable of the user's gets in.
    const config = join(folder, 'covey.yaml')
    writeFileSync(config, '{}\n')
    const words = ['up', '--config', config, '--mesh', mesh, '--name', name, '--data', data, ...args]
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('COVEY_')))
    // The channel tells us when it is up, and tells the node to leave if we end without having said so.
    const child = machine.spawn(process.execPath, [PROGRAM, ...words], {
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const status = await new Promise<NodeStatus>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => reject(new Error(`${name} ended with ${signal ?? `exit code ${code}`}`)))
      child.once('message', (message: StarterMessage) => {
        if (message.covey === 'up') resolve(message.status)
        else reject(new Error(`${name} did not come up: ${message.failure.message}. ${message.failure.hint}`))
      })
    })
    return new NodeProcess(name, child, status, await connectControl(data))
  }

  /** Leaves the mesh and ends the process; kills it if that takes too long. */
  async stop(): Promise<void> {
    this.client.close()
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const ended = once(this.process, 'exit')
    this.process.kill('SIGTERM')
    const timer = setTimeout(() => this.process.kill('SIGKILL'), LEAVE_LIMIT_MS)
    await ended
    clearTimeout(timer)
  }
}

/** Does every one of these nodes take every other to be in that state? */
export async function allSee(nodes: readonly NodeProcess[], state: MemberState): Promise<boolean> {
  return (await Promise.all(nodes.map((node) => sees(node, nodes, state)))).every(Boolean)
}

/** Does a node take each of these, itself left out, to be in that state? */
export async function sees(node: NodeProcess, others: readonly NodeProcess[], state: MemberState): Promise<boolean> {
  const peers = await node.client.call('peers', {})
  const found = new Set(peers.flatMap((peer) => (peer.state === state ? [peer.id] : [])))
  return others.every((other) => other === node || found.has(other.status.id))
}

/**
 * Waits until `condition` holds and returns how long that took, in milliseconds.
 * Rejects, naming `what`, when it takes longer than `limitMs`.
 */
export async function until(what: string, limitMs: number, condition: () => Promise<boolean>): Promise<number> {
  const started = performance.now()
  while (!(await condition())) {
    if (performance.now() - started > limitMs) throw new Error(`not within ${limitMs / 1000} s: ${what}`)
    await delay(LOOK_EVERY_MS)
  }
  return performance.now() - started
}
