import type { Command } from 'commander'

/** Which node is meant, and how its answer is printed. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--name <name>', 'which node on this machine; needless when one runs')
    .option('--data <dir>', 'its data directory, instead of its name')
    .option('--json', 'print JSON')
}
