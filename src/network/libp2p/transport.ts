import { Socket } from 'node:net'
import type { MessageStream, MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'
import { type TCPComponents, tcp } from '@libp2p/tcp'
import type { SendResult } from '@libp2p/utils'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Arrivals } from './arrivals.ts'
import { sendDirectly } from './direct.ts'
import type { Direction } from './refusal.ts'

/** Connections that wait to be accepted by the process, as the kernel counts them: a whole mesh that dials at once. */
const ACCEPT_BACKLOG = 511
/**
 * No timeout of a silent socket, which each read and write would push off again: the muxer's keep-alive writes every 30 s, so
 * that it could never come. Handshakes have timeouts of their own, and of dead peers membership tells.
 */
const NO_INACTIVITY_TIMEOUT = 0

/** Hears of connections that stood and whose handshake then failed. */
export type OnHandshakeFailed = (direction: Direction, address: string, error: unknown) => void

/**
 * libp2p's TCP transport with three things added around it, all at the seam where it hands a fresh connection to the
 * upgrader: every list of buffers leaves in one write, a failed handshake is reported, and those who come in are counted.
 */
export function transport(onFailed: OnHandshakeFailed, arrivals: Arrivals): (components: TCPComponents) => Transport {
  const make = tcp({
    backlog: ACCEPT_BACKLOG,
    inboundSocketInactivityTimeout: NO_INACTIVITY_TIMEOUT,
    outboundSocketInactivityTimeout: NO_INACTIVITY_TIMEOUT,
  })
  return (components) => {
    const stock = make(components)
    const dial = stock.dial.bind(stock)
    const createListener = stock.createListener.bind(stock)
    stock.dial = (address, options) =>
      dial(address, { ...options, upgrader: wrap(options.upgrader, onFailed, arrivals) })
    stock.createListener = (options) =>
      createListener({ ...options, upgrader: wrap(options.upgrader, onFailed, arrivals) })
    return stock
  }
}

function wrap(upgrader: Upgrader, onFailed: OnHandshakeFailed, arrivals: Arrivals): Upgrader {
  return {
    async upgradeOutbound(connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeOutbound']>[1]) {
      try {
        return await upgrader.upgradeOutbound(joinWrites(connection), options)
      } catch (error) {
        onFailed('outbound', connection.remoteAddr.toString(), error)
        throw error
      }
    },
    async upgradeInbound(connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeInbound']>[1]) {
      try {
        await arrivals.add(upgrader.upgradeInbound(joinWrites(connection), options))
      } catch (error) {
        if (!leftWithoutWord(connection)) onFailed('inbound', connection.remoteAddr.toString(), error)
        throw error
      }
    },
    createInboundAbortSignal: (signal) => upgrader.createInboundAbortSignal(signal),
    getStreamMuxers: () => upgrader.getStreamMuxers(),
    getConnectionEncrypters: () => upgrader.getConnectionEncrypters(),
  }
}

/** What a connection of the stock transport has besides its interface. */
interface SocketConnection {
  socket: Socket
  sendData(data: Uint8ArrayList): SendResult
}

/** Whether the other end hung up before it had sent a byte: it looked whether the port is open, as `covey doctor` does. */
function leftWithoutWord(connection: MultiaddrConnection): boolean {
  const { socket } = connection as MultiaddrConnection & Partial<SocketConnection>
  return socket?.bytesRead === 0 && (socket.readableEnded || socket.errored !== null)
}

/** Bytes that are put together for one write; what is larger goes the stock way. */
export const WORKSPACE_BYTES = 128 * 1024
/** Workspaces that are kept for the next connection whose kernel buffer is full; 1 MiB of them. */
const MAX_SPARE = 8
const spare: Buffer[] = []
const freshWorkspace = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(WORKSPACE_BYTES)
let workspace = freshWorkspace()
/** Connections that are done with what they are given once it is sent, and whose reads nobody else looks at. */
const copying = new WeakSet<MessageStream>()

/** Whether `connection` copies what it sends, up to `WORKSPACE_BYTES`, as soon as it no longer waits in its write buffer. */
export function copiesWrites(connection: MessageStream): boolean {
  return copying.has(connection)
}

/**
 * The stock transport writes each buffer of a list by itself, one system call each, and noise puts a length of two bytes in
 * front of every message. Here they are put side by side in a workspace that is used again at once where the kernel took it
 * all, which is nearly always: fresh buffers for every message keep the garbage collector busy. Where it did not, the
 * connection keeps the workspace until it did, and puts there what it sends meanwhile.
 */
function joinWrites(connection: MultiaddrConnection): MultiaddrConnection {
  const { socket, sendData } = connection as MultiaddrConnection & Partial<SocketConnection>
  if (!(socket instanceof Socket) || sendData === undefined) return connection
  const stock = sendData.bind(connection)
  /** From its start to `used` the kernel has not taken it all yet. */
  let held: Buffer | undefined
  let used = 0
  ;(connection as MultiaddrConnection & SocketConnection).sendData = (data) => {
    const sentBytes = data.byteLength
    if (sentBytes > WORKSPACE_BYTES || socket.writableEnded || socket.destroyed) return stock(data.sublist())
    if (held && socket.writableLength === 0) {
      if (spare.length < MAX_SPARE) spare.push(held)
      held = undefined
    } else if (held && used + sentBytes > WORKSPACE_BYTES) {
      // Nobody knows when its writes are over but the socket.
      held = freshWorkspace()
      used = 0
    }
    const room = held ?? workspace
    const start = held ? used : 0
    let offset = start
    for (const part of data) {
      room.set(part, offset)
      offset += part.length
    }
    const canSendMore = socket.write(room.subarray(start, offset))
    if (held) used = offset
    else if (socket.writableLength > 0) {
      held = workspace
      used = offset
      workspace = freshWorkspace()
    }
    return { sentBytes, canSendMore }
  }
  copying.add(connection)
  return sendDirectly(connection, { keepsList: true })
}
