import type { MessageStream, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import { Uint8ArrayList } from 'uint8arraylist'
import { receiveDirectly, sendDirectly } from './direct.ts'

type YamuxFactory = ReturnType<ReturnType<typeof yamux>>
type YamuxMuxer = ReturnType<YamuxFactory['createStreamMuxer']>
type YamuxStream = YamuxMuxer['streams'][number]
type YamuxFrame = Parameters<YamuxStream['handleData']>[0]

/** Streams open at once on one connection, each way: eight of each protocol and room for channels. */
export const MAX_STREAMS_PER_CONNECTION = 256
/** Streams that a peer may open before the connection is fully set up. */
const MAX_EARLY_STREAMS = 64
/** What a peer may send ahead of the reader, in bytes a stream: at first, and at most when the reader keeps up. */
const WINDOW_BYTES = 256 * 1024
const MAX_WINDOW_BYTES = 1024 * 1024
/** What a paused reader may have waiting, in bytes a stream: the widest window twice over. */
const MAX_UNREAD_BYTES = 2 * MAX_WINDOW_BYTES
/** Bytes read before the peer is granted as many again. A peer that waits has sent a whole window, so that it never waits in vain. */
const GRANT_BYTES = WINDOW_BYTES / 2

/** Bytes of the header of a frame: version, type, flags (2), stream (4), length (4), big endian (yamux specification). */
const HEADER_BYTES = 12
const VERSION = 0
const TYPE_DATA = 0

/**
 * libp2p's yamux, except that it grants window by the half. The stock one answers every data frame with a grant of its
 * bytes: as many frames again, each with its own encryption and system call, for nothing. And a data frame that is sent or
 * comes as a whole, as nearly all do, goes through without the lists, generators and descriptions for a log of the stock one.
 */
export function muxer(): () => StreamMuxerFactory {
  const make = yamux({
    maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
    maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
    maxEarlyStreams: MAX_EARLY_STREAMS,
    streamOptions: {
      initialStreamWindowSize: WINDOW_BYTES,
      maxStreamWindowSize: MAX_WINDOW_BYTES,
      maxReadBufferLength: MAX_UNREAD_BYTES,
    },
  })
  return () => {
    const factory = make()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection: MessageStream) => {
      const created = createStreamMuxer(connection)
      shorten(created, connection)
      receiveDirectly(connection, (data) => feed(created, data))
      return created
    }
    return factory
  }
}

/** What the stock muxer and its streams keep to themselves. */
interface MuxerParts {
  readonly decoder: { readonly buffer: Uint8ArrayList }
  handleStreamMessage(frame: YamuxFrame): void
}
interface StreamParts {
  sendWindowCapacity: number
  getSendFlags(): number
}

function feed(muxer: YamuxMuxer, data: Uint8Array | Uint8ArrayList): void {
  try {
    if (data instanceof Uint8Array && isDataFrame(data) && partsOf(muxer).decoder.buffer.byteLength === 0) {
      partsOf(muxer).handleStreamMessage(dataFrame(data))
    } else muxer.onData(data)
  } catch (error) {
    // As its own listener does; the connection is aborted by whoever called.
    muxer.abort(error as Error)
    throw error
  }
}

const partsOf = (muxer: YamuxMuxer): MuxerParts => muxer as unknown as MuxerParts

/** Whether this is one data frame, all of it and nothing else. */
function isDataFrame(bytes: Uint8Array): boolean {
  return (
    bytes.length > HEADER_BYTES &&
    bytes[0] === VERSION &&
    bytes[1] === TYPE_DATA &&
    readUint32(bytes, 4) !== 0 &&
    readUint32(bytes, 8) === bytes.length - HEADER_BYTES
  )
}

function dataFrame(bytes: Uint8Array): YamuxFrame {
  const flag = ((bytes[2] as number) << 8) | (bytes[3] as number)
  const header = { type: TYPE_DATA, flag, streamID: readUint32(bytes, 4), length: readUint32(bytes, 8) }
  // Streams take bytes as well as a list of them.
  return { header, data: bytes.subarray(HEADER_BYTES) } as unknown as YamuxFrame
}

function readUint32(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number]
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

const connections = new WeakMap<MessageStream, MessageStream>()

/** The secured connection that carries a stream; undefined for a stream of another muxer. */
export function connectionOf(stream: MessageStream): MessageStream | undefined {
  return connections.get(stream)
}

function shorten(muxer: YamuxMuxer, connection: MessageStream): void {
  const onCreateStream = muxer.onCreateStream.bind(muxer)
  const onRemoteStream = muxer.onRemoteStream.bind(muxer)
  const short = (stream: YamuxStream): YamuxStream => {
    connections.set(stream, connection)
    return receiveDirectly(sendDirectly(sendWhole(hoard(stream), muxer), { keepsList: true }))
  }
  muxer.onCreateStream = () => short(onCreateStream())
  muxer.onRemoteStream = (stream) => onRemoteStream(short(stream))
}

/** What fits the window leaves as one frame; its list stays as it was. */
function sendWhole(stream: YamuxStream, muxer: YamuxMuxer): YamuxStream {
  const sendData = stream.sendData.bind(stream)
  const parts = stream as unknown as StreamParts
  stream.sendData = (data) => {
    const length = data.byteLength
    if (length === 0 || length > parts.sendWindowCapacity) return sendData(data.sublist())
    const flags = parts.getSendFlags()
    parts.sendWindowCapacity -= length
    const canSendMore = muxer.send(new Uint8ArrayList(dataHeader(flags, stream.streamId, length), data))
    return { sentBytes: length, canSendMore }
  }
  return stream
}

function dataHeader(flags: number, stream: number, length: number): Uint8Array {
  const header = Buffer.allocUnsafe(HEADER_BYTES)
  header[0] = VERSION
  header[1] = TYPE_DATA
  header[2] = flags >>> 8
  header[3] = flags
  header.writeUInt32BE(stream, 4)
  header.writeUInt32BE(length, 8)
  return header
}

/** Holds back the grant that follows a data frame until enough was read; all other grants pass, and so does the first. */
function hoard(stream: YamuxStream): YamuxStream {
  const handleData = stream.handleData.bind(stream)
  const sendWindowUpdate = stream.sendWindowUpdate.bind(stream)
  let inData = false
  let answered = false
  let read = 0
  stream.handleData = (frame: YamuxFrame) => {
    read += frame.header.length
    inData = true
    try {
      handleData(frame)
    } finally {
      inData = false
    }
  }
  stream.sendWindowUpdate = () => {
    // The first one also acknowledges the stream.
    if (inData && answered && read < GRANT_BYTES) return
    answered = true
    read = 0
    sendWindowUpdate()
  }
  return stream
}
