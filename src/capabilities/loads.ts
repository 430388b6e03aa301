import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import { DirectoryRequest, LoadReply } from '../wire/directory.ts'
import { DIRECTORY_PROTOCOL } from './exchange.ts'
import type { NodeLoad } from './load.ts'

interface LoadComponents {
  network: Network
  rpc: Rpc
  load: () => NodeLoad
}

/** What a terminal may be shown of a peer's version. */
const VERSION = /^[\w.+-]{1,64}$/

const ASK = DirectoryRequest.encode({ load: {} })

export function encodeLoad(load: NodeLoad, wallClockMs: number): Uint8Array {
  const { meanResponseMs, ...rest } = load
  return LoadReply.encode({ ...rest, wallClockMs, ...(meanResponseMs !== undefined && { meanResponseMs }) })
}

/** A peer's word: numbers that are none, or negative, are taken as 0. Throws on bytes that are no `LoadReply`. */
export function decodeLoad(bytes: Uint8Array): NodeLoad {
  const reply = LoadReply.decode(bytes)
  return {
    cpu: sound(reply.cpu),
    memoryBytes: sound(reply.memoryBytes),
    running: reply.running,
    queued: reply.queued,
    capacity: reply.capacity,
    tasksDone: sound(reply.tasksDone),
    tasksFailed: sound(reply.tasksFailed),
    meanResponseMs: reply.meanResponseMs === undefined ? undefined : sound(reply.meanResponseMs),
    ...(reply.wallClockMs !== undefined && { wallClockMs: sound(reply.wallClockMs) }),
    ...(reply.version !== undefined && VERSION.test(reply.version) && { version: reply.version }),
  }
}

/** The loads of those who answer in time, in the order asked; this node's own without asking. */
export async function askLoads(
  { network, rpc, load }: LoadComponents,
  peers: readonly PeerId[],
  timeoutMs: number,
): Promise<Map<PeerId, NodeLoad>> {
  const answers = await Promise.all(
    peers.map(async (peer): Promise<[PeerId, NodeLoad] | undefined> => {
      if (peer === network.self) return [peer, load()]
      if (!network.isConnected(peer)) return undefined
      try {
        return [peer, decodeLoad(await rpc.request(peer, DIRECTORY_PROTOCOL, ASK, { timeoutMs }))]
      } catch {
        // Late, gone or nonsense: its load is unknown, which is what a missing entry says.
        return undefined
      }
    }),
  )
  return new Map(answers.filter((answer) => answer !== undefined))
}

const sound = (value: number): number => (Number.isFinite(value) && value >= 0 ? value : 0)
