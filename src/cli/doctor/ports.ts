import { createConnection } from 'node:net'
import type { PeerView } from '../../mesh/mesh.ts'
import type { Check } from './check.ts'

/** How long a connection may take, in milliseconds: three retransmissions of a lost first packet within one network. */
const CONNECT_LIMIT_MS = 2_000
/** How many peers are tried: enough to tell a firewall from one peer's trouble. */
const MAX_PEERS = 16

interface Endpoint {
  host: string
  port: number
}

/** The host and port of a TCP multiaddr. */
export function endpointOf(address: string): Endpoint | undefined {
  const [, , host, transport, port] = address.split('/')
  return host !== undefined && transport === 'tcp' && Number(port) > 0 ? { host, port: Number(port) } : undefined
}

/** Connects to every address that the node announces. From the same machine: a firewall before it does not show here. */
export async function checkOwnPort(addresses: readonly string[]): Promise<Check> {
  const check = 'port'
  const endpoints = addresses.flatMap((address) => endpointOf(address) ?? [])
  const failures = (await Promise.all(endpoints.map(tryConnect))).filter((failure) => failure !== undefined)
  const [first] = failures
  if (endpoints.length === 0) {
    return {
      check,
      result: 'failed',
      message: 'this node listens on no address',
      hint: 'Give it one: covey up --listen 0.0.0.0:4001.',
    }
  }
  const open = `${endpoints.length - failures.length} of ${endpoints.length} addresses of this node take connections, tried from this machine`
  if (first === undefined) return { check, result: 'ok', message: open }
  return {
    check,
    result: 'failed',
    message: `${open}: ${first}`,
    hint: 'Look for a local firewall, or choose another --listen.',
  }
}

/** Connects to the peers: whether what they announce can be reached from here. */
export async function checkPeers(peers: readonly PeerView[]): Promise<Check> {
  const check = 'peers'
  const others = peers
    .filter((peer) => !peer.self && (peer.state === 'alive' || peer.state === 'suspect'))
    .slice(0, MAX_PEERS)
  if (others.length === 0) {
    const hint =
      'Start another node with the same --mesh and key; beyond this network name it: covey up --join HOST:PORT.'
    return { check, result: 'warning', message: 'this node knows nobody', hint }
  }
  const unreachable = (await Promise.all(others.map(whyUnreachable))).filter((failure) => failure !== undefined)
  const message = `${others.length - unreachable.length} of ${others.length} peers take new connections from here`
  if (unreachable.length === 0) return { check, result: 'ok', message }
  const hint = 'A firewall or NAT stands before them; they can still connect to this node.'
  return { check, result: 'warning', message: `${message}: ${unreachable[0]}`, hint }
}

/** One address that answers is enough. */
async function whyUnreachable(peer: PeerView): Promise<string | undefined> {
  const failures = await Promise.all(peer.addresses.flatMap((address) => endpointOf(address) ?? []).map(tryConnect))
  if (failures.some((failure) => failure === undefined)) return undefined
  return `${peer.name}: ${failures[0] ?? 'announces no address'}`
}

/** Undefined when it connects, else why not. */
function tryConnect({ host, port }: Endpoint): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: CONNECT_LIMIT_MS })
    const end = (failure?: string): void => {
      socket.destroy()
      resolve(failure === undefined ? undefined : `${host}:${port} ${failure}`)
    }
    socket.once('connect', () => end())
    socket.once('timeout', () => end(`does not answer within ${CONNECT_LIMIT_MS} ms`))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}
