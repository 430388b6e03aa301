import { Command, CommanderError } from 'commander'
import { VERSION } from '../mesh/version.ts'
import { addCommonOptions } from './common-options.ts'
import { EXIT_USAGE, failureOf, printFailure } from './failure.ts'
import { examples } from './output.ts'

/** What a file in commands/ exports. */
export interface CommandModule {
  /** Adds arguments, options, an example and the action. */
  define(command: Command): void
}

interface Entry {
  summary: string
  load(): Promise<CommandModule>
  /** It is about no running node: no `--name` and no `--data`, or ones of its own. */
  ownOptions?: true
}

/** Every command; its file is loaded when it is called. In the order of the help. */
const COMMANDS: Record<string, Entry> = {
  demo: {
    summary: 'watch five nodes do a real job and lose one of them',
    load: () => import('./commands/demo.ts'),
    ownOptions: true,
  },
  up: { summary: 'start a node', load: () => import('./commands/up.ts'), ownOptions: true },
  down: { summary: 'leave the mesh and stop the node', load: () => import('./commands/down.ts') },
  status: { summary: 'this node', load: () => import('./commands/status.ts') },
  peers: { summary: 'who is there', load: () => import('./commands/peers.ts') },
  members: {
    summary: 'who belongs to the mesh, there or not; evict who is gone for good',
    load: () => import('./commands/members.ts'),
    ownOptions: true,
  },
  agents: { summary: 'who can do what, and how busy everybody is', load: () => import('./commands/agents.ts') },
  find: { summary: 'who offers a capability', load: () => import('./commands/find.ts') },
  run: { summary: 'hand in a task and wait for its result', load: () => import('./commands/run.ts') },
  submit: { summary: 'hand in a task and return at once', load: () => import('./commands/submit.ts') },
  tasks: { summary: 'tasks that this node has handed in', load: () => import('./commands/tasks.ts') },
  task: { summary: 'one task with its attempts', load: () => import('./commands/task.ts') },
  cancel: { summary: 'cancel a task', load: () => import('./commands/cancel.ts') },
  state: {
    summary: 'the replicated state: read, write, watch it',
    load: () => import('./commands/state.ts'),
    ownOptions: true,
  },
  sync: { summary: 'exchange state with every peer now', load: () => import('./commands/sync.ts') },
  lock: { summary: 'run a command while holding a lock', load: () => import('./commands/lock.ts') },
  semaphore: {
    summary: 'run a command while holding one of several permits',
    load: () => import('./commands/semaphore.ts'),
  },
  barrier: { summary: 'wait until all parties have come', load: () => import('./commands/barrier.ts') },
  register: {
    summary: 'a value that all agree on: read, write, compare and set',
    load: () => import('./commands/register.ts'),
    ownOptions: true,
  },
  voters: {
    summary: 'who decides on registers and locks',
    load: () => import('./commands/voters.ts'),
    ownOptions: true,
  },
  vote: { summary: 'ask the agents for their opinion', load: () => import('./commands/vote.ts') },
  verify: {
    summary: 'what is wrong with the receipt of a vote',
    load: () => import('./commands/verify.ts'),
    ownOptions: true,
  },
  config: {
    summary: 'what "covey up" would use here, and where each value comes from',
    load: () => import('./commands/config.ts'),
    ownOptions: true,
  },
  doctor: { summary: 'what is wrong with my network', load: () => import('./commands/doctor.ts') },
  key: { summary: 'keys for a closed mesh', load: () => import('./commands/key.ts'), ownOptions: true },
}

/** Runs one command line. Sets the process's exit code; never throws. */
export async function main(args: readonly string[]): Promise<void> {
  // Whoever reads our output may stop early (`covey tasks | head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  try {
    const program = await createProgram(args[0])
    if (args.length === 0) return program.outputHelp()
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return
    // `covey key` without its subcommand: commander has printed the help, on stderr.
    if (error instanceof CommanderError && error.code === 'commander.help') {
      process.exitCode = EXIT_USAGE
      return
    }
    if (process.env.COVEY_DEBUG) console.error(error)
    const failure = failureOf(error)
    const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
    printFailure(failure, options.includes('--json'))
    process.exitCode = failure.exitCode
  }
}

async function createProgram(called: string | undefined): Promise<Command> {
  const program = new Command('covey')
    .description('An agent mesh with no leader: processes find one another, share work, and carry on when one dies.')
    .version(VERSION, '-V, --version')
    .addHelpText(
      'after',
      examples(['covey demo', 'covey up --detach && covey run text.language \'{"text":"Guten Tag"}\'']),
    )
  quiet(program)
  // Options after a command are that command's: `find --version` is a range, `covey --version` prints ours.
  program.enablePositionalOptions()
  program.usage('COMMAND [OPTIONS]').helpCommand('help [COMMAND]', 'show help')
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(entry.summary)
    quiet(command)
    if (name !== called && called !== 'help') continue
    if (!entry.ownOptions) addCommonOptions(command)
    const loaded = await entry.load()
    loaded.define(command)
  }
  return program
}

/** Errors are thrown and told in one place; nothing is printed beside. */
function quiet(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true)
}
