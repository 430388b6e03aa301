/**
 * The replicated state under faults over many seeds, in the simulator: nothing acknowledged is lost, all end up equal.
 *
 *   node scripts/run.mjs scripts/simulate/state.ts [SEEDS] [FIRST]
 *
 * Uses all cores, tells each seed that fails and how to replay it, and exits with 1 if one does. 2,000 seeds take a
 * minute and a half on two cores. Each seed is 5 nodes, 20 virtual seconds of trouble, and quiet until all are equal;
 * test/simulation/campaign. Every twentieth has whole nodes, the others the layers of the state alone.
 */
import { runCampaign } from '../../test/simulation/campaign/campaign.ts'
import { quantiles, runSeeds, sum } from './seeds.ts'

const SEEDS_A_WHOLE_ONE = 20

await runSeeds({
  script: import.meta.filename,
  run: (seed) => runCampaign(seed, { crew: seed % SEEDS_A_WHOLE_ONE === 0 ? 'whole' : 'state' }),
  summarize: (results) => [
    `${sum(results, ({ writes }) => writes)} writes, ${sum(results, ({ acknowledged }) => acknowledged)} acknowledged, ` +
      `of those ${sum(results, ({ excused }) => excused)} only on a disk that was lost`,
    `equal after ${quantiles(results.map(({ settledMs }) => settledMs))} of quiet`,
  ],
})
