import { constants } from 'node:os'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { LeaseItem } from '../../control/protocol.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import { type Document, readDocuments } from '../demo/documents.ts'
import { Job } from '../demo/job.ts'
import { type Progress, showProgress } from '../demo/progress.ts'
import { reportJson, reportTable } from '../demo/report.ts'
import { NAMES, Swarm, type SwarmNode, VOTERS } from '../demo/swarm.ts'
import { duration, examples, plural, print } from '../output.ts'
import { OWN_FOLDER } from '../places.ts'

interface Options {
  once?: boolean
  json?: boolean
}

/** Where the story is told: with `--json` standard output is for the result alone. */
type Stage = typeof process.stdout | typeof process.stderr

export function define(command: Command): void {
  command
    .argument('[folder]', "whose .md and .txt files to read; covey's own when missing")
    .option('--once', 'clean up and end when the job is done, also on a terminal')
    .option('--json', 'like --once; print what was found as JSON, and the story on standard error')
    .addHelpText(
      'after',
      `\nExit code 0 when every task has its result.\n${examples(['covey demo', 'covey demo ~/notes --once'])}`,
    )
    .action(demo)
}

async function demo(folder: string | undefined, options: Options): Promise<void> {
  const documents = await readDocuments(folder === undefined ? OWN_FOLDER : resolve(folder))
  const swarm = await Swarm.create()
  const ending = endOnSignal(swarm, stageOf(options))
  try {
    await play(swarm, documents, options)
    if (staysUp(options)) await ending.whenIdle()
  } catch (error) {
    // What breaks because the nodes are being ended is no news.
    if (ending.begun()) await new Promise(() => {})
    throw error
  } finally {
    await swarm.stop()
  }
}

interface Ending {
  begun(): boolean
  /** From now on Ctrl-C is what is waited for, and ends well. Never resolves: the process ends. */
  whenIdle(): Promise<never>
}

/** A signal ends the nodes, removes their files and ends the process with the shell's code for it; a second one does at once. */
function endOnSignal(swarm: Swarm, stage: Stage): Ending {
  let signals = 0
  let idle = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const code = idle && signal === 'SIGINT' ? 0 : 128 + constants.signals[signal]
      if (++signals > 1) process.exit(code)
      say(stage, `\n${pc.dim('ending the nodes and removing what they wrote …')}`)
      void swarm.stop().finally(() => process.exit(code))
    })
  }
  return {
    begun: () => signals > 0,
    whenIdle: () => {
      idle = true
      return new Promise(() => {})
    },
  }
}

async function play(swarm: Swarm, documents: readonly Document[], options: Options): Promise<void> {
  const stage = stageOf(options)
  const started = performance.now()
  say(stage, `${pc.bold('covey demo')}: ${NAMES.length} nodes, each a process of its own, and nobody in charge`)
  await swarm.start()
  say(stage, `${NAMES.join(', ')} are up after ${duration(performance.now() - started)}`)
  const how = await swarm.meet()
  const met = `all know one another after ${duration(performance.now() - started)}`
  say(
    stage,
    how === 'multicast'
      ? `${met}, found over multicast`
      : pc.yellow(`multicast does not work here (covey doctor): ${met}, over a join address`),
  )
  const requester = swarm.nodes[0] as SwarmNode
  // Now: a voter that is dead before it is one would never be.
  await swarm.awaitVoters(requester)
  const nameOf = (peer: string): string => swarm.nodeOf(peer)?.name ?? peer
  const { job, killed } = await work(swarm, requester, documents, stage)
  if (!options.json) say(stage, `\n${reportTable(job, nameOf)}`)
  for (const { path } of documents.filter((document) => document.cut))
    say(stage, pc.dim(`only the beginning of ${path} was read`))
  await showStatus(requester, stage)
  await showLock(requester, stage)
  const missing = job.tasks.length - job.done
  if (missing > 0) {
    throw new CoveyError(
      'DEMO_FAILED',
      `${plural(missing, 'task')} of ${job.tasks.length} ended without a result`,
      'covey task ID says why.',
    )
  }
  if (options.json) print(options, { met: how, killed: killed?.name ?? null, ...reportJson(job, nameOf) }, () => '')
  if (staysUp(options)) sayWhatNext(requester, stage)
  else sayWhatNextAlone(stage)
}

