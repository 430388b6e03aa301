// Generated from protocols/directory/directory.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface SignedAnnouncement {
  body: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

export namespace SignedAnnouncement {
  let _codec: Codec<SignedAnnouncement>

  export const codec = (): Codec<SignedAnnouncement> => {
    if (_codec == null) {
      _codec = message<SignedAnnouncement>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.body != null && obj.body.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.body)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          body: NO_BYTES,
          signature: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.body = reader.bytes()
              break
            }
            case 2: {
              obj.signature = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.body`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface SignedAnnouncementBodyFieldEvent {
    field: '$.body'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SignedAnnouncementSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SignedAnnouncement>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SignedAnnouncement.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedAnnouncement>): SignedAnnouncement {
    return decodeMessage(buf, SignedAnnouncement.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedAnnouncement>): Generator<SignedAnnouncementBodyFieldEvent | SignedAnnouncementSignatureFieldEvent> {
    return streamMessage(buf, SignedAnnouncement.codec(), opts)
  }
}

export interface AnnouncementBody {
  peer: string
  name: string
  incarnation: number
  sequence: number
  ttlMs: number
  addresses: string[]
  agents: AgentBody[]
}

export namespace AnnouncementBody {
  let _codec: Codec<AnnouncementBody>

  export const codec = (): Codec<AnnouncementBody> => {
    if (_codec == null) {
      _codec = message<AnnouncementBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.peer != null && obj.peer !== '')) {
          w.uint32(10)
          w.string(obj.peer)
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(18)
          w.string(obj.name)
        }

        if ((obj.incarnation != null && obj.incarnation !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.incarnation)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.sequence)
        }

        if ((obj.ttlMs != null && obj.ttlMs !== 0)) {
          w.uint32(40)
          w.uint32(obj.ttlMs)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(50)
            w.string(value)
          }
        }

        if (obj.agents != null && obj.agents.length > 0) {
          for (const value of obj.agents) {
            w.uint32(58)
            AgentBody.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          peer: '',
          name: '',
          incarnation: 0,
          sequence: 0,
          ttlMs: 0,
          addresses: [],
          agents: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.peer = reader.string()
              break
            }
            case 2: {
              obj.name = reader.string()
              break
            }
            case 3: {
              obj.incarnation = reader.uint64Number()
              break
            }
            case 4: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 5: {
              obj.ttlMs = reader.uint32()
              break
            }
            case 6: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.string())
              break
            }
            case 7: {
              if (opts.limits?.agents != null && obj.agents.length === opts.limits.agents) {
                throw new MaxLengthError('Decode error - repeated field "agents" had too many elements')
              }

              obj.agents.push(AgentBody.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.agents$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          addresses: 0,
          agents: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.peer`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.name`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.incarnation`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.ttlMs`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              yield {
                field: `${prefix}.addresses[]`,
                index: obj.addresses,
                value: reader.string()
              }

              obj.addresses++

              break
            }
            case 7: {
              if (opts.limits?.agents != null && obj.agents === opts.limits.agents) {
                throw new MaxLengthError('Streaming decode error - repeated field "agents" had too many elements')
              }

              for (const evt of AgentBody.codec().stream(reader, reader.uint32(), `${prefix}.agents[]`, {
                limits: opts.limits?.agents$
              })) {
                yield {
                  ...evt,
                  index: obj.agents
                }
              }

              obj.agents++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface AnnouncementBodyPeerFieldEvent {
    field: '$.peer'
    value: string
  }

  export interface AnnouncementBodyNameFieldEvent {
    field: '$.name'
    value: string
  }

  export interface AnnouncementBodyIncarnationFieldEvent {
    field: '$.incarnation'
    value: number
  }

  export interface AnnouncementBodySequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface AnnouncementBodyTtlMsFieldEvent {
    field: '$.ttlMs'
    value: number
  }

  export interface AnnouncementBodyAddressesFieldEvent {
    field: '$.addresses[]'
    index: number
    value: string
  }

  export interface AnnouncementBodyAgentsNameFieldEvent {
    field: '$.agents[].name'
    value: string
    index: number
  }

  export interface AnnouncementBodyAgentsConcurrencyFieldEvent {
    field: '$.agents[].concurrency'
    value: number
    index: number
  }

  export interface AnnouncementBodyAgentsCapabilitiesNameFieldEvent {
    field: '$.agents[].capabilities[].name'
    value: string
    index: number
  }

  export interface AnnouncementBodyAgentsCapabilitiesVersionFieldEvent {
    field: '$.agents[].capabilities[].version'
    value: string
    index: number
  }

  export interface AnnouncementBodyAgentsCapabilitiesDescriptionFieldEvent {
    field: '$.agents[].capabilities[].description'
    value: string
    index: number
  }

  export interface AnnouncementBodyAgentsCapabilitiesInputFieldEvent {
    field: '$.agents[].capabilities[].input'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnnouncementBodyAgentsCapabilitiesOutputFieldEvent {
    field: '$.agents[].capabilities[].output'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnnouncementBodyAgentsCapabilitiesTagsFieldEvent {
    field: '$.agents[].capabilities[].tags[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<AnnouncementBody>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AnnouncementBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AnnouncementBody>): AnnouncementBody {
    return decodeMessage(buf, AnnouncementBody.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AnnouncementBody>): Generator<AnnouncementBodyPeerFieldEvent | AnnouncementBodyNameFieldEvent | AnnouncementBodyIncarnationFieldEvent | AnnouncementBodySequenceFieldEvent | AnnouncementBodyTtlMsFieldEvent | AnnouncementBodyAddressesFieldEvent | AnnouncementBodyAgentsNameFieldEvent | AnnouncementBodyAgentsConcurrencyFieldEvent | AnnouncementBodyAgentsCapabilitiesNameFieldEvent | AnnouncementBodyAgentsCapabilitiesVersionFieldEvent | AnnouncementBodyAgentsCapabilitiesDescriptionFieldEvent | AnnouncementBodyAgentsCapabilitiesInputFieldEvent | AnnouncementBodyAgentsCapabilitiesOutputFieldEvent | AnnouncementBodyAgentsCapabilitiesTagsFieldEvent> {
    return streamMessage(buf, AnnouncementBody.codec(), opts)
  }
}

export interface AgentBody {
  name: string
  concurrency: number
  capabilities: CapabilityBody[]
}

export namespace AgentBody {
  let _codec: Codec<AgentBody>

  export const codec = (): Codec<AgentBody> => {
    if (_codec == null) {
      _codec = message<AgentBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(10)
          w.string(obj.name)
        }

        if ((obj.concurrency != null && obj.concurrency !== 0)) {
          w.uint32(16)
          w.uint32(obj.concurrency)
        }

        if (obj.capabilities != null && obj.capabilities.length > 0) {
          for (const value of obj.capabilities) {
            w.uint32(26)
            CapabilityBody.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          name: '',
          concurrency: 0,
          capabilities: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.name = reader.string()
              break
            }
            case 2: {
              obj.concurrency = reader.uint32()
              break
            }
            case 3: {
              if (opts.limits?.capabilities != null && obj.capabilities.length === opts.limits.capabilities) {
                throw new MaxLengthError('Decode error - repeated field "capabilities" had too many elements')
              }

              obj.capabilities.push(CapabilityBody.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.capabilities$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          capabilities: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.name`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.concurrency`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              if (opts.limits?.capabilities != null && obj.capabilities === opts.limits.capabilities) {
                throw new MaxLengthError('Streaming decode error - repeated field "capabilities" had too many elements')
              }

              for (const evt of CapabilityBody.codec().stream(reader, reader.uint32(), `${prefix}.capabilities[]`, {
                limits: opts.limits?.capabilities$
              })) {
                yield {
                  ...evt,
                  index: obj.capabilities
                }
              }

              obj.capabilities++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface AgentBodyNameFieldEvent {
    field: '$.name'
    value: string
  }

  export interface AgentBodyConcurrencyFieldEvent {
    field: '$.concurrency'
    value: number
  }

  export interface AgentBodyCapabilitiesNameFieldEvent {
    field: '$.capabilities[].name'
    value: string
    index: number
  }

  export interface AgentBodyCapabilitiesVersionFieldEvent {
    field: '$.capabilities[].version'
    value: string
    index: number
  }

  export interface AgentBodyCapabilitiesDescriptionFieldEvent {
    field: '$.capabilities[].description'
    value: string
    index: number
  }

  export interface AgentBodyCapabilitiesInputFieldEvent {
    field: '$.capabilities[].input'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AgentBodyCapabilitiesOutputFieldEvent {
    field: '$.capabilities[].output'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AgentBodyCapabilitiesTagsFieldEvent {
    field: '$.capabilities[].tags[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<AgentBody>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AgentBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AgentBody>): AgentBody {
    return decodeMessage(buf, AgentBody.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AgentBody>): Generator<AgentBodyNameFieldEvent | AgentBodyConcurrencyFieldEvent | AgentBodyCapabilitiesNameFieldEvent | AgentBodyCapabilitiesVersionFieldEvent | AgentBodyCapabilitiesDescriptionFieldEvent | AgentBodyCapabilitiesInputFieldEvent | AgentBodyCapabilitiesOutputFieldEvent | AgentBodyCapabilitiesTagsFieldEvent> {
    return streamMessage(buf, AgentBody.codec(), opts)
  }
}

export interface CapabilityBody {
  name: string
  version: string
  description?: string
  input?: Uint8Array<ArrayBuffer>
  output?: Uint8Array<ArrayBuffer>
  tags: string[]
}

export namespace CapabilityBody {
  let _codec: Codec<CapabilityBody>

  export const codec = (): Codec<CapabilityBody> => {
    if (_codec == null) {
      _codec = message<CapabilityBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(10)
          w.string(obj.name)
        }

        if ((obj.version != null && obj.version !== '')) {
          w.uint32(18)
          w.string(obj.version)
        }

        if (obj.description != null) {
          w.uint32(26)
          w.string(obj.description)
        }

        if (obj.input != null) {
          w.uint32(34)
          w.bytes(obj.input)
        }

        if (obj.output != null) {
          w.uint32(42)
          w.bytes(obj.output)
        }

        if (obj.tags != null && obj.tags.length > 0) {
          for (const value of obj.tags) {
            w.uint32(50)
            w.string(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          name: '',
          version: '',
          tags: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.name = reader.string()
              break
            }
            case 2: {
              obj.version = reader.string()
              break
            }
            case 3: {
              obj.description = reader.string()
              break
            }
            case 4: {
              obj.input = reader.bytes()
              break
            }
            case 5: {
              obj.output = reader.bytes()
              break
            }
            case 6: {
              if (opts.limits?.tags != null && obj.tags.length === opts.limits.tags) {
                throw new MaxLengthError('Decode error - repeated field "tags" had too many elements')
              }

              obj.tags.push(reader.string())
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          tags: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.name`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.version`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.description`,
                value: reader.string()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.input`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.output`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              if (opts.limits?.tags != null && obj.tags === opts.limits.tags) {
                throw new MaxLengthError('Streaming decode error - repeated field "tags" had too many elements')
              }

              yield {
                field: `${prefix}.tags[]`,
                index: obj.tags,
                value: reader.string()
              }

              obj.tags++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface CapabilityBodyNameFieldEvent {
    field: '$.name'
    value: string
  }

  export interface CapabilityBodyVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export interface CapabilityBodyDescriptionFieldEvent {
    field: '$.description'
    value: string
  }

  export interface CapabilityBodyInputFieldEvent {
    field: '$.input'
    value: Uint8Array<ArrayBuffer>
  }

  export interface CapabilityBodyOutputFieldEvent {
    field: '$.output'
    value: Uint8Array<ArrayBuffer>
  }

  export interface CapabilityBodyTagsFieldEvent {
    field: '$.tags[]'
    index: number
    value: string
  }

  export function encode (obj: Partial<CapabilityBody>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, CapabilityBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CapabilityBody>): CapabilityBody {
    return decodeMessage(buf, CapabilityBody.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CapabilityBody>): Generator<CapabilityBodyNameFieldEvent | CapabilityBodyVersionFieldEvent | CapabilityBodyDescriptionFieldEvent | CapabilityBodyInputFieldEvent | CapabilityBodyOutputFieldEvent | CapabilityBodyTagsFieldEvent> {
    return streamMessage(buf, CapabilityBody.codec(), opts)
  }
}

export interface DirectoryRequest {
  compare?: Compare
  pull?: Pull
  push?: Push
  load?: AskLoad
}

export namespace DirectoryRequest {
  let _codec: Codec<DirectoryRequest>

  export const codec = (): Codec<DirectoryRequest> => {
    if (_codec == null) {
      _codec = message<DirectoryRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.load != null) {
          obj.push = undefined
          obj.pull = undefined
          obj.compare = undefined
        }

        if (obj.push != null) {
          obj.load = undefined
          obj.pull = undefined
          obj.compare = undefined
        }

        if (obj.pull != null) {
          obj.load = undefined
          obj.push = undefined
          obj.compare = undefined
        }

        if (obj.compare != null) {
          obj.load = undefined
          obj.push = undefined
          obj.pull = undefined
        }

        if (obj.compare != null) {
          w.uint32(10)
          Compare.codec().encode(obj.compare, w)
        }

        if (obj.pull != null) {
          w.uint32(18)
          Pull.codec().encode(obj.pull, w)
        }

        if (obj.push != null) {
          w.uint32(26)
          Push.codec().encode(obj.push, w)
        }

        if (obj.load != null) {
          w.uint32(34)
          AskLoad.codec().encode(obj.load, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.compare = Compare.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.compare
              })
              break
            }
            case 2: {
              obj.pull = Pull.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.pull
              })
              break
            }
            case 3: {
              obj.push = Push.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.push
              })
              break
            }
            case 4: {
              obj.load = AskLoad.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.load
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.load != null) {
          delete obj.push
          delete obj.pull
          delete obj.compare
        }

        if (obj.push != null) {
          delete obj.load
          delete obj.pull
          delete obj.compare
        }

        if (obj.pull != null) {
          delete obj.load
          delete obj.push
          delete obj.compare
        }

        if (obj.compare != null) {
          delete obj.load
          delete obj.push
          delete obj.pull
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Compare.codec().stream(reader, reader.uint32(), `${prefix}.compare`, {
                limits: opts.limits?.compare
              })

              break
            }
            case 2: {
              yield * Pull.codec().stream(reader, reader.uint32(), `${prefix}.pull`, {
                limits: opts.limits?.pull
              })

              break
            }
            case 3: {
              yield * Push.codec().stream(reader, reader.uint32(), `${prefix}.push`, {
                limits: opts.limits?.push
              })

              break
            }
            case 4: {
              yield * AskLoad.codec().stream(reader, reader.uint32(), `${prefix}.load`, {
                limits: opts.limits?.load
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface DirectoryRequestCompareRootFieldEvent {
    field: '$.compare.root'
    value: bigint
  }

  export interface DirectoryRequestPullHashesFieldEvent {
    field: '$.pull.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryRequestPushAnnouncementsAnnouncementFieldEvent {
    field: '$.push.announcements[].announcement'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DirectoryRequestPushAnnouncementsAgeMsFieldEvent {
    field: '$.push.announcements[].ageMs'
    value: number
    index: number
  }

  export function encode (obj: Partial<DirectoryRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, DirectoryRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DirectoryRequest>): DirectoryRequest {
    return decodeMessage(buf, DirectoryRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DirectoryRequest>): Generator<DirectoryRequestCompareRootFieldEvent | DirectoryRequestPullHashesFieldEvent | DirectoryRequestPushAnnouncementsAnnouncementFieldEvent | DirectoryRequestPushAnnouncementsAgeMsFieldEvent> {
    return streamMessage(buf, DirectoryRequest.codec(), opts)
  }
}

export interface Compare {
  root: bigint
}

export namespace Compare {
  let _codec: Codec<Compare>

  export const codec = (): Codec<Compare> => {
    if (_codec == null) {
      _codec = message<Compare>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.root != null && obj.root !== 0n)) {
          w.uint32(9)
          w.sfixed64(obj.root)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          root: 0n
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.root = reader.sfixed64()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.root`,
                value: reader.sfixed64()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface CompareRootFieldEvent {
    field: '$.root'
    value: bigint
  }

  export function encode (obj: Partial<Compare>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Compare.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Compare>): Compare {
    return decodeMessage(buf, Compare.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Compare>): Generator<CompareRootFieldEvent> {
    return streamMessage(buf, Compare.codec(), opts)
  }
}

export interface CompareReply {
  same: boolean
}

export namespace CompareReply {
  let _codec: Codec<CompareReply>

  export const codec = (): Codec<CompareReply> => {
    if (_codec == null) {
      _codec = message<CompareReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.same != null && obj.same !== false)) {
          w.uint32(8)
          w.bool(obj.same)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          same: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.same = reader.bool()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.same`,
                value: reader.bool()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface CompareReplySameFieldEvent {
    field: '$.same'
    value: boolean
  }

  export function encode (obj: Partial<CompareReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, CompareReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CompareReply>): CompareReply {
    return decodeMessage(buf, CompareReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CompareReply>): Generator<CompareReplySameFieldEvent> {
    return streamMessage(buf, CompareReply.codec(), opts)
  }
}

export interface Pull {
  hashes: Uint8Array<ArrayBuffer>
}

export namespace Pull {
  let _codec: Codec<Pull>

  export const codec = (): Codec<Pull> => {
    if (_codec == null) {
      _codec = message<Pull>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.hashes != null && obj.hashes.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.hashes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          hashes: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.hashes = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.hashes`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface PullHashesFieldEvent {
    field: '$.hashes'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Pull>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Pull.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pull>): Pull {
    return decodeMessage(buf, Pull.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pull>): Generator<PullHashesFieldEvent> {
    return streamMessage(buf, Pull.codec(), opts)
  }
}

export interface PullReply {
  announcements: Held[]
  more: boolean
  wanted: Uint8Array<ArrayBuffer>
}

export namespace PullReply {
  let _codec: Codec<PullReply>

  export const codec = (): Codec<PullReply> => {
    if (_codec == null) {
      _codec = message<PullReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.announcements != null && obj.announcements.length > 0) {
          for (const value of obj.announcements) {
            w.uint32(10)
            Held.codec().encode(value, w)
          }
        }

        if ((obj.more != null && obj.more !== false)) {
          w.uint32(16)
          w.bool(obj.more)
        }

        if ((obj.wanted != null && obj.wanted.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.wanted)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          announcements: [],
          more: false,
          wanted: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.announcements != null && obj.announcements.length === opts.limits.announcements) {
                throw new MaxLengthError('Decode error - repeated field "announcements" had too many elements')
              }

              obj.announcements.push(Held.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.announcements$
              }))
              break
            }
            case 2: {
              obj.more = reader.bool()
              break
            }
            case 3: {
              obj.wanted = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          announcements: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.announcements != null && obj.announcements === opts.limits.announcements) {
                throw new MaxLengthError('Streaming decode error - repeated field "announcements" had too many elements')
              }

              for (const evt of Held.codec().stream(reader, reader.uint32(), `${prefix}.announcements[]`, {
                limits: opts.limits?.announcements$
              })) {
                yield {
                  ...evt,
                  index: obj.announcements
                }
              }

              obj.announcements++

              break
            }
            case 2: {
              yield {
                field: `${prefix}.more`,
                value: reader.bool()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.wanted`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface PullReplyAnnouncementsAnnouncementFieldEvent {
    field: '$.announcements[].announcement'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PullReplyAnnouncementsAgeMsFieldEvent {
    field: '$.announcements[].ageMs'
    value: number
    index: number
  }

  export interface PullReplyMoreFieldEvent {
    field: '$.more'
    value: boolean
  }

  export interface PullReplyWantedFieldEvent {
    field: '$.wanted'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<PullReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, PullReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PullReply>): PullReply {
    return decodeMessage(buf, PullReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PullReply>): Generator<PullReplyAnnouncementsAnnouncementFieldEvent | PullReplyAnnouncementsAgeMsFieldEvent | PullReplyMoreFieldEvent | PullReplyWantedFieldEvent> {
    return streamMessage(buf, PullReply.codec(), opts)
  }
}

export interface Held {
  announcement: Uint8Array<ArrayBuffer>
  ageMs: number
}

export namespace Held {
  let _codec: Codec<Held>

  export const codec = (): Codec<Held> => {
    if (_codec == null) {
      _codec = message<Held>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.announcement != null && obj.announcement.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.announcement)
        }

        if ((obj.ageMs != null && obj.ageMs !== 0)) {
          w.uint32(16)
          w.uint32(obj.ageMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          announcement: NO_BYTES,
          ageMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.announcement = reader.bytes()
              break
            }
            case 2: {
              obj.ageMs = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.announcement`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.ageMs`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface HeldAnnouncementFieldEvent {
    field: '$.announcement'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeldAgeMsFieldEvent {
    field: '$.ageMs'
    value: number
  }

  export function encode (obj: Partial<Held>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Held.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Held>): Held {
    return decodeMessage(buf, Held.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Held>): Generator<HeldAnnouncementFieldEvent | HeldAgeMsFieldEvent> {
    return streamMessage(buf, Held.codec(), opts)
  }
}

export interface Push {
  announcements: Held[]
}

export namespace Push {
  let _codec: Codec<Push>

  export const codec = (): Codec<Push> => {
    if (_codec == null) {
      _codec = message<Push>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.announcements != null && obj.announcements.length > 0) {
          for (const value of obj.announcements) {
            w.uint32(10)
            Held.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          announcements: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.announcements != null && obj.announcements.length === opts.limits.announcements) {
                throw new MaxLengthError('Decode error - repeated field "announcements" had too many elements')
              }

              obj.announcements.push(Held.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.announcements$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          announcements: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.announcements != null && obj.announcements === opts.limits.announcements) {
                throw new MaxLengthError('Streaming decode error - repeated field "announcements" had too many elements')
              }

              for (const evt of Held.codec().stream(reader, reader.uint32(), `${prefix}.announcements[]`, {
                limits: opts.limits?.announcements$
              })) {
                yield {
                  ...evt,
                  index: obj.announcements
                }
              }

              obj.announcements++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface PushAnnouncementsAnnouncementFieldEvent {
    field: '$.announcements[].announcement'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PushAnnouncementsAgeMsFieldEvent {
    field: '$.announcements[].ageMs'
    value: number
    index: number
  }

  export function encode (obj: Partial<Push>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Push.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Push>): Push {
    return decodeMessage(buf, Push.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Push>): Generator<PushAnnouncementsAnnouncementFieldEvent | PushAnnouncementsAgeMsFieldEvent> {
    return streamMessage(buf, Push.codec(), opts)
  }
}

export interface PushReply {}

export namespace PushReply {
  let _codec: Codec<PushReply>

  export const codec = (): Codec<PushReply> => {
    if (_codec == null) {
      _codec = message<PushReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export function encode (obj: Partial<PushReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, PushReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PushReply>): PushReply {
    return decodeMessage(buf, PushReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PushReply>): Generator<{}> {
    return streamMessage(buf, PushReply.codec(), opts)
  }
}

export interface AskLoad {}

export namespace AskLoad {
  let _codec: Codec<AskLoad>

  export const codec = (): Codec<AskLoad> => {
    if (_codec == null) {
      _codec = message<AskLoad>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export function encode (obj: Partial<AskLoad>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AskLoad.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AskLoad>): AskLoad {
    return decodeMessage(buf, AskLoad.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AskLoad>): Generator<{}> {
    return streamMessage(buf, AskLoad.codec(), opts)
  }
}

export interface LoadReply {
  cpu: number
  memoryBytes: number
  running: number
  queued: number
  capacity: number
  tasksDone: number
  tasksFailed: number
  meanResponseMs?: number
  wallClockMs?: number
  version?: string
}

export namespace LoadReply {
  let _codec: Codec<LoadReply>

  export const codec = (): Codec<LoadReply> => {
    if (_codec == null) {
      _codec = message<LoadReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.cpu != null && obj.cpu !== 0)) {
          w.uint32(9)
          w.double(obj.cpu)
        }

        if ((obj.memoryBytes != null && obj.memoryBytes !== 0)) {
          w.uint32(17)
          w.double(obj.memoryBytes)
        }

        if ((obj.running != null && obj.running !== 0)) {
          w.uint32(24)
          w.uint32(obj.running)
        }

        if ((obj.queued != null && obj.queued !== 0)) {
          w.uint32(32)
          w.uint32(obj.queued)
        }

        if ((obj.capacity != null && obj.capacity !== 0)) {
          w.uint32(40)
          w.uint32(obj.capacity)
        }

        if ((obj.tasksDone != null && obj.tasksDone !== 0)) {
          w.uint32(49)
          w.double(obj.tasksDone)
        }

        if ((obj.tasksFailed != null && obj.tasksFailed !== 0)) {
          w.uint32(57)
          w.double(obj.tasksFailed)
        }

        if (obj.meanResponseMs != null) {
          w.uint32(65)
          w.double(obj.meanResponseMs)
        }

        if (obj.wallClockMs != null) {
          w.uint32(73)
          w.double(obj.wallClockMs)
        }

        if (obj.version != null) {
          w.uint32(82)
          w.string(obj.version)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          cpu: 0,
          memoryBytes: 0,
          running: 0,
          queued: 0,
          capacity: 0,
          tasksDone: 0,
          tasksFailed: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.cpu = reader.double()
              break
            }
            case 2: {
              obj.memoryBytes = reader.double()
              break
            }
            case 3: {
              obj.running = reader.uint32()
              break
            }
            case 4: {
              obj.queued = reader.uint32()
              break
            }
            case 5: {
              obj.capacity = reader.uint32()
              break
            }
            case 6: {
              obj.tasksDone = reader.double()
              break
            }
            case 7: {
              obj.tasksFailed = reader.double()
              break
            }
            case 8: {
              obj.meanResponseMs = reader.double()
              break
            }
            case 9: {
              obj.wallClockMs = reader.double()
              break
            }
            case 10: {
              obj.version = reader.string()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.cpu`,
                value: reader.double()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.memoryBytes`,
                value: reader.double()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.running`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.queued`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.capacity`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.tasksDone`,
                value: reader.double()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.tasksFailed`,
                value: reader.double()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.meanResponseMs`,
                value: reader.double()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.wallClockMs`,
                value: reader.double()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.version`,
                value: reader.string()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface LoadReplyCpuFieldEvent {
    field: '$.cpu'
    value: number
  }

  export interface LoadReplyMemoryBytesFieldEvent {
    field: '$.memoryBytes'
    value: number
  }

  export interface LoadReplyRunningFieldEvent {
    field: '$.running'
    value: number
  }

  export interface LoadReplyQueuedFieldEvent {
    field: '$.queued'
    value: number
  }

  export interface LoadReplyCapacityFieldEvent {
    field: '$.capacity'
    value: number
  }

  export interface LoadReplyTasksDoneFieldEvent {
    field: '$.tasksDone'
    value: number
  }

  export interface LoadReplyTasksFailedFieldEvent {
    field: '$.tasksFailed'
    value: number
  }

  export interface LoadReplyMeanResponseMsFieldEvent {
    field: '$.meanResponseMs'
    value: number
  }

  export interface LoadReplyWallClockMsFieldEvent {
    field: '$.wallClockMs'
    value: number
  }

  export interface LoadReplyVersionFieldEvent {
    field: '$.version'
    value: string
  }

  export function encode (obj: Partial<LoadReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LoadReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadReply>): LoadReply {
    return decodeMessage(buf, LoadReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadReply>): Generator<LoadReplyCpuFieldEvent | LoadReplyMemoryBytesFieldEvent | LoadReplyRunningFieldEvent | LoadReplyQueuedFieldEvent | LoadReplyCapacityFieldEvent | LoadReplyTasksDoneFieldEvent | LoadReplyTasksFailedFieldEvent | LoadReplyMeanResponseMsFieldEvent | LoadReplyWallClockMsFieldEvent | LoadReplyVersionFieldEvent> {
    return streamMessage(buf, LoadReply.codec(), opts)
  }
}
