/**
 * Registers, locks, semaphores, barriers and voters under faults over many seeds, in the simulator: every history is
 * linearizable, fences only grow, no more hold than may, and when the faults stop everybody gets what it wants.
 *
 *   node scripts/run.mjs scripts/simulate/consensus.ts [SEEDS] [FIRST]
 *
 * Uses all cores, tells each seed that fails and how to replay it, and exits with 1 if one does. Each seed is 5 nodes with 3 or
 * 5 voters, 20 virtual seconds of trouble, and quiet until everybody is served; test/simulation/consensus.
 */
import { runCampaign } from '../../test/simulation/consensus/campaign.ts'
import { quantiles, runSeeds, sum } from './seeds.ts'

await runSeeds({
  script: import.meta.filename,
  run: runCampaign,
  summarize: (results) => [
    `${sum(results, ({ answered }) => answered)} register calls answered, ` +
      `${sum(results, ({ changes }) => changes)} changes of voters`,
    `${sum(results, ({ granted }) => granted)} leases, ${sum(results, ({ lost }) => lost)} of them lost, ` +
      `${sum(results, ({ released }) => released)} barriers released`,
    `everybody was served after ${quantiles(results.map(({ settledMs }) => settledMs))} of quiet`,
  ],
})
