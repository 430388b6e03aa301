import type { SimulatedHost } from '../../../src/network/simulated/host.ts'

/** What a layer is given of a simulated machine: its ports, and nothing by which a test could crash it. */
export const portsOf = ({ network, clock, random, signer, storage, log }: SimulatedHost) => ({
  network,
  clock,
  random,
  signer,
  storage,
  log,
})