/** Runs the whole job at `requester`, and kills a busy worker when half of it is done. */
async function work(
  swarm: Swarm,
  requester: SwarmNode,
  documents: readonly Document[],
  stage: Stage,
): Promise<{ job: Job; killed: SwarmNode | undefined }> {
  let killed: SwarmNode | undefined
  const progress = await showProgress(swarm, (name) => killed?.name === name, stage)
  const job: Job = new Job(documents, requester, () => {
    progress.update(job)
    if (killed === undefined && job.ended >= job.tasks.length / 2) killed = killBusyWorker(swarm, job, progress)
  })
  say(
    stage,
    `${plural(documents.length, 'file')} make ${plural(job.tasks.length, 'task')}, handed in at ${requester.name} for the others to do\n`,
  )
  const started = performance.now()
  await job.run()
  progress.end(job)
  say(stage, `\n${job.done} of ${plural(job.tasks.length, 'task')} done in ${duration(performance.now() - started)}`)
  sayWhereTasksWent(swarm, job, killed, stage)
  return { job, killed }
}

/** The worker with the most unfinished tasks; undefined while nobody has any. */
function killBusyWorker(swarm: Swarm, job: Job, progress: Progress): SwarmNode | undefined {
  const workers = swarm.nodes.map((node) => ({ node, tasks: job.heldBy(node.status.id).length }))
  const [busiest] = workers.sort((a, b) => b.tasks - a.tasks)
  if (busiest === undefined || busiest.tasks === 0) return undefined
  const { node, tasks } = busiest
  swarm.kill(node)
  progress.say(pc.red(`kill -9 ${node.status.pid}: ${node.name} is gone in the middle of ${plural(tasks, 'task')}`))
  return node
}

/** Who took over what the killed worker had been given and not answered. */
function sayWhereTasksWent(swarm: Swarm, job: Job, killed: SwarmNode | undefined, stage: Stage): void {
  if (killed === undefined)
    return say(stage, pc.yellow('nobody was killed: nobody was busy any more when half was done'))
  const lost = job.lostBy(killed.status.id)
  const by = Map.groupBy(lost, ({ record }) => swarm.nodeOf(record?.attempts.at(-1)?.worker ?? '')?.name ?? '?')
  const where = [...by].map(([name, tasks]) => `${name} took over ${tasks.length}`).join(', ')
  say(stage, `${killed.name} left ${plural(lost.length, 'task')} unfinished${where === '' ? '' : `: ${where}`}`)
}

async function showStatus({ name, client }: SwarmNode, stage: Stage): Promise<void> {
  const { peers, tasks } = await client.call('status', {})
  say(
    stage,
    `\n${name} says: ${peers.alive} peers alive, ${peers.suspect} suspect; ${tasks.done} tasks done, ${tasks.failed} failed`,
  )
}

/** Two nodes that want the same would not both be told yes, also now that one is dead. */
async function showLock({ name, client }: SwarmNode, stage: Stage): Promise<void> {
  const done = new AbortController()
  const granted = Promise.withResolvers<LeaseItem>()
  const held = client.stream('lock', { name: 'report' }, granted.resolve, { signal: done.signal })
  const item = await Promise.race([granted.promise, held.then(() => undefined)])
  done.abort()
  await held
  if (item?.type === 'held') {
    say(stage, `${VOTERS.join(', ')} vote: a majority of them gave ${name} the lock "report", with fence ${item.fence}`)
  }
}

function sayWhatNext({ data }: SwarmNode, stage: Stage): void {
  const covey = commandHere()
  say(stage, '\nThe nodes stay up. In another terminal, in this folder:\n')
  for (const command of [
    'peers',
    'agents',
    'tasks',
    'voters list',
    `run text.sentiment '{"text":"What a lovely day"}'`,
  ]) {
    say(stage, `  ${covey} ${command} --data ${data}`)
  }
  say(stage, `\n${pc.bold('Ctrl-C')} ends them and removes everything.`)
}

/** The nodes are about to be gone: what to type begins with one. */
function sayWhatNextAlone(stage: Stage): void {
  const covey = commandHere()
  say(stage, '\nA node of your own, to which more on this network find by themselves:\n')
  for (const command of ['up --detach', `run text.sentiment '{"text":"What a lovely day"}'`, 'status', 'down']) {
    say(stage, `  ${covey} ${command}`)
  }
}

/** How covey is called here: as it was, or by what npm finds in this checkout. */
function commandHere(): string {
  const program = process.argv[1] as string
  if (basename(program) === 'covey') return 'covey'
  return resolve(OWN_FOLDER) === process.cwd() ? 'npx covey' : `${process.execPath} ${program}`
}

const stageOf = ({ json }: Options): Stage => (json ? process.stderr : process.stdout)

/** Until Ctrl-C, so that the commands that it prints work. */
const staysUp = ({ once, json }: Options): boolean => process.stdout.isTTY && !once && !json

const say = (stage: Stage, text: string): void => void stage.write(`${text}\n`)
