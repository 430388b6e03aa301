import { SyncBatch, SyncHello, SyncMessage, SyncNews, SyncRequest } from '../../wire/sync.ts'
import { MAX_REPLICAS } from '../limits.ts'
import { MAX_HASHED_RANGES, MAX_NAMES } from './limits.ts'

export const SYNC_PROTOCOL = '/covey/sync/1.0.0'

const BATCH_LIMITS = { names: 2 * MAX_REPLICAS, namespaces: MAX_NAMES }
const RANGES_LIMITS = { ranges: MAX_HASHED_RANGES }

/** The gossip topic of a mesh. */
export const topicOf = (mesh: string): string => `/covey/${mesh}/digests`

// What follows throws what the protobuf reader throws.

export const readHello = (bytes: Uint8Array): SyncHello => SyncHello.decode(bytes)

export const readMessage = (bytes: Uint8Array): SyncMessage =>
  SyncMessage.decode(bytes, { limits: { batch$: BATCH_LIMITS, final$: { names: MAX_REPLICAS, claims: MAX_REPLICAS } } })

export const readNews = (bytes: Uint8Array): SyncNews => SyncNews.decode(bytes, { limits: { batch$: BATCH_LIMITS } })

export const readRequest = (bytes: Uint8Array): SyncRequest =>
  SyncRequest.decode(bytes, {
    limits: { hashes$: RANGES_LIMITS, fetch$: RANGES_LIMITS, repair$: { batch$: BATCH_LIMITS } },
  })

export const EMPTY_BATCH: SyncBatch = SyncBatch.decode(new Uint8Array(0))
