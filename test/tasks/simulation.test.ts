import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/lib/random.ts'
import type { TaskRecord } from '../../src/tasks/task.ts'
import { Swarm, slow, type TaskNode } from './swarm.ts'

const WORKERS = 5
const TASKS = 60
const MAX_ATTEMPTS = 6

/** A mesh that does real work while nodes die, return, stall and lose connections; all of it follows from the seed. */
async function chaos(seed: number): Promise<{ swarm: Swarm; records: TaskRecord[]; results: Map<string, number> }> {
  const random = seededRandom(seed)
  const swarm = new Swarm({ seed, link: { latencyMs: [1, 20], loss: 0.01 } })
  const requester = await swarm.add('r')
  const handle = slow(50 + random.below(400))
  const options = { concurrency: 2 }
  for (let i = 0; i < WORKERS; i++) await swarm.add(`w${i}`, handle, options)
  await swarm.converge()
  const results = new Map<string, number>()
  requester.tasks.on('change', ({ id, status }) => {
    if (status === 'done') results.set(id, (results.get(id) ?? 0) + 1)
  })
  const tasks = Array.from({ length: TASKS }, (_, i) =>
    requester.tasks.submit({
      capability: 'text.shout',
      input: i,
      id: `t${i}`,
      maxAttempts: MAX_ATTEMPTS,
      timeoutMs: 60_000,
      policy: ['auction', 'least-loaded', 'round-robin'][i % 3] as string,
    }),
  )
  for (let i = 0; i < 12; i++) {
    await swarm.world.run(random.below(600))
    const worker = swarm.nodes[1 + random.below(WORKERS)] as TaskNode
    const fault = random.below(4)
    if (!worker.host.alive) await swarm.restart(worker, handle, options)
    else if (worker.host.paused) worker.host.resume()
    else if (fault === 0) worker.host.kill()
    else if (fault === 1) worker.host.pause()
    else if (fault === 2) requester.host.network.disconnect(worker.id)
    else tasks[random.below(TASKS)]?.cancel()
  }
  for (const node of [...swarm.nodes]) if (node.host.paused) node.host.resume()
  const all = Promise.all(tasks.map((task) => task.ended()))
  return { swarm, records: await swarm.world.settle(all, 120_000, 'the end of every task'), results }
}

describe('under random faults', () => {
  it('every task ends, with one result or with its story, and no process runs one beside or after itself', async () => {
    const ends = new Map<string, number>()
    for (let seed = 1; seed <= 25; seed++) {
      const { swarm, records, results } = await chaos(seed)
      for (const { id, status, attempts, result, error } of records) {
        ends.set(status, (ends.get(status) ?? 0) + 1)
        expect(attempts.length, `seed ${seed}`).toBeLessThanOrEqual(MAX_ATTEMPTS)
        expect(results.get(id) ?? 0, `seed ${seed}`).toBe(status === 'done' ? 1 : 0)
        expect(result !== undefined, `seed ${seed}`).toBe(status === 'done')
        expect(error !== undefined, `seed ${seed}`).toBe(status !== 'done')
        if (status === 'done') expect(result).toEqual({ by: attempts.at(-1)?.worker })
        for (const attempt of attempts) expect(attempt.endedAt, `seed ${seed}`).toBeDefined()
      }
      await swarm.world.run(20_000)
      expect(swarm.watchdog.breaches, `seed ${seed}`).toEqual([])
      for (const { host, tasks } of swarm.nodes) {
        if (host.alive) expect(tasks.load(), `seed ${seed}`).toMatchObject({ running: 0, queued: 0 })
      }
    }
    expect(ends.get('done')).toBeGreaterThan(25 * TASKS * 0.8)
    expect(ends.get('cancelled')).toBeGreaterThan(0)
  })

  it('the same seed gives the same run', async () => {
    const digest = async (seed: number): Promise<string> => {
      const { swarm, records } = await chaos(seed)
      return `${swarm.world.trace.digest()} ${JSON.stringify(records)} ${JSON.stringify(swarm.runs)}`
    }
    const first = await digest(7)
    expect(await digest(7)).toBe(first)
    expect(await digest(8)).not.toBe(first)
  })
})
