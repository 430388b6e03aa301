import type { Command } from 'commander'
import { type HoldOptions, leaseParams, runHolding } from '../hold.ts'
import { examples } from '../output.ts'
import { parseDuration, parseWait } from '../parse.ts'

/** What `lock` and `semaphore` share. */
export const addHoldOptions = (command: Command): Command =>
  command
    .option('--ttl <time>', 'for how long it stays held when its holder has gone silent; default 10s', parseDuration)
    .option('--wait <time>', 'how long to wait for it, 0 not at all; default 30s', parseWait)

export function define(command: Command): void {
  command.argument('<name>').argument('<command...>', 'behind --: what to run while it is held')
  addHoldOptions(command)
    .addHelpText(
      'after',
      '\nCOVEY_FENCE in the environment of COMMAND is higher than that of every earlier holder: hand it to what the lock protects, and have that\n' +
        "refuse lower ones. COMMAND is ended (SIGTERM, 2 s later SIGKILL) when the lock is lost; otherwise its exit code is this one's. It goes\n" +
        'on without the lock where covey itself is killed with SIGKILL or stopped: then the fence alone protects.\n' +
        'With --json what COMMAND prints goes to stderr. The node holds the lock; it needs voters: covey voters set.\n' +
        examples([
          'covey lock deploy -- ./deploy.sh',
          'covey lock backup --ttl 1m --wait 0 -- sh -c \'pg_dump shop > "shop-$COVEY_FENCE.sql"\'',
        ]),
    )
    .action((name: string, words: string[], options: HoldOptions) =>
      runHolding({ method: 'lock', params: leaseParams(name, options) }, words, options),
    )
}
