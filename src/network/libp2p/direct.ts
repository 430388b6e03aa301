import { type MessageStream, StreamMessageEvent } from '@libp2p/interface'
import type { AbstractMessageStream, SendResult } from '@libp2p/utils'
import { Uint8ArrayList } from 'uint8arraylist'

/**
 * Shortcuts through libp2p's message streams. Every layer of a connection (socket, noise, yamux stream) is such a stream,
 * and each puts what it sends into a list, takes it out again and tells of the emptied list, and hands on what it receives
 * by an event. Where nothing waits in a layer, data goes straight through it; in any other case the stock way is taken.
 */
interface DirectOptions {
  /** Whether `sendData` leaves the list that it is given as it was. The stock ones eat it. */
  keepsList: boolean
}

/** Makes `stream` send straight away what it is given while nothing waits. */
export function sendDirectly<Stream extends MessageStream>(stream: Stream, { keepsList }: DirectOptions): Stream {
  if (!isAbstract(stream)) return stream
  const slow = stream.send.bind(stream)
  stream.send = (data) => {
    if (stream.writeStatus !== 'writable' || stream.writableNeedsDrain || stream.writeBufferLength > 0)
      return slow(data)
    const list = keepsList && !(data instanceof Uint8Array) ? data : new Uint8ArrayList(data)
    const bytes = data.byteLength
    const { sentBytes, canSendMore } = attempt(stream, list)
    // What found no room goes the stock way, which waits for it.
    if (sentBytes < bytes) return slow(data instanceof Uint8Array ? data.subarray(sentBytes) : data.sublist(sentBytes))
    if (!canSendMore) stream.writableNeedsDrain = true
    return canSendMore
  }
  return stream
}

function attempt(stream: AbstractMessageStream, list: Uint8ArrayList): SendResult {
  try {
    return stream.sendData(list)
  } catch (error) {
    stream.abort(error as Error)
    throw error
  }
}

/**
 * Makes `stream` hand what it receives to `read` while nothing waits. Where `read` is missing its listeners hear of it by
 * the usual event, only without the detour through a list. An error of `read` aborts the stream.
 */
export function receiveDirectly<Stream extends MessageStream>(stream: Stream, read?: Read): Stream {
  if (!isAbstract(stream)) return stream
  const slow = stream.onData.bind(stream)
  const hand: Read = read ?? ((data) => stream.dispatchEvent(new StreamMessageEvent(data)))
  stream.onData = (data) => {
    const idle =
      stream.readStatus === 'readable' &&
      stream.remoteWriteStatus === 'writable' &&
      stream.readBufferLength === 0 &&
      stream.listenerCount('message') > 0
    if (!idle || data.byteLength === 0) return slow(data)
    try {
      hand(data)
    } catch (error) {
      stream.abort(error as Error)
    }
  }
  return stream
}

type Read = (data: Uint8Array | Uint8ArrayList) => void

/** What is needed of the class that all of libp2p's streams extend; a stream of another kind stays as it is. */
function isAbstract(stream: MessageStream): stream is AbstractMessageStream {
  const candidate = stream as Partial<AbstractMessageStream>
  return typeof candidate.sendData === 'function' && typeof candidate.onData === 'function'
}
