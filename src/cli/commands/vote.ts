import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { VoteMethod } from '../../capabilities/agent.ts'
import type { ElectorateRequest } from '../../consensus/votes/request.ts'
import { METHODS } from '../../consensus/votes/vote.ts'
import type { ControlClient } from '../../control/client.ts'
import { CoveyError, messageOf } from '../../lib/errors.ts'
import { EXIT_FAILED, UsageError } from '../failure.ts'
import { withVerbatimNode } from '../find-node.ts'
import { harmless, harmlessly } from '../harmless.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, print } from '../output.ts'
import { collect, parseDuration, parseList } from '../parse.ts'
import { describeVote } from '../vote-text.ts'

interface Options extends CommonOptions {
  options: string[]
  method?: VoteMethod
  electorate?: string[]
  weights?: Map<string, number>
  capability?: string
  tag?: string[]
  quorum?: number
  threshold?: number
  deadline?: number
  receipt?: string
}

/** How long voters have where it is not said, in milliseconds: an agent that asks a language model needs some seconds. */
const DEFAULT_DEADLINE_MS = 10_000

export function define(command: Command): void {
  command
    .argument('<question>')
    .requiredOption('--options <a,b>', 'what can be chosen', parseList)
    .addOption(new Option('--method <method>', 'how ballots are counted; default plurality').choices([...METHODS]))
    .option('--electorate <a,b>', 'names or ids of the nodes that are asked; default: all that are alive', parseList)
    .option('--weights <a=2,b=1>', 'how much their votes weigh, 1 where it is not said', parseWeights)
    .option('--capability <name>', 'ask the nodes that offer it')
    .option('--tag <tag>', 'ask the nodes with a capability that has it; may be repeated', collect)
    .option('--quorum <weight>', 'how much must vote, abstentions among it', parseWeight)
    .option('--threshold <share>', 'what the choice must have of all that choose: 2/3, 0.6, 60%', parseShare)
    .option('--deadline <time>', 'how long to wait for those who have not voted: 10s (default), 2m', parseDuration)
    .option('--receipt <file>', 'keep the receipt here; covey verify checks it')
    .addHelpText(
      'after',
      `\nAgents with a vote handler answer. Exit code 1 where nothing is chosen. --json prints the receipt, with the result in it.\n${examples(
        [
          'covey vote "Deploy?" --options yes,no --method majority --receipt deploy.json',
          'covey vote "Which?" --options a,b,c --method ranked --weights alice=2,bob=1 --deadline 30s',
        ],
      )}`,
    )
    .action(vote)
}

async function vote(question: string, options: Options): Promise<void> {
  const { options: choices, method, quorum, threshold, deadline = DEFAULT_DEADLINE_MS } = options
  const file = options.receipt === undefined ? undefined : writable(options.receipt)
  // Every character as it is: a receipt that was changed is none.
  await withVerbatimNode(options, async (client) => {
    const electorate = await electorateOf(client, options)
    const receipt = await client.call('vote', {
      question,
      options: choices,
      deadlineMs: deadline,
      ...(method && { method }),
      ...(electorate && { electorate }),
      ...(quorum !== undefined && { quorum }),
      ...(threshold !== undefined && { threshold }),
    })
    if (file !== undefined) write(file, `${JSON.stringify(receipt, null, 2)}\n`)
    if (receipt.result.choice === null) process.exitCode = EXIT_FAILED
    const names = options.json ? String : await peerNames(client)
    print(options, receipt, () => describeVote(harmlessly(receipt), (id) => harmless(names(id))))
  })
}

async function electorateOf(client: ControlClient, options: Options): Promise<ElectorateRequest | undefined> {
  const { electorate, weights, capability, tag: tags } = options
  const named = electorate !== undefined || weights !== undefined
  if (named && (capability !== undefined || tags !== undefined)) {
    throw new UsageError(
      'voters are named, and asked for by what they offer',
      'Either --electorate and --weights, or --capability and --tag.',
    )
  }
  if (named) return { voters: await namedVoters(client, electorate ?? [...(weights?.keys() ?? [])], weights) }
  if (capability !== undefined) return { capability, ...(tags && { tags }) }
  return tags && { tags }
}

async function namedVoters(
  client: ControlClient,
  names: readonly string[],
  weights: ReadonlyMap<string, number> | undefined,
): Promise<Record<string, number>> {
  const stranger = [...(weights?.keys() ?? [])].find((name) => !names.includes(name))
  if (stranger !== undefined) {
    throw new UsageError(`${stranger} has a weight and is not in the electorate`, 'Name it in --electorate too.')
  }
  const peers = await client.call('peers', {})
  const voters: Record<string, number> = {}
  for (const name of names) {
    const found = peers.filter((peer) => peer.name === name || peer.id === name)
    const [peer, another] = found
    if (!peer) throw new UsageError(`there is no node "${name}"`, 'See who is there: covey peers.')
    if (another)
      throw new UsageError(`${found.length} nodes are called "${name}"`, 'Name it by its id: covey peers --json.')
    if (voters[peer.id] !== undefined) throw new UsageError(`"${name}" is there twice`, 'Name each voter once.')
    voters[peer.id] = weights?.get(name) ?? 1
  }
  return voters
}

function parseWeight(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`"${text}" is no weight`, 'A whole number, such as 2.')
  return Number(text)
}

function parseWeights(text: string): Map<string, number> {
  const pairs = parseList(text).map((item): [string, number] => {
    // A name may have the sign too.
    const [, name, weight] = /^(.+)=(.*)$/.exec(item) ?? []
    if (name === undefined || weight === undefined) {
      throw new UsageError(`"${item}" is no weight`, 'Write NAME=WEIGHT,NAME=WEIGHT.')
    }
    return [name, parseWeight(weight)]
  })
  const weights = new Map(pairs)
  if (weights.size === pairs.length) return weights
  throw new UsageError('a voter has two weights', 'Name each once.')
}

/** `2/3`, `0.6` or `60%` as a number from 0 to 1. */
function parseShare(text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?)(?:\/(?<divisor>\d+)|(?<percent>%))?$/.exec(text)
  const { number, divisor, percent } = match?.groups ?? {}
  const share = Number(number) / (percent ? 100 : Number(divisor ?? 1))
  if (!(share >= 0 && share <= 1)) throw new UsageError(`"${text}" is no share`, 'Write it as 2/3, 0.6 or 60%.')
  return share
}

/** Found out before anybody is asked. */
function writable(file: string): string {
  const path = resolve(file)
  try {
    accessSync(dirname(path), constants.W_OK)
    return path
  } catch (error) {
    throw new UsageError(
      `the receipt cannot be written to ${path}: ${messageOf(error)}`,
      'Name a folder that is there.',
    )
  }
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new CoveyError(
      'NO_RECEIPT',
      `the vote is over, and its receipt cannot be written: ${messageOf(error)}`,
      'Vote again with --json, which prints it.',
    )
  }
}
