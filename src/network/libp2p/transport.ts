import type { MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'
import { type TCPComponents, tcp } from '@libp2p/tcp'
import { Uint8ArrayList } from 'uint8arraylist'
import { direct } from './direct.ts'
import type { Direction } from './refusal.ts'

/** Connections that wait to be accepted by the process, as the kernel counts them: a whole mesh that dials at once. */
const ACCEPT_BACKLOG = 511

/** Hears of connections that stood and whose handshake then failed. */
export type OnHandshakeFailed = (direction: Direction, address: string, error: unknown) => void

/**
 * libp2p's TCP transport with two things added around it, both at the seam where it hands a fresh connection to the
 * upgrader: every list of buffers leaves in one write, and a failed handshake is reported.
 */
export function transport(onFailed: OnHandshakeFailed): (components: TCPComponents) => Transport {
  const make = tcp({ backlog: ACCEPT_BACKLOG })
  return (components) => {
    const stock = make(components)
    const dial = stock.dial.bind(stock)
    const createListener = stock.createListener.bind(stock)
    stock.dial = (address, options) => dial(address, { ...options, upgrader: wrap(options.upgrader, onFailed) })
    stock.createListener = (options) => createListener({ ...options, upgrader: wrap(options.upgrader, onFailed) })
    return stock
  }
}

function wrap(upgrader: Upgrader, onFailed: OnHandshakeFailed): Upgrader {
  return {
    async upgradeOutbound(connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeOutbound']>[1]) {
      try {
        return await upgrader.upgradeOutbound(direct(joinWrites(connection)), options)
      } catch (error) {
        onFailed('outbound', connection.remoteAddr.toString(), error)
        throw error
      }
    },
    async upgradeInbound(connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeInbound']>[1]) {
      try {
        await upgrader.upgradeInbound(direct(joinWrites(connection)), options)
      } catch (error) {
        onFailed('inbound', connection.remoteAddr.toString(), error)
        throw error
      }
    },
    createInboundAbortSignal: (signal) => upgrader.createInboundAbortSignal(signal),
    getStreamMuxers: () => upgrader.getStreamMuxers(),
    getConnectionEncrypters: () => upgrader.getConnectionEncrypters(),
  }
}

/** What a libp2p message stream implements to send; public in its class, though not in the interface. */
interface Sender {
  sendData(data: Uint8ArrayList): { sentBytes: number; canSendMore: boolean }
}

/**
 * The stock transport writes each buffer of a list by itself, one system call each, and noise puts a length of two bytes in
 * front of every message. Joining them costs a copy of some kilobytes.
 */
function joinWrites(connection: MultiaddrConnection): MultiaddrConnection {
  const sender = connection as MultiaddrConnection & Partial<Sender>
  const sendData = sender.sendData?.bind(sender)
  if (sendData) sender.sendData = (data) => sendData(new Uint8ArrayList(data.subarray()))
  return connection
}
