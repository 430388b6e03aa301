import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ControlClient, connectControl } from '../control/client.ts'
import { every, systemClock, type Timer } from '../lib/clock.ts'
import { CoveyError } from '../lib/errors.ts'
import { harmlessClient } from './harmless.ts'
import type { CommonOptions } from './output.ts'
import { dataDirectoryOf, findConfigFile, nodesFolder } from './places.ts'

/** How often a node that takes its time is asked whether it lives, in milliseconds; a stall of 4 s is nothing to speak of. */
const ASK_EVERY_MS = 5000
const SILENT = 'The node has not answered for 5 s: it may be stopped, or busy. Ctrl-C ends the wait.\n'

/**
 * Connects to the node that is meant, runs `use`, and closes the connection whatever happens. JSON keeps every character,
 * since its reader is no terminal.
 */
export async function withNode<T>(options: CommonOptions, use: (client: ControlClient) => Promise<T>): Promise<T> {
  const client = await connectNode(options)
  const watch = watchSilence(client)
  try {
    return await use(options.json ? client : harmlessClient(client))
  } finally {
    watch.cancel()
    client.close()
  }
}

/** A node that is stopped keeps its socket: whoever waits is told, once, and may wait on. */
function watchSilence(client: ControlClient): Timer {
  let asked = false
  const watch = every(
    systemClock,
    () => ASK_EVERY_MS,
    () => {
      if (asked) {
        watch.cancel()
        process.stderr.write(SILENT)
        return
      }
      asked = true
      client.call('status', {}).then(
        () => {
          asked = false
        },
        // The command itself hears of whatever that is.
        () => undefined,
      )
    },
  )
  return watch
}

/** As `withNode`, with every character as it is: for values that are printed with `jsonText` alone. */
export function withVerbatimNode<T>(options: CommonOptions, use: (client: ControlClient) => Promise<T>): Promise<T> {
  return withNode({ ...options, json: true }, use)
}

/**
 * The node that is meant: --data, --name, COVEY_DATA, COVEY_NAME, `data` or `name` of the nearest covey.yaml, or the only
 * one that runs. Rejects with `NOT_RUNNING` or `SEVERAL_NODES`, listing those that run.
 */
export async function connectNode(options: CommonOptions): Promise<ControlClient> {
  const { data = options.data, name = options.name } = options.data || options.name ? {} : await named()
  if (data !== undefined) return await connectControl(resolve(data))
  if (name !== undefined) return await connectByName(name)
  const running = await runningNodes()
  const [only] = running
  if (running.length === 1 && only) return only.client
  closeAll(running)
  if (only === undefined) {
    throw new CoveyError(
      'NOT_RUNNING',
      'no node runs here',
      'Start one: covey up --detach. Or name its directory: --data DIR.',
    )
  }
  throw new CoveyError(
    'SEVERAL_NODES',
    `${running.length} nodes run here: ${running.map((node) => node.name).join(', ')}`,
    `Say which one: --name ${only.name}.`,
  )
}

async function connectByName(name: string): Promise<ControlClient> {
  try {
    return await connectControl(dataDirectoryOf(name))
  } catch (error) {
    const running = await runningNodes()
    closeAll(running)
    const names = running.map((node) => node.name)
    const hint =
      names.length > 0
        ? `Running: ${names.join(', ')}. One with a directory of its own is named by it: --data DIR.`
        : `Start it: covey up --detach --name ${name}. One with a directory of its own is named by it: --data DIR.`
    throw new CoveyError('NOT_RUNNING', `no node named "${name}" runs here`, hint, { cause: error })
  }
}

/** What the environment or a covey.yaml says; the file is read only where there is one, since that takes 60 ms. */
async function named(): Promise<{ data?: string | undefined; name?: string | undefined }> {
  const { COVEY_DATA: data, COVEY_NAME: name, COVEY_CONFIG: config } = process.env
  if (data !== undefined || name !== undefined) return { data, name }
  if (findConfigFile(config, process.cwd()) === undefined) return {}
  const { readSettings } = await import('./settings.ts')
  const { settings, sources } = readSettings({})
  if (sources.data !== 'default') return { data: settings.data }
  return sources.name === 'default' ? {} : { name: settings.name }
}

interface RunningNode {
  /** The name of its folder. */
  name: string
  client: ControlClient
}

/** The nodes in the default folder that answer. */
export async function runningNodes(): Promise<RunningNode[]> {
  const folder = nodesFolder()
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found = await Promise.allSettled(
    names.sort().map(async (name) => ({ name, client: await connectControl(join(folder, name)) })),
  )
  return found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

function closeAll(nodes: readonly RunningNode[]): void {
  for (const { client } of nodes) client.close()
}
