import type { Command } from 'commander'
import { connectControl } from '../../control/client.ts'
import type { NodeStatus } from '../../control/protocol.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError, messageOf } from '../../lib/errors.ts'
import { MAX_NAME_CHARS, type ResolvedSettings, type Settings } from '../../mesh/config.ts'
import { EXIT_FAILED, failureOf, printFailure } from '../failure.ts'
import { collectAfterStart } from '../heap.ts'
import type { NodeProcess } from '../node-process.ts'
import { examples, fields, print } from '../output.ts'
import { dataDirectoryOf, nodeOption } from '../places.ts'
import { addSettingOptions, type SettingOptions, settingFlags } from '../setting-options.ts'
import { readSettings } from '../settings.ts'
import { type Starter, starter } from '../starter.ts'

interface Options extends SettingOptions {
  detach?: boolean
}

/** How many nodes of one machine get a name of their own (`host`, `host-2` …) without being given one. */
const MAX_UNNAMED_NODES = 256

export function define(command: Command): void {
  addSettingOptions(command)
    .option('--detach', 'go on in the background once it is up')
    .addHelpText(
      'after',
      `\nAlone it hosts the built-in text agents; with --agents or --capability only what is named.\n${examples([
        'covey up',
        'covey up --detach --name alice --agents ./my-agent.ts --agents builtin:text',
        'covey up --capability text.shout --exec "./shout.sh" --join 192.0.2.7:4001',
      ])}`,
    )
    .action((options: Options) => (options.detach ? detach(options) : foreground(options)))
}

async function detach(options: Options): Promise<void> {
  const { settings } = readSettings(settingFlags(options))
  const { spawnNode } = await import('../spawn-node.ts')
  const args = process.argv.slice(3).filter((arg) => arg !== '--detach')
  const node = spawnNode(args, settings.data)
  const status = await node.up
  await node.release()
  print(options, upJson(status), () => `${banner(status)}\nStop it: covey down ${nodeOption(status)}`)
}

async function foreground(options: Options): Promise<void> {
  const parent = starter()
  try {
    const node = await startUnderFreeName(readSettings(settingFlags(options)), parent)
    collectAfterStart()
    const status = node.status()
    parent?.tell({ covey: 'up', status })
    print(
      options,
      upJson(status),
      () => `${banner(status)}\nCtrl-C leaves. In another terminal: covey status, covey peers.`,
    )
    await leaveWhenAsked(node, parent, options.json === true)
  } catch (error) {
    parent?.tell({ covey: 'failed', failure: failureOf(error) })
    throw error
  }
}

/** A node that nobody has named takes the host's name, or the first of `host-2`, `host-3` … that no other node has. */
async function startUnderFreeName(
  { settings, sources }: ResolvedSettings,
  parent: Starter | undefined,
): Promise<NodeProcess> {
  const { startNode } = await import('../node-process.ts')
  const readAlong = parent ? undefined : (text: string) => void process.stderr.write(text)
  if (sources.name !== 'default' || sources.data !== 'default') return await startNode(settings, readAlong)
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? settings : renamed(settings, `-${i}`)
    if (i < MAX_UNNAMED_NODES && (await answers(candidate.data))) continue
    try {
      return await startNode(candidate, readAlong)
    } catch (error) {
      // It runs but does not answer yet: it was started at the same moment as this one.
      if (!(error instanceof CoveyError && error.code === 'DATA_IN_USE' && i < MAX_UNNAMED_NODES)) throw error
    }
  }
}

function renamed(settings: Settings, suffix: string): Settings {
  const name = settings.name.slice(0, MAX_NAME_CHARS - suffix.length) + suffix
  return { ...settings, name, data: dataDirectoryOf(name) }
}

async function answers(data: string): Promise<boolean> {
  try {
    const client = await connectControl(data)
    client.close()
    return true
  } catch {
    // Whatever the reason: what does not answer is free, or its lock will tell.
    return false
  }
}

/** Ends the process when the node has left, or has failed; a second signal ends it at once. */
async function leaveWhenAsked(node: NodeProcess, parent: Starter | undefined, json: boolean): Promise<void> {
  const reason = await new Promise<string | CoveyError>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      let signals = 0
      process.on(signal, () => {
        if (++signals > 1) process.exit(EXIT_FAILED)
        resolve(signal)
      })
    }
    void node.asked.then(() => resolve('covey down'))
    void node.failed.then(resolve)
    void parent?.gone.then(() => resolve('its starter ended'))
    dieOfBugs(node)
  })
  try {
    await node.leave(messageOf(reason))
  } catch {
    // The log has told why.
    process.exit(EXIT_FAILED)
  }
  if (typeof reason !== 'string') {
    printFailure(failureOf(reason), json)
    process.exit(EXIT_FAILED)
  }
  // What a library forgot to close must not keep the process.
  process.exit()
}

/** What nobody caught is a bug: it goes to the log, and the process ends rather than going on half broken. */
function dieOfBugs(node: NodeProcess): void {
  process.on('uncaughtException', (error: unknown) => {
    node.log.error('ended by a bug', { error: error instanceof Error ? error.stack : messageOf(error) })
    process.exit(EXIT_FAILED)
  })
}

const upJson = ({ id, name, mesh, addresses, data, pid }: NodeStatus): object => ({
  id,
  name,
  mesh,
  addresses,
  data,
  pid,
})

function banner({ id, name, mesh, addresses, data }: NodeStatus): string {
  const facts = fields([
    ['id', id],
    [
      'addresses',
      addresses.map((address) => address.replace(/\/p2p\/.*$/, '')).join(', ') || 'none: nobody can connect to it',
    ],
    ['data', data],
  ])
  return `${pc.bold(name)} is up in mesh ${pc.bold(mesh)}\n${facts}`
}
