import type { PeerId } from '../../network/network.ts'
import { IdentifyReply } from '../../wire/register.ts'
import type { Transport } from '../register/transport.ts'
import { acceptorsOf, type Configuration, isQuorum } from './configuration.ts'
import type { AskedVoters, VoterWord } from './voters.ts'

/** How long a voter may take to say who it is, in milliseconds: a person waits. */
const ASK_TIMEOUT_MS = 1000

/** Asks each voter of a configuration who it is now; one that does not answer in time, or not at all, is away. */
export async function askVoters(transport: Transport, configuration: Configuration): Promise<AskedVoters> {
  const acceptors = acceptorsOf(configuration)
  const voting = new Set<string>()
  const wordOf = async (peer: PeerId): Promise<VoterWord> => {
    try {
      const reply = IdentifyReply.decode(await transport.request(peer, { identify: {} }, ASK_TIMEOUT_MS))
      if (!acceptors.some((voter) => voter.peer === peer && voter.acceptor === reply.acceptor)) return 'lost'
      if (reply.confirmed === false) return 'unconfirmed'
      voting.add(reply.acceptor)
      return 'votes'
    } catch {
      // Whatever it was: the answer is that there was none.
      return 'away'
    }
  }
  const peers = [...new Set(acceptors.map(({ peer }) => peer))]
  const asked = await Promise.all(peers.map(async (peer) => ({ peer, word: await wordOf(peer) })))
  return { asked, available: isQuorum(configuration, (acceptor) => voting.has(acceptor)) }
}
