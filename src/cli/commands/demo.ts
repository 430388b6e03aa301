import { constants } from 'node:os'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { LeaseItem } from '../../control/protocol.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import { type Document, readDocuments } from '../demo/documents.ts'
import { Job } from '../demo/job.ts'
import { type Progress, showProgress } from '../demo/progress.ts'
import { reportTable } from '../demo/report.ts'
import { NAMES, Swarm, type SwarmNode, VOTERS } from '../demo/swarm.ts'
import { duration, examples, plural } from '../output.ts'
import { OWN_FOLDER } from '../places.ts'

interface Options {
  once?: boolean
}

export function define(command: Command): void {
  command
    .argument('[folder]', "whose .md and .txt files to read; covey's own when missing")
    .option('--once', 'clean up and end when the job is done, also on a terminal')
    .addHelpText(
      'after',
      `\nExit code 0 when every task has its result.\n${examples(['covey demo', 'covey demo ~/notes --once'])}`,
    )
    .action(demo)
}

async function demo(folder: string | undefined, options: Options): Promise<void> {
  const documents = await readDocuments(folder === undefined ? OWN_FOLDER : resolve(folder))
  const swarm = await Swarm.create()
  const ending = endOnSignal(swarm)
  try {
    await play(swarm, documents)
    if (process.stdout.isTTY && !options.once) await ending.whenIdle()
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
function endOnSignal(swarm: Swarm): Ending {
  let signals = 0
  let idle = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const code = idle && signal === 'SIGINT' ? 0 : 128 + constants.signals[signal]
      if (++signals > 1) process.exit(code)
      say(`\n${pc.dim('ending the nodes and removing what they wrote …')}`)
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

async function play(swarm: Swarm, documents: readonly Document[]): Promise<void> {
  const started = performance.now()
  say(`${pc.bold('covey demo')}: ${NAMES.length} nodes, each a process of its own, and nobody in charge`)
  await swarm.start()
  say(`${NAMES.join(', ')} are up after ${duration(performance.now() - started)}`)
  const how = await swarm.meet()
  const met = `all know one another after ${duration(performance.now() - started)}`
  say(
    how === 'multicast'
      ? `${met}, found over multicast`
      : pc.yellow(`multicast does not work here (covey doctor): ${met}, over a join address`),
  )
  const requester = swarm.nodes[0] as SwarmNode
  const job = await work(swarm, requester, documents)
  say(`\n${reportTable(job, (peer) => swarm.nodeOf(peer)?.name ?? peer)}`)
  for (const { path } of documents.filter((document) => document.cut))
    say(pc.dim(`only the beginning of ${path} was read`))
  await showStatus(requester)
  await swarm.awaitVoters(requester)
  await showLock(requester)
  const missing = job.tasks.length - job.done
  if (missing > 0) {
    throw new CoveyError(
      'DEMO_FAILED',
      `${plural(missing, 'task')} of ${job.tasks.length} ended without a result`,
      'covey task ID says why.',
    )
  }
  if (process.stdout.isTTY) sayWhatNext(requester)
}

/** Runs the whole job at `requester`, and kills a busy worker when half of it is done. */
async function work(swarm: Swarm, requester: SwarmNode, documents: readonly Document[]): Promise<Job> {
  let killed: SwarmNode | undefined
  const progress = await showProgress(swarm, (name) => killed?.name === name)
  const job: Job = new Job(documents, requester, () => {
    progress.update(job)
    if (killed === undefined && job.ended >= job.tasks.length / 2) killed = killBusyWorker(swarm, job, progress)
  })
  say(
    `${plural(documents.length, 'file')} make ${plural(job.tasks.length, 'task')}, handed in at ${requester.name} for the others to do\n`,
  )
  const started = performance.now()
  await job.run()
  progress.end(job)
  say(`\n${job.done} of ${plural(job.tasks.length, 'task')} done in ${duration(performance.now() - started)}`)
  sayWhereTasksWent(swarm, job, killed)
  return job
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
function sayWhereTasksWent(swarm: Swarm, job: Job, killed: SwarmNode | undefined): void {
  if (killed === undefined) return say(pc.yellow('nobody was killed: nobody was busy any more when half was done'))
  const lost = job.lostBy(killed.status.id)
  const by = Map.groupBy(lost, ({ record }) => swarm.nodeOf(record?.attempts.at(-1)?.worker ?? '')?.name ?? '?')
  const where = [...by].map(([name, tasks]) => `${name} took over ${tasks.length}`).join(', ')
  say(`${killed.name} left ${plural(lost.length, 'task')} unfinished${where === '' ? '' : `: ${where}`}`)
}

async function showStatus({ name, client }: SwarmNode): Promise<void> {
  const { peers, tasks } = await client.call('status', {})
  say(
    `\n${name} says: ${peers.alive} peers alive, ${peers.suspect} suspect; ${tasks.done} tasks done, ${tasks.failed} failed`,
  )
}

/** Two nodes that want the same would not both be told yes, also now that one is dead. */
async function showLock({ name, client }: SwarmNode): Promise<void> {
  const done = new AbortController()
  const granted = Promise.withResolvers<LeaseItem>()
  const held = client.stream('lock', { name: 'report' }, granted.resolve, { signal: done.signal })
  const item = await Promise.race([granted.promise, held.then(() => undefined)])
  done.abort()
  await held
  if (item?.type === 'held') {
    say(`${VOTERS.join(', ')} vote: a majority of them gave ${name} the lock "report", with fence ${item.fence}`)
  }
}

function sayWhatNext({ data }: SwarmNode): void {
  const covey = commandHere()
  say('\nThe nodes stay up. In another terminal, in this folder:\n')
  for (const command of [
    'peers',
    'agents',
    'tasks',
    'voters list',
    `run text.sentiment '{"text":"What a lovely day"}'`,
  ]) {
    say(`  ${covey} ${command} --data ${data}`)
  }
  say(`\n${pc.bold('Ctrl-C')} ends them and removes everything.`)
}

/** How covey is called here: as it was, or by what npm finds in this checkout. */
function commandHere(): string {
  const program = process.argv[1] as string
  if (basename(program) === 'covey') return 'covey'
  return resolve(OWN_FOLDER) === process.cwd() ? 'npx covey' : `${process.execPath} ${program}`
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)
