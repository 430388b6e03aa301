import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CoveyError, messageOf } from '../../lib/errors.ts'
import type { PeerId } from '../network.ts'
import { peerIdOf } from './peer-id.ts'

/** Who a node is: an Ed25519 key pair and the id that is made of its public half. */
export interface Identity {
  readonly id: PeerId
  readonly privateKey: KeyObject
}

const FILE = 'identity.pem'
/** Permission bits of everybody but the owner: a private key must grant none of them. */
const OTHERS = 0o077

/** A new identity that is kept nowhere. */
export function generateIdentity(): Identity {
  return identityOf(generateKeyPairSync('ed25519').privateKey)
}

/** An identity with a file of its own. */
export interface KeptIdentity extends Identity {
  /** There was none before. */
  readonly isNew: boolean
}

/**
 * The identity kept in `directory` (file `identity.pem`, PKCS #8 in PEM, mode 0600); makes one at the first start.
 * Throws a `CoveyError` where the file is damaged, is no Ed25519 key or can be read by other users: never makes a new
 * identity over an old one.
 */
export async function loadIdentity(directory: string): Promise<KeptIdentity> {
  const path = join(directory, FILE)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const pem = await readPrivate(path)
  if (pem !== undefined) return { ...parse(pem, path), isNew: false }
  const identity = generateIdentity()
  await writePrivate(path, identity.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
  return { ...identity, isNew: true }
}

function identityOf(privateKey: KeyObject): Identity {
  return { id: peerIdOf(createPublicKey(privateKey)), privateKey }
}

function parse(pem: string, path: string): Identity {
  const hint = `Restore ${path} from a backup, or delete it to start with a new identity.`
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new CoveyError('IDENTITY_CORRUPT', `the identity key ${path} cannot be read: ${messageOf(cause)}`, hint, {
      cause,
    })
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    const message = `the identity key ${path} is of type ${key.asymmetricKeyType}, not ed25519`
    throw new CoveyError('IDENTITY_CORRUPT', message, hint)
  }
  return identityOf(key)
}

async function readPrivate(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path)
    // Windows has no such bits: its files are guarded by the profile directory.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      const message = `the identity key ${path} is open to other users (mode ${octal})`
      throw new CoveyError('IDENTITY_EXPOSED', message, `Run: chmod 600 ${path}`)
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (error instanceof CoveyError) throw error
    const message = `the identity key ${path} cannot be read: ${messageOf(error)}`
    throw new CoveyError('IDENTITY_UNREADABLE', message, 'Check who owns the file and its directory.', { cause: error })
  }
}

/** Written beside and renamed, so that a crash never leaves half a key under the real name. */
async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
