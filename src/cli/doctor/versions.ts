import type { PeerView } from '../../mesh/mesh.ts'
import type { Check } from './check.ts'

/** Peers of another version that are named; of more the number is told. */
const MAX_NAMED = 5

/** Judges what the peers that answered run, beside the version of this machine's node. */
export function checkPeerVersions(peers: readonly PeerView[], own: string): Check {
  const check = 'peer versions'
  const told = peers.flatMap(({ name, self, load }) =>
    self || load?.version === undefined ? [] : [{ name, version: load.version }],
  )
  if (told.length === 0) return { check, result: 'skipped', message: 'no peer told its version' }
  const others = told.filter(({ version }) => version !== own)
  if (others.length === 0) return { check, result: 'ok', message: `all ${told.length} that answered run covey ${own}` }
  const named = others.slice(0, MAX_NAMED).map(({ name, version }) => `${name} runs covey ${version}`)
  const more = others.length > MAX_NAMED ? [`${others.length - MAX_NAMED} more another than ${own}`] : []
  return {
    check,
    result: 'warning',
    message: [...named, ...more].join(', '),
    hint: `This node runs ${own}. Bring all to one version, the newest.`,
  }
}
