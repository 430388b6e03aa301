import { World } from '../../../src/network/simulated/world.ts'
import { networkAcceptance } from '../acceptance.ts'

networkAcceptance('simulated', () => {
  const world = new World({ seed: 1, multicast: false })
  return {
    create: (count) => Array.from({ length: count }, () => world.host(`n${world.hosts.length}`).network),
    // What is asked may publish and hope: then nothing happens in the world unless it is asked again.
    async eventually(condition, what) {
      for (let asked = 0; !condition(); asked++) {
        if (asked === 1000) throw new Error(`${what} did not come true within ${world.now} virtual ms`)
        await world.run(10)
      }
    },
    settle: (promise) => world.settle(promise, 60_000),
    async dispose() {
      await Promise.all(world.hosts.map(({ network }) => network.stop()))
    },
  }
})
