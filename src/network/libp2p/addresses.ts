import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { InvalidInputError, messageOf } from '../../lib/errors.ts'
import type { PeerId } from '../network.ts'

/** Addresses tried for one peer; a peer that announces more has its first ones tried. */
const MAX_ADDRESSES = 16

/** The peer id at the end of an address, where it has one. */
export function peerOf(address: Multiaddr): PeerId | undefined {
  return address.getComponents().findLast((component) => component.code === CODE_P2P)?.value
}

/** Parses what a person typed. Throws `InvalidInputError`. */
export function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (cause) {
    throw new InvalidInputError(
      `${JSON.stringify(text)} is not an address: ${messageOf(cause)}`,
      'An address looks like /ip4/192.168.1.20/tcp/4001, with /p2p/ID at the end where the id is known.',
      { cause },
    )
  }
}

/** What can be dialled of what somebody said of `peer`: addresses that parse and do not name another peer, its id added. */
export function dialable(peer: PeerId, addresses: readonly string[]): Multiaddr[] {
  const result = new Map<string, Multiaddr>()
  for (const text of addresses) {
    if (result.size >= MAX_ADDRESSES) break
    try {
      const parsed = multiaddr(text)
      const named = peerOf(parsed)
      if (named !== undefined && named !== peer) continue
      const whole = named === undefined ? parsed.encapsulate(`/p2p/${peer}`) : parsed
      result.set(whole.toString(), whole)
    } catch {
      // Hearsay that is no address: the others may be.
    }
  }
  return [...result.values()]
}
