import { InvalidInputError } from '../lib/errors.ts'
import type { PeerId } from '../network/network.ts'

/**
 * Throws `InvalidInputError` where one of the ids is what people call a node. Several may have one name, and another node may have it tomorrow: what is
 * decided about a node is about its id.
 */
export function refuseNames(
  ids: readonly PeerId[],
  nodes: readonly { readonly id: PeerId; readonly name: string }[],
): void {
  const known = new Set(nodes.map(({ id }) => id))
  const names = new Set(nodes.map(({ name }) => name))
  const wrong = ids.find((id) => names.has(id) && !known.has(id))
  if (wrong === undefined) return
  const called = nodes.filter(({ name }) => name === wrong).map(({ id }) => id)
  throw new InvalidInputError(`"${wrong}" is the name of a node, not its id`, `Nodes called so: ${called.join(', ')}.`)
}
