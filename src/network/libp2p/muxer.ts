import type { StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'

/** Streams open at once on one connection, each way: eight of each protocol and room for channels. */
export const MAX_STREAMS_PER_CONNECTION = 256
/** Streams that a peer may open before the connection is fully set up. */
const MAX_EARLY_STREAMS = 64
/** What a peer may send ahead of the reader, in bytes a stream: at first, and at most when the reader keeps up. */
const WINDOW_BYTES = 256 * 1024
const MAX_WINDOW_BYTES = 1024 * 1024
/** What a paused reader may have waiting, in bytes a stream: the widest window twice over. */
const MAX_UNREAD_BYTES = 2 * MAX_WINDOW_BYTES

export function muxer(): () => StreamMuxerFactory {
  return yamux({
    maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
    maxOutboundStreams: MAX_STREAMS_PER_CONNECTION,
    maxEarlyStreams: MAX_EARLY_STREAMS,
    streamOptions: {
      initialStreamWindowSize: WINDOW_BYTES,
      maxStreamWindowSize: MAX_WINDOW_BYTES,
      maxReadBufferLength: MAX_UNREAD_BYTES,
    },
  })
}
