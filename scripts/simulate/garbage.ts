/**
 * As state.ts, and nodes also forget what was deleted, are evicted and begin anew during the trouble: what otherwise happens
 * every ten minutes and in a month.
 *
 *   node scripts/run.mjs scripts/simulate/garbage.ts [SEEDS] [FIRST]
 */
import { runCampaign } from '../../test/simulation/campaign/campaign.ts'
import { quantiles, runSeeds, sum } from './seeds.ts'

await runSeeds({
  script: import.meta.filename,
  run: (seed) => runCampaign(seed, { crew: 'whole', garbage: true }),
  summarize: (results) => [
    `${sum(results, ({ writes }) => writes)} writes, ${sum(results, ({ acknowledged }) => acknowledged)} acknowledged, ` +
      `of those ${sum(results, ({ excused }) => excused)} only on a disk that was lost`,
    `equal after ${quantiles(results.map(({ settledMs }) => settledMs))} of quiet`,
  ],
})
