import type { ControlClient } from '../control/client.ts'
import { shortId } from './output.ts'

/** The names that people know the nodes by; the end of its id for a node that nobody here knows any more. */
export async function peerNames(client: ControlClient): Promise<(id: string | undefined) => string> {
  const names = new Map((await client.call('peers', {})).map(({ id, name }) => [id, name]))
  return (id) => (id === undefined ? '-' : (names.get(id) ?? shortId(id)))
}
