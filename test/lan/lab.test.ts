import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Host, Lab, labUnavailable } from '../../scripts/lan/lab.ts'

const reason = labUnavailable()
if (reason !== undefined) console.warn(`tests of the network lab are skipped: ${reason}`)

/** Calls out over multicast on a host, and counts what it hears of each other host. */
class Beacon {
  readonly heard = new Map<string, number[]>()
  readonly process: ChildProcess

  constructor(host: Host) {
    const program = join(import.meta.dirname, 'beacon.mjs')
    this.process = host.spawn(process.execPath, [program, host.name, host.address], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (this.process.stdout === null) throw new Error('no output of the beacon')
    createInterface(this.process.stdout).on('line', (line) => {
      const { name, count } = JSON.parse(line) as { name: string; count: number }
      this.heard.set(name, [...(this.heard.get(name) ?? []), count])
    })
  }

  /** Forgets what it has heard, then waits until it has heard that much of that host. */
  async hears(name: string, times = 5): Promise<void> {
    this.heard.clear()
    await vi.waitFor(() => expect(this.heard.get(name)?.length ?? 0).toBeGreaterThanOrEqual(times), { timeout: 10_000 })
  }
}

describe.skipIf(reason !== undefined)('a lab of network namespaces', () => {
  let lab: Lab | undefined

  afterEach(() => lab?.destroy())

  /** A lab of hosts called a, b, ..., each with a beacon that hears all others. */
  async function beacons(count: number): Promise<Beacon[]> {
    lab = Lab.create([...'abcdefgh'].slice(0, count))
    const all = lab.hosts.map((host) => new Beacon(host))
    await Promise.all(all.flatMap((it) => lab?.hosts.map(({ name }) => it.hears(name))))
    return all
  }

  it('carries multicast between all hosts, and nothing of it outside', async () => {
    const [a] = await beacons(3)
    expect([...(a?.heard.keys() ?? [])].sort()).toEqual(['a', 'b', 'c'])
    expect(spawnSync('ip', ['-4', '-o', 'addr'], { encoding: 'utf8' }).stdout).not.toContain(lab?.hosts[0]?.address)
  })

  it('cuts one direction and leaves the other', async () => {
    const [a, b] = await beacons(3)
    const [hostA, hostB] = lab?.hosts ?? []
    lab?.block(hostA!, hostB!)
    await b!.hears('c', 20)
    b!.heard.clear()
    await b!.hears('c', 100)
    expect(b!.heard.get('a')).toBeUndefined()
    await a!.hears('b')

    lab?.heal()
    await b!.hears('a')
  })

  it('parts a network in two, and heals it', async () => {
    const [a, b, c] = await beacons(3)
    const [hostA, ...others] = lab?.hosts ?? []
    lab?.partition([hostA!], others)
    await a!.hears('a', 20)
    await Promise.all([a!.hears('a', 100), b!.hears('c', 100), c!.hears('b', 100)])
    expect(a!.heard.has('b') || a!.heard.has('c') || b!.heard.has('a') || c!.heard.has('a')).toBe(false)

    lab?.heal()
    await Promise.all([a!.hears('b'), a!.hears('c'), b!.hears('a'), c!.hears('a')])
  })

  it('loses the share of frames that it is told to', async () => {
    const [a] = await beacons(2)
    lab?.lose(lab.hosts[0]!, 0.3)
    await a!.hears('b', 400)
    const counts = a!.heard.get('b') ?? []
    const sent = counts.at(-1)! - counts[0]! + 1
    // 570 frames at 0.3: ten standard deviations are 0.19.
    expect(1 - counts.length / sent).toBeGreaterThan(0.15)
    expect(1 - counts.length / sent).toBeLessThan(0.45)
  })

  it('leaves neither a process nor a namespace behind', async () => {
    const all = await beacons(2)
    const [host] = lab?.hosts ?? []
    expect(host?.processes()).toEqual([all[0]?.process.pid])
    const ended = all.map(({ process }) => once(process, 'exit'))
    lab?.destroy()
    lab?.destroy()
    expect(await Promise.all(ended)).toEqual([
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
    ])
    expect(spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout).not.toContain(`lab-${process.pid}-`)
  })
})
