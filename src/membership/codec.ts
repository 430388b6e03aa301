import { equalBytes, hashBytes } from '../lib/bytes.ts'
import { MemberRow, MemberRowState, ProbeGossip, ProbeKind, ProbeReply, ProbeRequest } from '../wire/probe.ts'
import {
  MAX_ACCUSERS,
  MAX_ADDRESS_LENGTH,
  MAX_ADDRESSES,
  MAX_ID_LENGTH,
  MAX_INCARNATION,
  MAX_MEMBERS,
  MAX_ROW_BYTES,
} from './limits.ts'
import type { MemberState } from './member.ts'
import type { Row } from './row.ts'

/** The empty message: a ping without news, and its answer. Shared, because nothing in it can change. */
export const EMPTY = new Uint8Array(0)
/** A message names every member once at most. */
const LIMITS = { limits: { rows: MAX_MEMBERS } }
const NO_ROWS: readonly Uint8Array[] = []

const TO_WIRE: Readonly<Record<MemberState, MemberRowState>> = {
  alive: MemberRowState.ALIVE,
  suspect: MemberRowState.SUSPECT,
  dead: MemberRowState.DEAD,
  left: MemberRowState.LEFT,
}
const FROM_WIRE: Readonly<Record<MemberRowState, MemberState>> = {
  [MemberRowState.ALIVE]: 'alive',
  [MemberRowState.SUSPECT]: 'suspect',
  [MemberRowState.DEAD]: 'dead',
  [MemberRowState.LEFT]: 'left',
}

export function encodeRow({ id, state, incarnation, addresses, accusers }: Row): Uint8Array {
  const row = { id, state: TO_WIRE[state], incarnation }
  return MemberRow.encode({ ...row, addresses: [...addresses], accusers: accusers.slice(0, MAX_ACCUSERS) })
}

/** Longer rows are read each time, in bytes: a member with a few addresses needs less, and what is kept stays below 2 MB. */
const MAX_KEPT_ROW_BYTES = 512
/** Rows that were read last, by a hash of their bytes: a rumour is heard from many, and nodes of one process hear the same. */
const rows = new Map<number, { bytes: Uint8Array; row: Row }>()

/** Decodes and validates; undefined for anything that is no row within the limits. The row is shared: nobody changes what it says. */
export function decodeRow(bytes: Uint8Array): Row | undefined {
  if (bytes.length > MAX_ROW_BYTES) return undefined
  if (bytes.length > MAX_KEPT_ROW_BYTES) return readRow(bytes)
  const key = hashBytes(bytes)
  const known = rows.get(key)
  // A hash can be met by chance, and on purpose.
  if (known && equalBytes(known.bytes, bytes)) return known.row
  const row = readRow(bytes)
  if (!row) return undefined
  if (rows.size >= MAX_MEMBERS) rows.clear()
  // A copy: the bytes may be part of a frame, and would keep all of it in memory.
  rows.set(key, { bytes: bytes.slice(), row })
  return row
}

function readRow(bytes: Uint8Array): Row | undefined {
  const row = tried(() => MemberRow.decode(bytes, { limits: { addresses: MAX_ADDRESSES, accusers: MAX_ACCUSERS } }))
  if (!row || !isId(row.id) || !row.accusers.every(isId) || !row.addresses.every(isAddress)) return undefined
  if (!Number.isSafeInteger(row.incarnation) || row.incarnation > MAX_INCARNATION) return undefined
  const state = FROM_WIRE[row.state]
  const { id, incarnation, addresses, accusers } = row
  return { id, state, incarnation, addresses, accusers, encoded: undefined, key: undefined }
}

const PING: Request = { kind: 'ping', rows: NO_ROWS }

export type Request =
  | { kind: 'ping'; rows: readonly Uint8Array[] }
  | { kind: 'ping-req'; target: string; rows: readonly Uint8Array[] }
  | { kind: 'compare'; digest: Uint8Array }
  | { kind: 'exchange'; want: readonly number[]; rows: readonly Uint8Array[] }

export const encodePing = (rows: readonly Uint8Array[]): Uint8Array =>
  rows.length === 0 ? EMPTY : ProbeRequest.encode({ kind: ProbeKind.PING, rows: plain(rows) })

