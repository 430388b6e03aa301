import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Mesh, PeerView } from '../mesh/mesh.ts'

/** How often it is looked whether all are there, in milliseconds: a person waits for the first lock. */
const LOOK_EVERY_MS = 500

/**
 * Founds the voters of a new mesh once all nodes that the settings name are seen. Only the first of them does it: two foundings at once could leave two
 * sets. Ends when there are voters, whoever set them, and when `ended` aborts; what fails is logged and tried again.
 */
export async function foundVoters(mesh: Mesh, names: readonly string[], log: Log, ended: AbortSignal): Promise<void> {
  const [first] = names
  if (first !== mesh.name && first !== mesh.id) return
  let said = ''
  while (!ended.aborted && mesh.voters.get() === undefined) {
    try {
      const peers = await mesh.peers()
      const ids = names.map((name) => idOf(name, peers))
      if (ids.every((id) => id !== undefined)) {
        await mesh.voters.set(ids)
        log.info('the voters are founded', { voters: names.join(', ') })
        return
      }
      const missing = names.filter((_, i) => ids[i] === undefined).join(', ')
      if (missing !== said) log.info('the voters are founded when all of them are here, each once', { missing })
      said = missing
    } catch (error) {
      // The same line again and again would bury the rest of the log.
      if (messageOf(error) !== said) log.warn('the voters are not founded yet', { error: messageOf(error) })
      said = messageOf(error)
    }
    await delay(LOOK_EVERY_MS, undefined, { signal: ended, ref: false }).catch((error: unknown) => {
      if (!ended.aborted) throw error
    })
  }
}

/** Undefined where no living node is called so, or several are. */
function idOf(name: string, peers: readonly PeerView[]): string | undefined {
  const [peer, ...others] = peers.filter((one) => one.state === 'alive' && (one.name === name || one.id === name))
  return others.length === 0 ? peer?.id : undefined
}
