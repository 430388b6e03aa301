import { MAX_FRAME_BYTES } from './network.ts'
import { releasable } from './release.ts'

/**
 * The header in front of every frame of requests and channels (protocols/README.md, "Frames"): one byte of kind, a
 * correlation id of four bytes, and for some kinds four bytes or one byte more. Numbers are little-endian. The body is
 * opaque here.
 */
export const FrameKind = {
  request: 1,
  response: 2,
  cancel: 3,
  notify: 4,
  open: 5,
  data: 6,
  credit: 7,
  end: 8,
  reset: 9,
} as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

/** How a request or channel ended, in a `response` or `reset`. Everything but `ok` has a `CODE\nmessage` text as its body. */
export const Status = { ok: 0, failed: 1, busy: 2, unhandled: 3, cancelled: 4 } as const
export type Status = (typeof Status)[keyof typeof Status]

export interface Frame {
  kind: FrameKind
  id: number
  /** `request`, `open`: milliseconds left until the deadline. `credit`: bytes granted. `response`, `reset`: the status. */
  value: number
  body: Uint8Array
}

const HEADER_BYTES = 5
const WIDE_BYTES = 9
const STATUS_BYTES = 6

/** The largest body that fits a frame, in bytes. */
export const MAX_BODY_BYTES = MAX_FRAME_BYTES - WIDE_BYTES

const EMPTY = new Uint8Array(0)

/** Length of the header, by kind; 0 for what is no kind. */
const headerBytes = [
  0,
  WIDE_BYTES,
  STATUS_BYTES,
  HEADER_BYTES,
  HEADER_BYTES,
  WIDE_BYTES,
  HEADER_BYTES,
  WIDE_BYTES,
  HEADER_BYTES,
  STATUS_BYTES,
]

export function encodeFrame(kind: FrameKind, id: number, value: number, body: Uint8Array = EMPTY): Uint8Array {
  const header = headerBytes[kind] as number
  const frame = releasable(header + body.length)
  frame[0] = kind
  frame[1] = id
  frame[2] = id >>> 8
  frame[3] = id >>> 16
  frame[4] = id >>> 24
  if (header >= STATUS_BYTES) frame[5] = value
  if (header === WIDE_BYTES) {
    frame[6] = value >>> 8
    frame[7] = value >>> 16
    frame[8] = value >>> 24
  }
  if (body.length > 0) frame.set(body, header)
  return frame
}

/** The frame, its body a view into `bytes`; undefined for what is none. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const kind = bytes[0] as FrameKind
  const header = headerBytes[kind] ?? 0
  if (header === 0 || bytes.length < header) return undefined
  let value = 0
  if (header === WIDE_BYTES) value = readUint32(bytes, 5)
  else if (header === STATUS_BYTES) value = bytes[5] as number
  // Probes and their answers have no body, and a view of nothing costs as much as the rest.
  const body = bytes.length === header ? EMPTY : bytes.subarray(header)
  return { kind, id: readUint32(bytes, 1), value, body }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  )
}
