import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateIdentity, loadIdentity } from '../../../src/network/libp2p/identity.ts'
import { publicKeyOf } from '../../../src/network/libp2p/peer-id.ts'
import { createSigner } from '../../../src/network/libp2p/signer.ts'

describe('identity', () => {
  let directory: string
  let file: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'covey-identity-'))
    file = join(directory, 'identity.pem')
  })

  afterEach(() => rm(directory, { recursive: true }))

  it('is made once, for its owner only, and the same ever after', async () => {
    const first = await loadIdentity(directory)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await loadIdentity(directory)).id).toBe(first.id)
    expect(first.id).toMatch(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/)
  })

  it('makes the directory where it is missing, for its owner only', async () => {
    const nested = join(directory, 'a', 'b')
    await loadIdentity(nested)
    expect((await stat(nested)).mode & 0o777).toBe(0o700)
  })

  it('refuses a damaged file and leaves it as it is', async () => {
    await writeFile(file, 'half a k', { mode: 0o600 })
    await expect(loadIdentity(directory)).rejects.toMatchObject({
      code: 'IDENTITY_CORRUPT',
      hint: expect.stringContaining(file),
    })
    expect(await readFile(file, 'utf8')).toBe('half a k')
  })

  it('refuses a key of another kind', async () => {
    const { privateKey } = generateKeyPairSync('x25519')
    await writeFile(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    await expect(loadIdentity(directory)).rejects.toThrow(/of type x25519/)
  })

  it('refuses a file that others can read, and says what to type', async () => {
    await loadIdentity(directory)
    await chmod(file, 0o640)
    await expect(loadIdentity(directory)).rejects.toMatchObject({
      code: 'IDENTITY_EXPOSED',
      message: expect.stringContaining('mode 0640'),
      hint: `Run: chmod 600 ${file}`,
    })
  })

  it('has the id that libp2p gives the same key', async () => {
    const { privateKeyFromRaw } = await import('@libp2p/crypto/keys')
    const { peerIdFromPrivateKey } = await import('@libp2p/peer-id')
    const { id, privateKey } = generateIdentity()
    const { d, x } = privateKey.export({ format: 'jwk' })
    const raw = Buffer.concat([Buffer.from(d as string, 'base64url'), Buffer.from(x as string, 'base64url')])
    expect(id).toBe(peerIdFromPrivateKey(privateKeyFromRaw(raw)).toString())
  })
})

describe('signer', () => {
  const alice = createSigner(generateIdentity())
  const bob = createSigner(generateIdentity())
  const message = Buffer.from('what alice says')

  it('what one signs, another verifies by the id alone', () => {
    const signature = alice.sign(message)
    expect(bob.verify(alice.id, message, signature)).toBe(true)
    expect(bob.verify(bob.id, message, signature)).toBe(false)
    expect(bob.verify(alice.id, Buffer.from('what alice did not say'), signature)).toBe(false)
    signature[3] = (signature[3] as number) ^ 1
    expect(bob.verify(alice.id, message, signature)).toBe(false)
  })

  it('a malformed id or signature is just not valid', () => {
    const signature = alice.sign(message)
    for (const id of ['', 'no id', '12D3KooW', 'QmbBHw1Xx9pUpAbrVZUKTPL5Rsph5Q9GQhRvcWVBPFgGtC', `${alice.id}1`]) {
      expect(publicKeyOf(id)).toBeUndefined()
      expect(alice.verify(id, message, signature)).toBe(false)
    }
    expect(alice.verify(alice.id, message, new Uint8Array(0))).toBe(false)
    expect(alice.verify(alice.id, message, signature.subarray(1))).toBe(false)
  })
})
