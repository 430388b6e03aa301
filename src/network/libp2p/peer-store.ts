import type { Libp2p, Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'

/**
 * Spares the peer store what it knows. For each stream libp2p notes that its peer speaks the protocol: it reads, compares and
 * writes all that is known of the peer, some eighty times while a node meets seven others. Whoever has identified itself has
 * told of all its protocols at once.
 */
export function spareKnownProtocols(node: Libp2p): void {
  const identified = new Set<string>()
  node.addEventListener('peer:identify', ({ detail }) => identified.add(detail.peerId.toString()))
  node.addEventListener('peer:disconnect', ({ detail }) => identified.delete(detail.toString()))
  const store = node.peerStore
  const merge: PeerStore['merge'] = store.merge.bind(store)
  store.merge = async (id, data, options) =>
    namesOneProtocol(data) && identified.has(id.toString()) ? unread(id, data) : merge(id, data, options)
}

/** What `Connection` writes about a stream, and nobody else writes about a peer that is not this node itself. */
function namesOneProtocol(data: PeerData): boolean {
  return data.protocols?.length === 1 && Object.keys(data).length === 1
}

/** Its caller asks for nothing back. */
function unread(id: PeerId, { protocols = [] }: PeerData): Peer {
  return { id, protocols, addresses: [], metadata: new Map(), tags: new Map() }
}
