import type { Command } from 'commander'
import type { WireReading } from '../../control/protocol.ts'
import { CoveyError } from '../../lib/errors.ts'
import { addCommonOptions } from '../common-options.ts'
import { EXIT_FAILED } from '../failure.ts'
import { withVerbatimNode } from '../find-node.ts'
import { type CommonOptions, examples, jsonText, print } from '../output.ts'
import { readValue } from '../parse.ts'

export function define(command: Command): void {
  command.enablePositionalOptions().usage('COMMAND [OPTIONS]')
  addCommonOptions(command.command('get').description('print the value'))
    .argument('<name>')
    .addHelpText('after', `\nExit code 1 where it holds nothing.\n${examples(['covey register get leader'])}`)
    .action(get)
  addCommonOptions(command.command('set').description('write a value, whatever is there'))
    .argument('<name>')
    .argument('<value>', 'JSON, @FILE with JSON, or - for JSON on stdin')
    .addHelpText('after', examples(['covey register set leader \'"alice"\'']))
    .action(set)
  addCommonOptions(command.command('cas').description('write a value where the version is the expected one'))
    .argument('<name>')
    .argument('<version>', 'as get --json prints it; 0 of a register that nobody ever wrote')
    .argument('<value>', 'JSON, @FILE with JSON, or - for JSON on stdin')
    .addHelpText(
      'after',
      `\nOf all that expect one version, one succeeds. Exit code 1 where it was another one.\n${examples([
        'covey register cas leader 0 \'"alice"\'',
      ])}`,
    )
    .action(compareAndSet)
  addCommonOptions(
    command.command('delete').description('leave it without a value: the voters forget it after a while'),
  )
    .argument('<name>')
    .addHelpText(
      'after',
      '\nOf lock/NAME, semaphore/NAME or barrier/NAME it takes what is held from whoever holds it; the next fence is higher all the same.\n' +
        examples(['covey register delete leader']),
    )
    .action(remove)
  command.addHelpText(
    'after',
    `\nOne value that all agree on, kept by the voters; a minority of them answers nothing.\n${examples([
      'covey register set leader \'"alice"\'',
    ])}`,
  )
}

async function get(name: string, options: CommonOptions): Promise<void> {
  const reading = await withVerbatimNode(options, (client) => client.call('registerGet', { name }))
  // With --json an empty one is an answer too: its version is what cas takes.
  if (reading.isEmpty && !options.json) {
    throw new CoveyError('NOT_FOUND', `${name} holds nothing`, `Write it: covey register set ${name} JSON.`)
  }
  if (reading.isEmpty) process.exitCode = EXIT_FAILED
  print(options, shown(name, reading), () => jsonText(reading.value, 2))
}

async function set(name: string, text: string, options: CommonOptions): Promise<void> {
  const value = readValue(text)
  const reading = await withVerbatimNode(options, (client) => client.call('registerSet', { name, value }))
  print(options, shown(name, reading), () => `${name} is at version ${reading.version}`)
}

async function remove(name: string, options: CommonOptions): Promise<void> {
  const reading = await withVerbatimNode(options, (client) => client.call('registerDelete', { name }))
  print(options, shown(name, reading), () => `${name} holds nothing (version ${reading.version})`)
}

async function compareAndSet(name: string, expected: string, text: string, options: CommonOptions): Promise<void> {
  const value = readValue(text)
  const params = { name, expected, value }
  const { applied, ...reading } = await withVerbatimNode(options, (client) => client.call('registerCas', params))
  if (!applied) {
    const now = reading.isEmpty ? 'holds nothing' : `holds ${jsonText(reading.value).slice(0, MAX_SHOWN_CHARS)}`
    throw new CoveyError(
      'VERSION_CONFLICT',
      `${name} is at version ${reading.version} and ${now}`,
      `Decide anew, and expect ${reading.version}.`,
    )
  }
  print(options, { applied, ...shown(name, reading) }, () => `${name} is at version ${reading.version}`)
}

/** How much of a value an error shows, in characters. */
const MAX_SHOWN_CHARS = 200

const shown = (name: string, reading: WireReading): object => ({ name, ...reading })
