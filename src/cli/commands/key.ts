import type { Command } from 'commander'
import { generatePsk } from '../../network/libp2p/psk.ts'
import { examples } from '../output.ts'

export function define(command: Command): void {
  command
    .command('new')
    .description('print a new pre-shared key')
    .addHelpText(
      'after',
      `\nOnly nodes that were given the same key can meet.\n${examples(['covey key new > mesh.key && covey up --key mesh.key'])}`,
    )
    .action(() => void process.stdout.write(generatePsk()))
  command.addHelpText('after', examples(['covey key new > mesh.key']))
}
