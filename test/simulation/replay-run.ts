// One run of a mesh with faults, from the seed in the first argument: prints its log and digest. Run by replay.test.ts.
import { simulate, sleep } from '../../src/testing.ts'

const seed = Number(process.argv[2])
const mesh = await simulate({
  seed,
  nodes: 12,
  link: { latencyMs: [1, 20], loss: 0.02, duplicate: 0.02, reorder: 0.05 },
  agents: (_name, { clock, random }) => [
    {
      name: 'worker',
      concurrency: 2,
      capabilities: [{ name: 'work', version: '1.0.0' }],
      async handle(input, { progress }) {
        progress(0.5, 'half')
        await sleep(clock, 50 + random.below(500))
        return input
      },
    },
  ],
})
await mesh.run(3000)
const tasks = Array.from({ length: 40 }, (_, i) =>
  mesh.node(`n${i % 3}`).mesh.submit({ capability: 'work', input: { i }, maxAttempts: 10 }),
)
await mesh.run(400)
mesh.node('n5').kill()
mesh.node('n6').crash()
mesh.node('n7').pause()
mesh.node('n8').host.machine.skewMs = 3_600_000
await mesh.run(1500)
mesh.partition(mesh.nodes.slice(0, 4), mesh.nodes.slice(4))
mesh.block(mesh.node('n0'), mesh.node('n1'))
await mesh.run(8000)
mesh.heal()
mesh.node('n7').resume()
await mesh.settle(mesh.node('n5').restart(), 1000)
await mesh.settle(Promise.all(tasks.map((task) => task.ended())), 600_000)
process.stdout.write(`${mesh.log.join('\n')}\n`)
process.stdout.write(`${JSON.stringify(tasks.map((task) => task.record()))}\n`)
process.stdout.write(`${mesh.now} ${mesh.digest()}\n`)
