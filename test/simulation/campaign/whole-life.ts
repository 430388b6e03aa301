import { PRESETS } from '../../../src/membership/presets.ts'
import { Node } from '../../../src/mesh/node.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import { portsOf } from '../../network/simulated/ports.ts'
import { type Life, MESH } from './life.ts'

/** All layers of a node, with a membership that finds, suspects and redials the others. */
export function wholeLife(host: SimulatedHost): Life {
  const node = new Node(
    {
      ...portsOf(host),
      usage: () => ({ cpu: 0, memoryBytes: 0 }),
    },
    {
      mesh: MESH,
      name: host.id,
      preset: PRESETS.lan,
      agents: [],
      join: [],
    },
  )
  let started = false
  return {
    store: node.store,
    custody: node.custody,
    get started() {
      return started
    },
    namespace: (name, options) => node.state(name, options),
    digest: () => node.status().state,
    start: async () => {
      await node.start()
      started = true
    },
    stop: () => node.stop(),
  }
}
