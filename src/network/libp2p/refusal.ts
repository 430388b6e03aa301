import { messageOf } from '../../lib/errors.ts'

/** What our noise cipher throws where a message was not made with the keys, and so also not with the prologue, of this connection. */
export const UNDECIPHERABLE = 'a noise message cannot be deciphered'

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

/** What a failed connection attempt looks like from this end. */
export interface Attempt {
  direction: 'inbound' | 'outbound'
  /** Whether this node uses a pre-shared key. */
  psk: boolean
}

/** Why a connection did not come about, in words that complete "no connection: ...". */
export function refusalOf(error: unknown, attempt: Attempt): string {
  if (error instanceof AggregateError && error.errors.length > 0) return refusalOf(error.errors[0], attempt)
  const { name, message, code } = error as Partial<NodeJS.ErrnoException>
  if (name === 'EncryptionFailedError') return handshakeFailure(message ?? '', attempt)
  return BY_CODE[code ?? ''] ?? BY_NAME[name ?? ''] ?? messageOf(error)
}

function handshakeFailure(message: string, { direction, psk }: Attempt): string {
  if (message.includes('does not match expected')) return 'another node answers at this address'
  if (message.includes(UNDECIPHERABLE)) return 'it belongs to a mesh of another name'
  const reasons = psk
    ? 'its pre-shared key is another or it has none, its mesh has another name'
    : 'its mesh has another name or asks for a pre-shared key'
  return `the handshake failed: ${reasons}, or it is no covey node${direction === 'outbound' ? ', or it takes no more connections' : ''}`
}

/** Whether somebody was there and one of the two did not want the other, as opposed to nobody being there. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return isRefusal(error.errors[0])
  const { name } = error as Partial<Error>
  return name === 'EncryptionFailedError' || name === 'ConnectionDeniedError'
}
