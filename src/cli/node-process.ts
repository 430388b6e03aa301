import { readFile } from 'node:fs/promises'
import type { NodeStatus } from '../control/protocol.ts'
import { type ControlServer, createControlServer } from '../control/server.ts'
import { CoveyError, InvalidInputError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { retentionMs, type Settings } from '../mesh/config.ts'
import { createMesh } from '../mesh/create.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { parsePsk } from '../network/libp2p/psk.ts'
import { createLog, humanSink } from '../observe/log.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { foundVoters } from './found-voters.ts'
import { loadHostedAgents } from './hosted-agents.ts'
import { LEAVE_LIMIT_MS } from './limits.ts'
import { logFileOf, openLogFile } from './log-file.ts'

export interface NodeProcess {
  readonly mesh: Mesh
  readonly log: Log
  status(): NodeStatus
  /** Resolves when somebody asked it to leave over the local API. */
  readonly asked: Promise<void>
  /** Resolves when its storage has failed, with how: it stops by itself, and its process is of no use any more. */
  readonly failed: Promise<CoveyError>
  /** Leaves the mesh and closes everything; rejects when that takes longer than `LEAVE_LIMIT_MS`. */
  leave(reason: string): Promise<void>
}

/**
 * Starts the node of this process: log, agents, mesh, local API. With `readAlong` its log lines also go there. Rejects with
 * a `CoveyError` that says why it cannot be up, and leaves nothing open then.
 */
export async function startNode(settings: Settings, readAlong?: (text: string) => void): Promise<NodeProcess> {
  const { name, mesh: meshName, data, listen, join, mdns, preset, retention } = settings
  const key = settings.key === undefined ? undefined : await readKey(settings.key)
  await prepareDataDirectory(data)
  const file = openLogFile(logFileOf(data))
  const log = createLog(settings.log, readAlong ? [file, humanSink(readAlong)] : [file])
  const agents = await loadHostedAgents(settings)
  const mesh = await createMesh({
    name,
    mesh: meshName,
    data,
    listen,
    join,
    mdns,
    preset,
    agents,
    log,
    retentionMs: retentionMs(retention) as number,
    ...(key && { key }),
  })
  const asked = Promise.withResolvers<void>()
  const failed = Promise.withResolvers<CoveyError>()
  mesh.once('failed', failed.resolve)
  const control = createControlServer({ mesh, data, log, down: asked.resolve })
  try {
    await mesh.start()
    await control.start()
  } catch (error) {
    log.error('the node did not come up', { error: messageOf(error) })
    await mesh.stop()
    throw error
  }
  const leaving = new AbortController()
  void foundVoters(mesh, settings.voters, log, leaving.signal)
  log.info(`${name} is up`, { mesh: meshName, id: mesh.id, pid: process.pid, version: mesh.status().version })
  return {
    mesh,
    log,
    asked: asked.promise,
    failed: failed.promise,
    status: () => control.status(),
    leave: (reason) => {
      leaving.abort()
      return leave(mesh, control, log, reason)
    },
  }
}

async function readKey(file: string): Promise<Uint8Array> {
  try {
    return parsePsk(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof CoveyError)
      throw new InvalidInputError(`${file}: ${error.message}`, error.hint, { cause: error })
    throw new InvalidInputError(
      `cannot read the key ${file}: ${messageOf(error)}`,
      'Correct --key, or make one: covey key new > FILE.',
    )
  }
}

async function leave(mesh: Mesh, control: ControlServer, log: Log, reason: string): Promise<void> {
  log.info('leaving', { reason })
  const limit = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const message = `it has not left within ${LEAVE_LIMIT_MS / 1000} s`
    limit.reject(new CoveyError('LEAVE_TIMEOUT', message, 'It ends as it is; the others will notice.'))
  }, LEAVE_LIMIT_MS)
  try {
    // The mesh first: whoever waits for a task here learns how it ended.
    await Promise.race([mesh.stop().then(() => control.stop()), limit.promise])
    log.info('left')
  } catch (error) {
    log.error('left without saying goodbye to all', { error: messageOf(error) })
    throw error
  } finally {
    clearTimeout(timer)
  }
}
