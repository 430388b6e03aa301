import { lstat, mkdtemp, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CoveyError, messageOf } from '../lib/errors.ts'
import { MAX_SOCKET_PATH_BYTES } from './limits.ts'

/** The name of the socket, or of the link to it, in a data directory. */
export const SOCKET_NAME = 'covey.sock'

/** How the folder is called that holds the socket of a data directory whose own path is too long for one. */
const SHORT_FOLDER_PREFIX = 'covey-sock-'

const fits = (path: string): boolean => Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES

/**
 * Removes what a killed node left behind and returns the path to listen on. Only whoever holds the data directory's lock
 * may call it. Where the directory's path is too long for a socket, that is a fresh private folder among the temporary
 * files, and `covey.sock` becomes a link to it.
 */
export async function claimSocketPath(data: string): Promise<string> {
  await removeSocket(data)
  const path = join(data, SOCKET_NAME)
  if (fits(path)) return path
  const folder = await mkdtemp(join(tmpdir(), SHORT_FOLDER_PREFIX))
  const short = join(folder, SOCKET_NAME)
  if (!fits(short)) {
    await rm(folder, { recursive: true })
    throw new CoveyError(
      'PATH_TOO_LONG',
      `${path} and ${short} are both longer than the ${MAX_SOCKET_PATH_BYTES} bytes that a Unix socket takes`,
      'Choose a shorter data directory with --data, or a shorter TMPDIR.',
    )
  }
  await symlink(short, path)
  return short
}

/** The path to connect to: the link's target where there is a link, since only its own path is too long. */
export async function findSocketPath(data: string): Promise<string> {
  const path = join(data, SOCKET_NAME)
  if (fits(path)) return path
  try {
    return await readlink(path)
  } catch (error) {
    throw new CoveyError(
      'NOT_RUNNING',
      `no node runs in ${data} (${messageOf(error)})`,
      `Start it: covey up --data ${data}.`,
    )
  }
}

/** Removes the socket, its link and the link's folder. Nothing there is fine. */
export async function removeSocket(data: string): Promise<void> {
  const path = join(data, SOCKET_NAME)
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (stat === undefined) return
  if (stat.isSymbolicLink()) {
    const folder = dirname(await readlink(path))
    // Only what claimSocketPath made is removed, whatever somebody has put there.
    if (folder.startsWith(join(tmpdir(), SHORT_FOLDER_PREFIX))) await rm(folder, { recursive: true, force: true })
  }
  await rm(path, { force: true })
}