export const encodePingReq = (target: string, rows: readonly Uint8Array[]): Uint8Array =>
  ProbeRequest.encode({ kind: ProbeKind.PING_REQ, target, rows: plain(rows) })

export const encodeCompare = (digest: Uint8Array): Uint8Array =>
  ProbeRequest.encode({ kind: ProbeKind.COMPARE, digest: digest as Uint8Array<ArrayBuffer> })

export const encodeExchange = (want: readonly number[], rows: readonly Uint8Array[]): Uint8Array =>
  ProbeRequest.encode({ kind: ProbeKind.EXCHANGE, want: packKeys(want), rows: plain(rows) })

/** Decodes and validates all but the rows; undefined for anything else than a request. */
export function decodeRequest(bytes: Uint8Array): Request | undefined {
  if (bytes.length === 0) return PING
  const request = tried(() => ProbeRequest.decode(bytes, LIMITS))
  if (!request) return undefined
  const { rows, target, digest } = request
  switch (request.kind) {
    case ProbeKind.PING:
      return { kind: 'ping', rows }
    case ProbeKind.PING_REQ:
      return isId(target) ? { kind: 'ping-req', target, rows } : undefined
    case ProbeKind.COMPARE:
      return digest.length === 8 ? { kind: 'compare', digest } : undefined
    case ProbeKind.EXCHANGE: {
      const want = unpackKeys(request.want)
      return want && { kind: 'exchange', want, rows }
    }
  }
}

export interface Reply {
  reached: boolean
  /** The answerer's keys where its table differs. */
  keys: readonly number[] | undefined
  rows: readonly Uint8Array[]
}

export const encodeRows = (rows: readonly Uint8Array[]): Uint8Array =>
  rows.length === 0 ? EMPTY : ProbeReply.encode({ rows: plain(rows) })

export const encodeReached = (reached: boolean, rows: readonly Uint8Array[]): Uint8Array =>
  ProbeReply.encode({ reached, rows: plain(rows) })

export const encodeKeys = (keys: readonly number[]): Uint8Array =>
  ProbeReply.encode({ differs: true, keys: packKeys(keys) })

const EMPTY_REPLY: Reply = { reached: false, keys: undefined, rows: NO_ROWS }

export function decodeReply(bytes: Uint8Array): Reply | undefined {
  if (bytes.length === 0) return EMPTY_REPLY
  const reply = tried(() => ProbeReply.decode(bytes, LIMITS))
  if (!reply) return undefined
  const keys = reply.differs ? unpackKeys(reply.keys) : undefined
  if (reply.differs && !keys) return undefined
  return { reached: reply.reached, keys, rows: reply.rows }
}

export const encodeGossip = (rows: readonly Uint8Array[]): Uint8Array => ProbeGossip.encode({ rows: plain(rows) })

export const decodeGossip = (bytes: Uint8Array): readonly Uint8Array[] | undefined =>
  tried(() => ProbeGossip.decode(bytes, LIMITS))?.rows

const isId = (id: string): boolean => id.length > 0 && id.length <= MAX_ID_LENGTH
const isAddress = (address: string): boolean =>
  address.length > 1 && address.length <= MAX_ADDRESS_LENGTH && address[0] === '/'

/** The generated types ask for bytes over no shared memory, which ours never are. */
const plain = (all: readonly Uint8Array[]): Uint8Array<ArrayBuffer>[] => all as Uint8Array<ArrayBuffer>[]

/** What a decoder throws on foreign bytes means one thing, "malformed": the caller counts it. */
function tried<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}

function packKeys(keys: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(keys.length * 8)
  const view = new DataView(bytes.buffer)
  keys.forEach((key, i) => {
    view.setUint32(i * 8, Math.floor(key / 2 ** 32))
    view.setUint32(i * 8 + 4, key % 2 ** 32)
  })
  return bytes
}

function unpackKeys(bytes: Uint8Array): number[] | undefined {
  if (bytes.length % 8 !== 0 || bytes.length > MAX_MEMBERS * 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const keys: number[] = []
  for (let i = 0; i < bytes.length; i += 8) keys.push(view.getUint32(i) * 2 ** 32 + view.getUint32(i + 4))
  return keys
}
