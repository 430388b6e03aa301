/**
 * As state.ts, and nodes also forget what was deleted, are evicted and begin anew during the trouble: what otherwise happens
 * every ten minutes and in a month. Every twentieth seed has whole nodes, the others the layers of the state alone.
 *
 *   node scripts/run.mjs scripts/simulate/garbage.ts [SEEDS] [FIRST]
 */
import { runCampaign } from '../../test/simulation/campaign/campaign.ts'
import { quantiles, runSeeds, sum } from './seeds.ts'

const SEEDS_A_WHOLE_ONE = 20

await runSeeds({
  script: import.meta.filename,
  run: (seed) => runCampaign(seed, { crew: seed % SEEDS_A_WHOLE_ONE === 0 ? 'whole' : 'state', garbage: true }),
  summarize: (results) => [
    `${sum(results, ({ writes }) => writes)} writes, ${sum(results, ({ acknowledged }) => acknowledged)} acknowledged, ` +
      `of those ${sum(results, ({ excused }) => excused)} only on a disk that was lost`,
    `equal after ${quantiles(results.map(({ settledMs }) => settledMs))} of quiet`,
  ],
})
