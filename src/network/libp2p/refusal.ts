import { messageOf } from '../../lib/errors.ts'

/** What our noise cipher throws: a message was not made with the keys, and so not with the prologue, of this connection. */
export const UNDECIPHERABLE = 'a noise message cannot be deciphered'

export type Direction = 'inbound' | 'outbound'

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'it did not answer in time',
  ENOTFOUND: 'its name is not known',
}

const BY_NAME: Readonly<Record<string, string>> = {
  AbortError: 'it did not answer in time',
  TimeoutError: 'it did not answer in time',
  ConnectionDeniedError: 'too many connections come in at once, or are open already',
}

/** Why a connection did not come about, in words that complete "no connection: ...". `psk`: this node has a pre-shared key. */
export function refusalOf(error: unknown, psk: boolean): string {
  if (error instanceof AggregateError && error.errors.length > 0) return refusalOf(error.errors[0], psk)
  const { name, code } = error as Partial<NodeJS.ErrnoException>
  if (name === 'EncryptionFailedError') return handshakeRefusalOf(error, psk)
  return BY_CODE[code ?? ''] ?? BY_NAME[name ?? ''] ?? messageOf(error)
}

/** Why the handshake of a connection that stood already failed. */
export function handshakeRefusalOf(error: unknown, psk: boolean): string {
  const { name, message = '' } = error as Partial<Error>
  if (name === 'ConnectionDeniedError') return refusalOf(error, psk)
  if (message.includes('does not match expected')) return 'another node answers at this address'
  if (message.includes(UNDECIPHERABLE)) return 'it belongs to a mesh of another name'
  const reasons = psk
    ? 'its pre-shared key is another or it has none, its mesh has another name'
    : 'its mesh has another name or asks for a pre-shared key'
  return `the handshake failed: ${reasons}, it is no covey node, it has no room, or one of the two is too busy`
}
