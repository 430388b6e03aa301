import type { Command } from 'commander'
import { examples } from '../output.ts'
import { defineConflicts, defineResolve } from '../state/conflicts.ts'
import { defineGet, defineHistory, defineList } from '../state/read.ts'
import { defineRestore, defineSnapshot } from '../state/snapshot.ts'
import { defineWatch } from '../state/watch.ts'
import { defineDelete, defineSet } from '../state/write.ts'

export function define(command: Command): void {
  command.enablePositionalOptions().usage('COMMAND [OPTIONS]')
  defineGet(command)
  defineSet(command)
  defineDelete(command)
  defineList(command)
  defineWatch(command)
  defineHistory(command)
  defineConflicts(command)
  defineResolve(command)
  defineSnapshot(command)
  defineRestore(command)
  command.addHelpText(
    'after',
    `\nEvery node holds all of it. A write is durable here when the command returns, and reaches the others on its own.\nWhat must be decided by all goes into a strong namespace, which needs voters: covey state set NAMESPACE KEY JSON --strong.\n${examples(
      ['covey state set settings colour \'"green"\'', 'covey state get settings colour', 'covey state list settings'],
    )}`,
  )
}
