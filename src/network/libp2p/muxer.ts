import type { MessageStream, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
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

/**
 * libp2p's yamux, except that it grants window by the half. The stock one answers every data frame with a grant of its
 * bytes: as many frames again, each with its own encryption and system call, for nothing.
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
      const created = grantByTheHalf(createStreamMuxer(connection))
      receiveDirectly(connection, (data) => feed(created, data))
      return created
    }
    return factory
  }
}

function feed(muxer: YamuxMuxer, data: Parameters<YamuxMuxer['onData']>[0]): void {
  try {
    muxer.onData(data)
  } catch (error) {
    // As its own listener does; the connection is aborted by whoever called.
    muxer.abort(error as Error)
    throw error
  }
}

function grantByTheHalf(created: YamuxMuxer): YamuxMuxer {
  const onCreateStream = created.onCreateStream.bind(created)
  const onRemoteStream = created.onRemoteStream.bind(created)
  created.onCreateStream = () => shorten(hoard(onCreateStream()))
  created.onRemoteStream = (stream) => onRemoteStream(shorten(hoard(stream)))
  return created
}

function shorten(stream: YamuxStream): YamuxStream {
  return receiveDirectly(sendDirectly(stream, { keepsList: false }))
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
