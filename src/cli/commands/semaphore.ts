import type { Command } from 'commander'
import { type HoldOptions, leaseParams, runHolding } from '../hold.ts'
import { examples } from '../output.ts'
import { parseCount } from '../parse.ts'
import { addHoldOptions } from './lock.ts'

interface Options extends HoldOptions {
  permits: number
}

export function define(command: Command): void {
  command
    .argument('<name>')
    .argument('<command...>', 'behind --: what to run while a permit is held')
    .requiredOption('--permits <count>', 'how many may run at once; the same everywhere', parseCount)
  addHoldOptions(command)
    .addHelpText(
      'after',
      `\nAs covey lock, for several at once.\n${examples(['covey semaphore gpu --permits 2 -- ./train.sh'])}`,
    )
    .action((name: string, words: string[], options: Options) => {
      const params = { ...leaseParams(name, options), permits: options.permits }
      return runHolding({ method: 'semaphore', params }, words, options)
    })
}
