import { createHmac } from 'node:crypto'
import { type Startable, start, stop } from '@libp2p/interface'
import { type MulticastDNSComponents, mdns } from '@libp2p/mdns'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerAddress } from '../network.ts'

/** Time between two multicast queries, in milliseconds: every node answers each of them to all. */
const QUERY_INTERVAL_MS = 10_000
/**
 * Least time between two answers of a node, in milliseconds (RFC 6762, section 6). Of a crowd that starts together everybody
 * asks, and all hear every answer; who has asked in vain hears of this node when it dials, since a query is also answered
 * by whoever makes it.
 */
const ANSWER_INTERVAL_MS = 1000

/** What the services of all meshes begin with. */
const SERVICE_PREFIX = '_covey-'

interface MulticastInit {
  mesh: string
  psk: Uint8Array | undefined
  clock: Clock
  log: Log
  onDiscover(peer: PeerAddress): void
}

/** What the stock discovery does with a query that it hears, whatever it asks for. */
interface Answerer {
  _onMdnsQuery(query: { questions: readonly { name: string }[] }): void
}

/**
 * Finds nodes of the same network. A service and none of libp2p's discoveries: those write everybody into the peer store each
 * time somebody is heard of, and report a peer only the first time.
 */
export function multicast(init: MulticastInit): (components: MulticastDNSComponents) => Startable {
  const serviceTag = mdnsServiceTag(init.mesh, init.psk)
  const make = mdns({ serviceTag, interval: QUERY_INTERVAL_MS })
  return (components) => {
    const discovery = make(components)
    discovery.addEventListener('peer', ({ detail }) => {
      init.onDiscover({ id: detail.id.toString(), addresses: detail.multiaddrs.map(String) })
    })
    answerSeldom(discovery as typeof discovery & Partial<Answerer>, serviceTag, init)
    return { start: () => start(discovery), stop: () => stop(discovery) }
  }
}

function answerSeldom(discovery: Partial<Answerer>, serviceTag: string, { clock, log }: MulticastInit): void {
  const answer = discovery._onMdnsQuery
  if (answer === undefined)
    throw new Error('this version of @libp2p/mdns answers elsewhere: multicast.ts must learn of it')
  let answeredAt = Number.NEGATIVE_INFINITY
  let told = false
  discovery._onMdnsQuery = (query) => {
    const name = query.questions[0]?.name
    if (!told && name !== serviceTag && name?.startsWith(SERVICE_PREFIX)) {
      told = true
      log.warn(
        'another mesh is heard by multicast: its name or its pre-shared key is another, and its nodes are not met',
      )
    }
    // The stock one gathers this node's addresses for every printer that somebody looks for.
    if (name !== serviceTag) return
    const now = clock.monotonic()
    if (now - answeredAt < ANSWER_INTERVAL_MS) return
    answeredAt = now
    answer(query)
  }
}

/**
 * The DNS-SD service of a mesh: another name or another key is another service, so that the nodes of two meshes on one LAN
 * do not even dial one another. A service name has 15 characters at most (RFC 6335).
 */
export function mdnsServiceTag(mesh: string, psk: Uint8Array | undefined): string {
  const digest = createHmac('sha256', psk ?? '')
    .update(mesh)
    .digest('hex')
  return `${SERVICE_PREFIX}${digest.slice(0, 9)}._udp.local`
}
