import { World } from '../../../src/network/simulated/world.ts'
import { networkAcceptance } from '../acceptance.ts'

networkAcceptance('simulated', () => {
  const world = new World({ seed: 1, multicast: false })
  return {
    create: (count) => Array.from({ length: count }, () => world.host(`n${world.hosts.length}`).network),
    eventually: (condition, what) => world.until(condition, 10_000, what),
    settle: (promise) => world.settle(promise, 60_000),
    async dispose() {
      await Promise.all(world.hosts.map(({ network }) => network.stop()))
    },
  }
})
