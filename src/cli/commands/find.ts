import type { Command } from 'commander'
import { EXIT_FAILED, printFailure } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, print, shortId, table } from '../output.ts'
import { collect } from '../parse.ts'
import { nobodyOffers } from '../unknown-capability.ts'

interface Options extends CommonOptions {
  version?: string
  tag?: string[]
}

export function define(command: Command): void {
  command
    .argument('<capability>', 'its name, text.summary')
    .option('--version <range>', 'a semver range, ^1.2.0')
    .option('--tag <tag>', 'a tag that it must have; may be repeated', collect)
    .addHelpText(
      'after',
      `\nExit code 1 where nobody offers it; then --json prints [].\n${examples(['covey find text.summary --version ^1.0.0'])}`,
    )
    .action(find)
}

async function find(name: string, options: Options): Promise<void> {
  const { version, tag: tags } = options
  await withNode(options, async (client) => {
    const providers = await client.call('find', { name, ...(version && { version }), ...(tags && { tags }) })
    if (providers.length === 0) {
      process.exitCode = EXIT_FAILED
      if (!options.json) return printFailure({ ...(await nobodyOffers(client, name)), exitCode: EXIT_FAILED }, false)
    }
    print(options, providers, () =>
      table(
        ['node', 'agent', 'capability', 'version', 'tags', 'description', 'id'],
        providers.map(({ peer, node, agent, capability }) => [
          node,
          agent,
          capability.name,
          capability.version,
          capability.tags?.join(', ') || '-',
          capability.description ?? '-',
          shortId(peer),
        ]),
      ),
    )
  })
}
