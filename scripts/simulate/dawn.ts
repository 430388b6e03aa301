/**
 * As garbage.ts, and the trouble begins before anybody has written anything; then one node alone writes for a while. Disks of before the first
 * write, of just after it, and empty ones come back: who joins late, and who has been heard of by some alone.
 *
 *   node scripts/run.mjs scripts/simulate/dawn.ts [SEEDS] [FIRST]
 */
import { runCampaign } from '../../test/simulation/campaign/campaign.ts'
import { quantiles, runSeeds, sum } from './seeds.ts'

const SEEDS_A_WHOLE_ONE = 20

await runSeeds({
  script: import.meta.filename,
  run: (seed) =>
    runCampaign(seed, {
      crew: seed % SEEDS_A_WHOLE_ONE === 0 ? 'whole' : 'state',
      garbage: true,
      dawn: true,
    }),
  summarize: (results) => [
    `${sum(results, ({ writes }) => writes)} writes, ${sum(results, ({ acknowledged }) => acknowledged)} acknowledged, ` +
      `of those ${sum(results, ({ excused }) => excused)} only on a disk that was lost`,
    `equal after ${quantiles(results.map(({ settledMs }) => settledMs))} of quiet`,
  ],
})
