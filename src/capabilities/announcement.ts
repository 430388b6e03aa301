import { hash } from 'node:crypto'
import { InvalidInputError, messageOf } from '../lib/errors.ts'
import { encodeJson } from '../lib/json.ts'
import type { Signer } from '../lib/signer.ts'
import { type AgentBody, AnnouncementBody, type CapabilityBody, SignedAnnouncement } from '../wire/directory.ts'
import type { Capability } from './agent.ts'
import {
  MAX_ADDRESS_CHARS,
  MAX_ADDRESSES,
  MAX_AGENTS,
  MAX_ANNOUNCEMENT_BYTES,
  MAX_CAPABILITIES,
  MAX_NAME_CHARS,
  MAX_TAGS,
  MAX_TTL_MS,
} from './limits.ts'
import type { AgentDescription, Announcement } from './provider.ts'
import { describeAgents, parseSchema } from './validate.ts'
import type { Version } from './version.ts'

/** An announcement, what its owner signed, and its version. The bytes are kept and forwarded as they came. */
export interface SealedAnnouncement extends Version {
  announcement: Announcement
  /** A `SignedAnnouncement` message. */
  bytes: Uint8Array
}

/** What was read of a signed announcement before its signature is checked. */
export interface OpenedAnnouncement extends SealedAnnouncement {
  body: Uint8Array
  signature: Uint8Array
}

const encoder = new TextEncoder()
/** Longest text form of a peer id in characters: an RSA one has 46, an Ed25519 one 52. */
const MAX_PEER_CHARS = 128
const PEER = /^[A-Za-z0-9_-]+$/
const DECODE_LIMITS = {
  addresses: MAX_ADDRESSES,
  agents: MAX_AGENTS,
  agents$: { capabilities: MAX_CAPABILITIES, capabilities$: { tags: MAX_TAGS } },
}

/**
 * Encodes and signs what a node says of itself. Throws `InvalidInputError` when it is larger than others take.
 */
export function seal(announcement: Announcement, mesh: string, signer: Signer): SealedAnnouncement {
  const body = AnnouncementBody.encode({
    ...announcement,
    addresses: [...announcement.addresses],
    agents: announcement.agents.map(encodeAgent),
  })
  const bytes = SignedAnnouncement.encode({ body, signature: plain(signer.sign(signedBytes(mesh, body))) })
  if (bytes.length > MAX_ANNOUNCEMENT_BYTES) {
    throw new InvalidInputError(
      `the agents of this node take ${bytes.length} bytes to announce, the limit is ${MAX_ANNOUNCEMENT_BYTES}`,
      'Shorten descriptions and schemas, or host some of them on another node.',
    )
  }
  const { incarnation, sequence } = announcement
  return { announcement, bytes, incarnation, sequence, hash: hashOf(bytes) }
}

/**
 * Reads a signed announcement with this hash, of at most `MAX_ANNOUNCEMENT_BYTES`. Everything but the signature is
 * checked. Throws `InvalidInputError` on what is none.
 */
export function open(bytes: Uint8Array, hash: bigint): OpenedAnnouncement {
  // A copy: the bytes may be part of a frame that carries many, and would keep all of it in memory.
  const kept = new Uint8Array(bytes)
  let signed: SignedAnnouncement
  let body: AnnouncementBody
  try {
    signed = SignedAnnouncement.decode(kept)
    body = AnnouncementBody.decode(signed.body, { limits: DECODE_LIMITS })
  } catch (error) {
    throw malformed(messageOf(error))
  }
  const announcement = checkBody(body)
  const { incarnation, sequence } = announcement
  return { announcement, bytes: kept, incarnation, sequence, hash, ...signed }
}

/** Whether its owner signed it for this mesh. */
export function isSigned(opened: OpenedAnnouncement, mesh: string, signer: Signer): boolean {
  return signer.verify(opened.announcement.peer, signedBytes(mesh, opened.body), opened.signature)
}

/** The first 8 bytes of the SHA-256 as a signed number: generated codecs read every fixed64 as signed. */
export function hashOf(bytes: Uint8Array): bigint {
  return hash('sha256', bytes, 'buffer').readBigInt64BE()
}

/** What stands in front of all that is signed for a mesh; mostly it is the mesh of the time before. */
let latestDomain: { mesh: string; bytes: Uint8Array } | undefined

/** Domain-separated: no other signature of the same key, nor one for another mesh, passes for it. */
function signedBytes(mesh: string, body: Uint8Array): Uint8Array {
  if (latestDomain?.mesh !== mesh) {
    latestDomain = { mesh, bytes: encoder.encode(`covey/directory/1 announcement\n${mesh}\n`) }
  }
  const domain = latestDomain.bytes
  const bytes = new Uint8Array(domain.length + body.length)
  bytes.set(domain)
  bytes.set(body, domain.length)
  return bytes
}

function checkBody(body: AnnouncementBody): Announcement {
  const { peer, name, incarnation, sequence, ttlMs, addresses } = body
  if (!PEER.test(peer) || peer.length > MAX_PEER_CHARS) throw malformed('it names no peer')
  if (name.length === 0 || name.length > MAX_NAME_CHARS) throw malformed('its node has no name, or a long one')
  if (!Number.isSafeInteger(incarnation) || !Number.isSafeInteger(sequence))
    throw malformed('its version is no safe number')
  if (ttlMs < 1 || ttlMs > MAX_TTL_MS) throw malformed(`its ttl is ${ttlMs} ms`)
  if (addresses.some((address) => address.length > MAX_ADDRESS_CHARS)) throw malformed('an address is too long')
  const agents = readAgents(body)
  return { peer, name, incarnation, sequence, ttlMs, addresses, agents }
}

const encodeAgent = (agent: AgentDescription): AgentBody => ({
  name: agent.name,
  concurrency: agent.concurrency,
  capabilities: agent.capabilities.map(encodeCapability),
})

function encodeCapability(capability: Capability): CapabilityBody {
  const { name, version, description, input, output, tags } = capability
  return {
    name,
    version,
    tags: [...(tags ?? [])],
    ...(description !== undefined && { description }),
    ...(input && { input: plain(encodeJson(input)) }),
    ...(output && { output: plain(encodeJson(output)) }),
  }
}

function readAgents({ peer, agents }: AnnouncementBody): AgentDescription[] {
  const values = agents.map(({ name, concurrency, capabilities }) => ({
    name,
    concurrency,
    // A list without items does not exist on the wire: no tags are missing tags.
    capabilities: capabilities.map(({ tags, ...rest }) => (tags.length > 0 ? { ...rest, tags } : rest)),
  }))
  try {
    return describeAgents(values, `announcement of ${peer}`, parseSchema)
  } catch (error) {
    throw error instanceof InvalidInputError ? error : malformed(`a schema is no JSON: ${messageOf(error)}`)
  }
}

/** Generated codecs ask for bytes that are not shared with another thread; ours never are. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>

const malformed = (what: string): InvalidInputError =>
  new InvalidInputError(
    `a malformed announcement: ${what}`,
    'The peer that made it runs another version, or is broken.',
  )
