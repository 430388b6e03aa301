import { randomBytes } from 'node:crypto'
import { InvalidInputError } from '../../lib/errors.ts'

/**
 * The pre-shared key of a private mesh, in the text format that libp2p implementations share (libp2p specs, pnet):
 * two lines of header and 32 bytes in hexadecimal.
 */
const HEADER = ['/key/swarm/psk/1.0.0/', '/base16/'] as const
const KEY_BYTES = 32
/** A key file is 95 bytes; anything far beyond is some other file. In characters. */
const MAX_KEY_FILE_LENGTH = 1024

/** A new random key, as the text of a key file. */
export function generatePsk(): string {
  return `${HEADER.join('\n')}\n${randomBytes(KEY_BYTES).toString('hex')}\n`
}

/** Checks the text of a key file and returns it in its exact form. Throws `InvalidInputError`, which never shows the key. */
export function parsePsk(text: string): Uint8Array {
  const lines = text.length > MAX_KEY_FILE_LENGTH ? [] : text.trim().split(/\r\n|\r|\n/)
  const [tag, codec, hex, ...rest] = lines.map((line) => line.trim())
  const fits = tag === HEADER[0] && codec === HEADER[1] && rest.length === 0
  if (!fits || hex === undefined || !/^[0-9a-f]{64}$/i.test(hex)) {
    throw new InvalidInputError(
      'the pre-shared key is not a swarm key file',
      'Make one with: covey key new > FILE, and copy the same FILE to every node.',
    )
  }
  return Buffer.from(`${HEADER.join('\n')}\n${hex.toLowerCase()}`)
}
