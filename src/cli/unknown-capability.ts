import { closest, distance } from 'fastest-levenshtein'
import type { ControlClient } from '../control/client.ts'

/** What to say when nobody offers a capability: the nearest name that somebody does offer, or where to look. */
export async function nobodyOffers(
  client: ControlClient,
  name: string,
): Promise<{ code: string; message: string; hint: string }> {
  const peers = await client.call('peers', {})
  const known = peers.flatMap((peer) => peer.agents.flatMap((agent) => agent.capabilities.map((item) => item.name)))
  const near = known.length === 0 ? undefined : closest(name, known)
  // A third of the letters wrong is another word.
  const alike = near !== undefined && near !== name && distance(name, near) <= Math.max(2, name.length / 3)
  return {
    code: 'NO_PROVIDER',
    message: `nobody here offers "${name}"${near === name ? ' in that version and with those tags' : ''}`,
    hint: `${alike ? `Did you mean "${near}"? ` : ''}See who does what: covey agents.`,
  }
}
