import type { Command } from 'commander'
import { EXIT_INTERRUPTED, failureOf, printFailure } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, print } from '../output.ts'
import { parseCount, parseWait } from '../parse.ts'

interface Options extends CommonOptions {
  parties: number
  wait?: number
}

export function define(command: Command): void {
  command
    .argument('<name>')
    .requiredOption('--parties <count>', 'how many have to come; the same everywhere', parseCount)
    .option('--wait <time>', 'how long to wait for the others; then it is broken for all; default 30s', parseWait)
    .addHelpText(
      'after',
      `\nExit code 0 when all have come, 1 where it was broken or that is not known.\n${examples([
        'covey barrier start --parties 3 && ./begin.sh',
      ])}`,
    )
    .action(run)
}

async function run(name: string, { parties, wait, ...options }: Options): Promise<void> {
  const gone = new AbortController()
  const onInterrupt = (): void => gone.abort()
  process.once('SIGINT', onInterrupt)
  try {
    const params = { name, parties, ...(wait !== undefined && { waitMs: wait }) }
    const { generation } = await withNode(options, (client) => client.call('barrier', params, { signal: gone.signal }))
    print(options, { name, parties, generation }, () => `all ${parties} are here (generation ${generation})`)
  } catch (error) {
    if (!gone.signal.aborted) throw error
    printFailure(failureOf(error), options.json === true)
    process.exitCode = EXIT_INTERRUPTED
  } finally {
    process.removeListener('SIGINT', onInterrupt)
  }
}
