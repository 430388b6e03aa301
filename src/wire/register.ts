// Generated from protocols/register/register.proto by `npm run generate`: never edited by hand.
// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.
import { decodeMessage, encodeMessage, NO_BYTES } from '../lib/protobuf.ts'
import { enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Ballot {
  counter: number
  peer: string
  process: string
}

export namespace Ballot {
  let _codec: Codec<Ballot>

  export const codec = (): Codec<Ballot> => {
    if (_codec == null) {
      _codec = message<Ballot>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.counter != null && obj.counter !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.counter)
        }

        if ((obj.peer != null && obj.peer !== '')) {
          w.uint32(18)
          w.string(obj.peer)
        }

        if ((obj.process != null && obj.process !== '')) {
          w.uint32(26)
          w.string(obj.process)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          counter: 0,
          peer: '',
          process: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.counter = reader.uint64Number()
              break
            }
            case 2: {
              obj.peer = reader.string()
              break
            }
            case 3: {
              obj.process = reader.string()
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
                field: `${prefix}.counter`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.peer`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.process`,
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

  export interface BallotCounterFieldEvent {
    field: '$.counter'
    value: number
  }

  export interface BallotPeerFieldEvent {
    field: '$.peer'
    value: string
  }

  export interface BallotProcessFieldEvent {
    field: '$.process'
    value: string
  }

  export function encode (obj: Partial<Ballot>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Ballot.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ballot>): Ballot {
    return decodeMessage(buf, Ballot.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ballot>): Generator<BallotCounterFieldEvent | BallotPeerFieldEvent | BallotProcessFieldEvent> {
    return streamMessage(buf, Ballot.codec(), opts)
  }
}

export interface Floor {
  counter: number
  revision: number
}

export namespace Floor {
  let _codec: Codec<Floor>

  export const codec = (): Codec<Floor> => {
    if (_codec == null) {
      _codec = message<Floor>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.counter != null && obj.counter !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.counter)
        }

        if ((obj.revision != null && obj.revision !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.revision)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          counter: 0,
          revision: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.counter = reader.uint64Number()
              break
            }
            case 2: {
              obj.revision = reader.uint64Number()
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
                field: `${prefix}.counter`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.revision`,
                value: reader.uint64Number()
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

  export interface FloorCounterFieldEvent {
    field: '$.counter'
    value: number
  }

  export interface FloorRevisionFieldEvent {
    field: '$.revision'
    value: number
  }

  export function encode (obj: Partial<Floor>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Floor.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Floor>): Floor {
    return decodeMessage(buf, Floor.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Floor>): Generator<FloorCounterFieldEvent | FloorRevisionFieldEvent> {
    return streamMessage(buf, Floor.codec(), opts)
  }
}

export interface Voter {
  peer: string
  acceptor: string
}

export namespace Voter {
  let _codec: Codec<Voter>

  export const codec = (): Codec<Voter> => {
    if (_codec == null) {
      _codec = message<Voter>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.peer != null && obj.peer !== '')) {
          w.uint32(10)
          w.string(obj.peer)
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(18)
          w.string(obj.acceptor)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          peer: '',
          acceptor: ''
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
              obj.acceptor = reader.string()
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
                field: `${prefix}.peer`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.acceptor`,
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

  export interface VoterPeerFieldEvent {
    field: '$.peer'
    value: string
  }

  export interface VoterAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export function encode (obj: Partial<Voter>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Voter.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Voter>): Voter {
    return decodeMessage(buf, Voter.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Voter>): Generator<VoterPeerFieldEvent | VoterAcceptorFieldEvent> {
    return streamMessage(buf, Voter.codec(), opts)
  }
}

export interface Voters {
  genesis: string
  epoch: number
  voters: Voter[]
  next: Voter[]
}

export namespace Voters {
  let _codec: Codec<Voters>

  export const codec = (): Codec<Voters> => {
    if (_codec == null) {
      _codec = message<Voters>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.genesis != null && obj.genesis !== '')) {
          w.uint32(10)
          w.string(obj.genesis)
        }

        if ((obj.epoch != null && obj.epoch !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.epoch)
        }

        if (obj.voters != null && obj.voters.length > 0) {
          for (const value of obj.voters) {
            w.uint32(26)
            Voter.codec().encode(value, w)
          }
        }

        if (obj.next != null && obj.next.length > 0) {
          for (const value of obj.next) {
            w.uint32(34)
            Voter.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          genesis: '',
          epoch: 0,
          voters: [],
          next: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.genesis = reader.string()
              break
            }
            case 2: {
              obj.epoch = reader.uint64Number()
              break
            }
            case 3: {
              if (opts.limits?.voters != null && obj.voters.length === opts.limits.voters) {
                throw new MaxLengthError('Decode error - repeated field "voters" had too many elements')
              }

              obj.voters.push(Voter.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters$
              }))
              break
            }
            case 4: {
              if (opts.limits?.next != null && obj.next.length === opts.limits.next) {
                throw new MaxLengthError('Decode error - repeated field "next" had too many elements')
              }

              obj.next.push(Voter.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.next$
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
          voters: 0,
          next: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.genesis`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.epoch`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              if (opts.limits?.voters != null && obj.voters === opts.limits.voters) {
                throw new MaxLengthError('Streaming decode error - repeated field "voters" had too many elements')
              }

              for (const evt of Voter.codec().stream(reader, reader.uint32(), `${prefix}.voters[]`, {
                limits: opts.limits?.voters$
              })) {
                yield {
                  ...evt,
                  index: obj.voters
                }
              }

              obj.voters++

              break
            }
            case 4: {
              if (opts.limits?.next != null && obj.next === opts.limits.next) {
                throw new MaxLengthError('Streaming decode error - repeated field "next" had too many elements')
              }

              for (const evt of Voter.codec().stream(reader, reader.uint32(), `${prefix}.next[]`, {
                limits: opts.limits?.next$
              })) {
                yield {
                  ...evt,
                  index: obj.next
                }
              }

              obj.next++

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

  export interface VotersGenesisFieldEvent {
    field: '$.genesis'
    value: string
  }

  export interface VotersEpochFieldEvent {
    field: '$.epoch'
    value: number
  }

  export interface VotersVotersPeerFieldEvent {
    field: '$.voters[].peer'
    value: string
    index: number
  }

  export interface VotersVotersAcceptorFieldEvent {
    field: '$.voters[].acceptor'
    value: string
    index: number
  }

  export interface VotersNextPeerFieldEvent {
    field: '$.next[].peer'
    value: string
    index: number
  }

  export interface VotersNextAcceptorFieldEvent {
    field: '$.next[].acceptor'
    value: string
    index: number
  }

  export function encode (obj: Partial<Voters>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Voters.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Voters>): Voters {
    return decodeMessage(buf, Voters.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Voters>): Generator<VotersGenesisFieldEvent | VotersEpochFieldEvent | VotersVotersPeerFieldEvent | VotersVotersAcceptorFieldEvent | VotersNextPeerFieldEvent | VotersNextAcceptorFieldEvent> {
    return streamMessage(buf, Voters.codec(), opts)
  }
}

export interface Sighting {
  acceptor: string
  counter: number
}

export namespace Sighting {
  let _codec: Codec<Sighting>

  export const codec = (): Codec<Sighting> => {
    if (_codec == null) {
      _codec = message<Sighting>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(10)
          w.string(obj.acceptor)
        }

        if ((obj.counter != null && obj.counter !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.counter)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          acceptor: '',
          counter: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.acceptor = reader.string()
              break
            }
            case 2: {
              obj.counter = reader.uint64Number()
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
                field: `${prefix}.acceptor`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.counter`,
                value: reader.uint64Number()
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

  export interface SightingAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export interface SightingCounterFieldEvent {
    field: '$.counter'
    value: number
  }

  export function encode (obj: Partial<Sighting>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Sighting.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Sighting>): Sighting {
    return decodeMessage(buf, Sighting.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Sighting>): Generator<SightingAcceptorFieldEvent | SightingCounterFieldEvent> {
    return streamMessage(buf, Sighting.codec(), opts)
  }
}

export interface Prepare {
  ballot?: Ballot
  known?: Ballot
}

export namespace Prepare {
  let _codec: Codec<Prepare>

  export const codec = (): Codec<Prepare> => {
    if (_codec == null) {
      _codec = message<Prepare>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ballot != null) {
          w.uint32(10)
          Ballot.codec().encode(obj.ballot, w)
        }

        if (obj.known != null) {
          w.uint32(18)
          Ballot.codec().encode(obj.known, w)
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
              obj.ballot = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ballot
              })
              break
            }
            case 2: {
              obj.known = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.known
              })
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
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.ballot`, {
                limits: opts.limits?.ballot
              })

              break
            }
            case 2: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.known`, {
                limits: opts.limits?.known
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

  export interface PrepareBallotCounterFieldEvent {
    field: '$.ballot.counter'
    value: number
  }

  export interface PrepareBallotPeerFieldEvent {
    field: '$.ballot.peer'
    value: string
  }

  export interface PrepareBallotProcessFieldEvent {
    field: '$.ballot.process'
    value: string
  }

  export interface PrepareKnownCounterFieldEvent {
    field: '$.known.counter'
    value: number
  }

  export interface PrepareKnownPeerFieldEvent {
    field: '$.known.peer'
    value: string
  }

  export interface PrepareKnownProcessFieldEvent {
    field: '$.known.process'
    value: string
  }

  export function encode (obj: Partial<Prepare>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Prepare.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Prepare>): Prepare {
    return decodeMessage(buf, Prepare.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Prepare>): Generator<PrepareBallotCounterFieldEvent | PrepareBallotPeerFieldEvent | PrepareBallotProcessFieldEvent | PrepareKnownCounterFieldEvent | PrepareKnownPeerFieldEvent | PrepareKnownProcessFieldEvent> {
    return streamMessage(buf, Prepare.codec(), opts)
  }
}

export interface Accept {
  ballot?: Ballot
  contents: Uint8Array<ArrayBuffer>
  next?: Ballot
  cleared: boolean
  decided?: Ballot
}

export namespace Accept {
  let _codec: Codec<Accept>

  export const codec = (): Codec<Accept> => {
    if (_codec == null) {
      _codec = message<Accept>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ballot != null) {
          w.uint32(10)
          Ballot.codec().encode(obj.ballot, w)
        }

        if ((obj.contents != null && obj.contents.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.contents)
        }

        if (obj.next != null) {
          w.uint32(26)
          Ballot.codec().encode(obj.next, w)
        }

        if ((obj.cleared != null && obj.cleared !== false)) {
          w.uint32(32)
          w.bool(obj.cleared)
        }

        if (obj.decided != null) {
          w.uint32(42)
          Ballot.codec().encode(obj.decided, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          contents: NO_BYTES,
          cleared: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ballot = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ballot
              })
              break
            }
            case 2: {
              obj.contents = reader.bytes()
              break
            }
            case 3: {
              obj.next = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.next
              })
              break
            }
            case 4: {
              obj.cleared = reader.bool()
              break
            }
            case 5: {
              obj.decided = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.decided
              })
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
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.ballot`, {
                limits: opts.limits?.ballot
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.contents`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.next`, {
                limits: opts.limits?.next
              })

              break
            }
            case 4: {
              yield {
                field: `${prefix}.cleared`,
                value: reader.bool()
              }
              break
            }
            case 5: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.decided`, {
                limits: opts.limits?.decided
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

  export interface AcceptBallotCounterFieldEvent {
    field: '$.ballot.counter'
    value: number
  }

  export interface AcceptBallotPeerFieldEvent {
    field: '$.ballot.peer'
    value: string
  }

  export interface AcceptBallotProcessFieldEvent {
    field: '$.ballot.process'
    value: string
  }

  export interface AcceptContentsFieldEvent {
    field: '$.contents'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AcceptNextCounterFieldEvent {
    field: '$.next.counter'
    value: number
  }

  export interface AcceptNextPeerFieldEvent {
    field: '$.next.peer'
    value: string
  }

  export interface AcceptNextProcessFieldEvent {
    field: '$.next.process'
    value: string
  }

  export interface AcceptClearedFieldEvent {
    field: '$.cleared'
    value: boolean
  }

  export interface AcceptDecidedCounterFieldEvent {
    field: '$.decided.counter'
    value: number
  }

  export interface AcceptDecidedPeerFieldEvent {
    field: '$.decided.peer'
    value: string
  }

  export interface AcceptDecidedProcessFieldEvent {
    field: '$.decided.process'
    value: string
  }

  export function encode (obj: Partial<Accept>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Accept.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accept>): Accept {
    return decodeMessage(buf, Accept.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Accept>): Generator<AcceptBallotCounterFieldEvent | AcceptBallotPeerFieldEvent | AcceptBallotProcessFieldEvent | AcceptContentsFieldEvent | AcceptNextCounterFieldEvent | AcceptNextPeerFieldEvent | AcceptNextProcessFieldEvent | AcceptClearedFieldEvent | AcceptDecidedCounterFieldEvent | AcceptDecidedPeerFieldEvent | AcceptDecidedProcessFieldEvent> {
    return streamMessage(buf, Accept.codec(), opts)
  }
}

export interface Read {
  floor?: Floor
  known?: Ballot
}

export namespace Read {
  let _codec: Codec<Read>

  export const codec = (): Codec<Read> => {
    if (_codec == null) {
      _codec = message<Read>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.floor != null) {
          w.uint32(10)
          Floor.codec().encode(obj.floor, w)
        }

        if (obj.known != null) {
          w.uint32(18)
          Ballot.codec().encode(obj.known, w)
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
              obj.floor = Floor.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.floor
              })
              break
            }
            case 2: {
              obj.known = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.known
              })
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
              yield * Floor.codec().stream(reader, reader.uint32(), `${prefix}.floor`, {
                limits: opts.limits?.floor
              })

              break
            }
            case 2: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.known`, {
                limits: opts.limits?.known
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

  export interface ReadFloorCounterFieldEvent {
    field: '$.floor.counter'
    value: number
  }

  export interface ReadFloorRevisionFieldEvent {
    field: '$.floor.revision'
    value: number
  }

  export interface ReadKnownCounterFieldEvent {
    field: '$.known.counter'
    value: number
  }

  export interface ReadKnownPeerFieldEvent {
    field: '$.known.peer'
    value: string
  }

  export interface ReadKnownProcessFieldEvent {
    field: '$.known.process'
    value: string
  }

  export function encode (obj: Partial<Read>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Read.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Read>): Read {
    return decodeMessage(buf, Read.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Read>): Generator<ReadFloorCounterFieldEvent | ReadFloorRevisionFieldEvent | ReadKnownCounterFieldEvent | ReadKnownPeerFieldEvent | ReadKnownProcessFieldEvent> {
    return streamMessage(buf, Read.codec(), opts)
  }
}

export interface Collect {
  ballot?: Ballot
  revision: number
}

export namespace Collect {
  let _codec: Codec<Collect>

  export const codec = (): Codec<Collect> => {
    if (_codec == null) {
      _codec = message<Collect>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ballot != null) {
          w.uint32(10)
          Ballot.codec().encode(obj.ballot, w)
        }

        if ((obj.revision != null && obj.revision !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.revision)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          revision: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.ballot = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ballot
              })
              break
            }
            case 2: {
              obj.revision = reader.uint64Number()
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
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.ballot`, {
                limits: opts.limits?.ballot
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.revision`,
                value: reader.uint64Number()
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

  export interface CollectBallotCounterFieldEvent {
    field: '$.ballot.counter'
    value: number
  }

  export interface CollectBallotPeerFieldEvent {
    field: '$.ballot.peer'
    value: string
  }

  export interface CollectBallotProcessFieldEvent {
    field: '$.ballot.process'
    value: string
  }

  export interface CollectRevisionFieldEvent {
    field: '$.revision'
    value: number
  }

  export function encode (obj: Partial<Collect>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Collect.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Collect>): Collect {
    return decodeMessage(buf, Collect.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Collect>): Generator<CollectBallotCounterFieldEvent | CollectBallotPeerFieldEvent | CollectBallotProcessFieldEvent | CollectRevisionFieldEvent> {
    return streamMessage(buf, Collect.codec(), opts)
  }
}

export interface ListNames {
  after: string
}

export namespace ListNames {
  let _codec: Codec<ListNames>

  export const codec = (): Codec<ListNames> => {
    if (_codec == null) {
      _codec = message<ListNames>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.after != null && obj.after !== '')) {
          w.uint32(10)
          w.string(obj.after)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          after: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.after = reader.string()
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
                field: `${prefix}.after`,
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

  export interface ListNamesAfterFieldEvent {
    field: '$.after'
    value: string
  }

  export function encode (obj: Partial<ListNames>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ListNames.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ListNames>): ListNames {
    return decodeMessage(buf, ListNames.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ListNames>): Generator<ListNamesAfterFieldEvent> {
    return streamMessage(buf, ListNames.codec(), opts)
  }
}

export interface VotingRequest {
  genesis: string
  epoch: number
  acceptor: string
  sightings: Sighting[]
  name: string
  prepare?: Prepare
  accept?: Accept
  read?: Read
  collect?: Collect
  list?: ListNames
}

export namespace VotingRequest {
  let _codec: Codec<VotingRequest>

  export const codec = (): Codec<VotingRequest> => {
    if (_codec == null) {
      _codec = message<VotingRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.genesis != null && obj.genesis !== '')) {
          w.uint32(10)
          w.string(obj.genesis)
        }

        if ((obj.epoch != null && obj.epoch !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.epoch)
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(26)
          w.string(obj.acceptor)
        }

        if (obj.sightings != null && obj.sightings.length > 0) {
          for (const value of obj.sightings) {
            w.uint32(34)
            Sighting.codec().encode(value, w)
          }
        }

        if ((obj.name != null && obj.name !== '')) {
          w.uint32(42)
          w.string(obj.name)
        }

        if (obj.prepare != null) {
          w.uint32(50)
          Prepare.codec().encode(obj.prepare, w)
        }

        if (obj.accept != null) {
          w.uint32(58)
          Accept.codec().encode(obj.accept, w)
        }

        if (obj.read != null) {
          w.uint32(66)
          Read.codec().encode(obj.read, w)
        }

        if (obj.collect != null) {
          w.uint32(74)
          Collect.codec().encode(obj.collect, w)
        }

        if (obj.list != null) {
          w.uint32(82)
          ListNames.codec().encode(obj.list, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          genesis: '',
          epoch: 0,
          acceptor: '',
          sightings: [],
          name: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.genesis = reader.string()
              break
            }
            case 2: {
              obj.epoch = reader.uint64Number()
              break
            }
            case 3: {
              obj.acceptor = reader.string()
              break
            }
            case 4: {
              if (opts.limits?.sightings != null && obj.sightings.length === opts.limits.sightings) {
                throw new MaxLengthError('Decode error - repeated field "sightings" had too many elements')
              }

              obj.sightings.push(Sighting.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.sightings$
              }))
              break
            }
            case 5: {
              obj.name = reader.string()
              break
            }
            case 6: {
              obj.prepare = Prepare.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.prepare
              })
              break
            }
            case 7: {
              obj.accept = Accept.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accept
              })
              break
            }
            case 8: {
              obj.read = Read.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.read
              })
              break
            }
            case 9: {
              obj.collect = Collect.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.collect
              })
              break
            }
            case 10: {
              obj.list = ListNames.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.list
              })
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
          sightings: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.genesis`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.epoch`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.acceptor`,
                value: reader.string()
              }
              break
            }
            case 4: {
              if (opts.limits?.sightings != null && obj.sightings === opts.limits.sightings) {
                throw new MaxLengthError('Streaming decode error - repeated field "sightings" had too many elements')
              }

              for (const evt of Sighting.codec().stream(reader, reader.uint32(), `${prefix}.sightings[]`, {
                limits: opts.limits?.sightings$
              })) {
                yield {
                  ...evt,
                  index: obj.sightings
                }
              }

              obj.sightings++

              break
            }
            case 5: {
              yield {
                field: `${prefix}.name`,
                value: reader.string()
              }
              break
            }
            case 6: {
              yield * Prepare.codec().stream(reader, reader.uint32(), `${prefix}.prepare`, {
                limits: opts.limits?.prepare
              })

              break
            }
            case 7: {
              yield * Accept.codec().stream(reader, reader.uint32(), `${prefix}.accept`, {
                limits: opts.limits?.accept
              })

              break
            }
            case 8: {
              yield * Read.codec().stream(reader, reader.uint32(), `${prefix}.read`, {
                limits: opts.limits?.read
              })

              break
            }
            case 9: {
              yield * Collect.codec().stream(reader, reader.uint32(), `${prefix}.collect`, {
                limits: opts.limits?.collect
              })

              break
            }
            case 10: {
              yield * ListNames.codec().stream(reader, reader.uint32(), `${prefix}.list`, {
                limits: opts.limits?.list
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

  export interface VotingRequestGenesisFieldEvent {
    field: '$.genesis'
    value: string
  }

  export interface VotingRequestEpochFieldEvent {
    field: '$.epoch'
    value: number
  }

  export interface VotingRequestAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export interface VotingRequestSightingsAcceptorFieldEvent {
    field: '$.sightings[].acceptor'
    value: string
    index: number
  }

  export interface VotingRequestSightingsCounterFieldEvent {
    field: '$.sightings[].counter'
    value: number
    index: number
  }

  export interface VotingRequestNameFieldEvent {
    field: '$.name'
    value: string
  }

  export interface VotingRequestPrepareBallotCounterFieldEvent {
    field: '$.prepare.ballot.counter'
    value: number
  }

  export interface VotingRequestPrepareBallotPeerFieldEvent {
    field: '$.prepare.ballot.peer'
    value: string
  }

  export interface VotingRequestPrepareBallotProcessFieldEvent {
    field: '$.prepare.ballot.process'
    value: string
  }

  export interface VotingRequestPrepareKnownCounterFieldEvent {
    field: '$.prepare.known.counter'
    value: number
  }

  export interface VotingRequestPrepareKnownPeerFieldEvent {
    field: '$.prepare.known.peer'
    value: string
  }

  export interface VotingRequestPrepareKnownProcessFieldEvent {
    field: '$.prepare.known.process'
    value: string
  }

  export interface VotingRequestAcceptBallotCounterFieldEvent {
    field: '$.accept.ballot.counter'
    value: number
  }

  export interface VotingRequestAcceptBallotPeerFieldEvent {
    field: '$.accept.ballot.peer'
    value: string
  }

  export interface VotingRequestAcceptBallotProcessFieldEvent {
    field: '$.accept.ballot.process'
    value: string
  }

  export interface VotingRequestAcceptContentsFieldEvent {
    field: '$.accept.contents'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VotingRequestAcceptNextCounterFieldEvent {
    field: '$.accept.next.counter'
    value: number
  }

  export interface VotingRequestAcceptNextPeerFieldEvent {
    field: '$.accept.next.peer'
    value: string
  }

  export interface VotingRequestAcceptNextProcessFieldEvent {
    field: '$.accept.next.process'
    value: string
  }

  export interface VotingRequestAcceptClearedFieldEvent {
    field: '$.accept.cleared'
    value: boolean
  }

  export interface VotingRequestAcceptDecidedCounterFieldEvent {
    field: '$.accept.decided.counter'
    value: number
  }

  export interface VotingRequestAcceptDecidedPeerFieldEvent {
    field: '$.accept.decided.peer'
    value: string
  }

  export interface VotingRequestAcceptDecidedProcessFieldEvent {
    field: '$.accept.decided.process'
    value: string
  }

  export interface VotingRequestReadFloorCounterFieldEvent {
    field: '$.read.floor.counter'
    value: number
  }

  export interface VotingRequestReadFloorRevisionFieldEvent {
    field: '$.read.floor.revision'
    value: number
  }

  export interface VotingRequestReadKnownCounterFieldEvent {
    field: '$.read.known.counter'
    value: number
  }

  export interface VotingRequestReadKnownPeerFieldEvent {
    field: '$.read.known.peer'
    value: string
  }

  export interface VotingRequestReadKnownProcessFieldEvent {
    field: '$.read.known.process'
    value: string
  }

  export interface VotingRequestCollectBallotCounterFieldEvent {
    field: '$.collect.ballot.counter'
    value: number
  }

  export interface VotingRequestCollectBallotPeerFieldEvent {
    field: '$.collect.ballot.peer'
    value: string
  }

  export interface VotingRequestCollectBallotProcessFieldEvent {
    field: '$.collect.ballot.process'
    value: string
  }

  export interface VotingRequestCollectRevisionFieldEvent {
    field: '$.collect.revision'
    value: number
  }

  export interface VotingRequestListAfterFieldEvent {
    field: '$.list.after'
    value: string
  }

  export function encode (obj: Partial<VotingRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, VotingRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VotingRequest>): VotingRequest {
    return decodeMessage(buf, VotingRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VotingRequest>): Generator<VotingRequestGenesisFieldEvent | VotingRequestEpochFieldEvent | VotingRequestAcceptorFieldEvent | VotingRequestSightingsAcceptorFieldEvent | VotingRequestSightingsCounterFieldEvent | VotingRequestNameFieldEvent | VotingRequestPrepareBallotCounterFieldEvent | VotingRequestPrepareBallotPeerFieldEvent | VotingRequestPrepareBallotProcessFieldEvent | VotingRequestPrepareKnownCounterFieldEvent | VotingRequestPrepareKnownPeerFieldEvent | VotingRequestPrepareKnownProcessFieldEvent | VotingRequestAcceptBallotCounterFieldEvent | VotingRequestAcceptBallotPeerFieldEvent | VotingRequestAcceptBallotProcessFieldEvent | VotingRequestAcceptContentsFieldEvent | VotingRequestAcceptNextCounterFieldEvent | VotingRequestAcceptNextPeerFieldEvent | VotingRequestAcceptNextProcessFieldEvent | VotingRequestAcceptClearedFieldEvent | VotingRequestAcceptDecidedCounterFieldEvent | VotingRequestAcceptDecidedPeerFieldEvent | VotingRequestAcceptDecidedProcessFieldEvent | VotingRequestReadFloorCounterFieldEvent | VotingRequestReadFloorRevisionFieldEvent | VotingRequestReadKnownCounterFieldEvent | VotingRequestReadKnownPeerFieldEvent | VotingRequestReadKnownProcessFieldEvent | VotingRequestCollectBallotCounterFieldEvent | VotingRequestCollectBallotPeerFieldEvent | VotingRequestCollectBallotProcessFieldEvent | VotingRequestCollectRevisionFieldEvent | VotingRequestListAfterFieldEvent> {
    return streamMessage(buf, VotingRequest.codec(), opts)
  }
}

export enum Verdict {
  REFUSED = 'REFUSED',
  GRANTED = 'GRANTED',
  OUTRANKED = 'OUTRANKED',
  STALE = 'STALE',
  BEHIND = 'BEHIND',
  NO_VOTER = 'NO_VOTER',
  UNCONFIRMED = 'UNCONFIRMED'
}

enum __VerdictValues {
  REFUSED = 0,
  GRANTED = 1,
  OUTRANKED = 2,
  STALE = 3,
  BEHIND = 4,
  NO_VOTER = 5,
  UNCONFIRMED = 6
}

export namespace Verdict {
  export const codec = (): Codec<Verdict> => {
    return enumeration<Verdict>(__VerdictValues)
  }
}

export interface VotingReply {
  verdict: Verdict
  counter: number
  promised?: Ballot
  accepted?: Ballot
  contents?: Uint8Array<ArrayBuffer>
  floor?: Floor
  voters?: Voters
  names: string[]
  more: boolean
  decided?: Ballot
}

export namespace VotingReply {
  let _codec: Codec<VotingReply>

  export const codec = (): Codec<VotingReply> => {
    if (_codec == null) {
      _codec = message<VotingReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.verdict != null && __VerdictValues[obj.verdict] !== 0) {
          w.uint32(8)
          Verdict.codec().encode(obj.verdict, w)
        }

        if ((obj.counter != null && obj.counter !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.counter)
        }

        if (obj.promised != null) {
          w.uint32(26)
          Ballot.codec().encode(obj.promised, w)
        }

        if (obj.accepted != null) {
          w.uint32(34)
          Ballot.codec().encode(obj.accepted, w)
        }

        if (obj.contents != null) {
          w.uint32(42)
          w.bytes(obj.contents)
        }

        if (obj.floor != null) {
          w.uint32(50)
          Floor.codec().encode(obj.floor, w)
        }

        if (obj.voters != null) {
          w.uint32(58)
          Voters.codec().encode(obj.voters, w)
        }

        if (obj.names != null && obj.names.length > 0) {
          for (const value of obj.names) {
            w.uint32(66)
            w.string(value)
          }
        }

        if ((obj.more != null && obj.more !== false)) {
          w.uint32(72)
          w.bool(obj.more)
        }

        if (obj.decided != null) {
          w.uint32(82)
          Ballot.codec().encode(obj.decided, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          verdict: Verdict.REFUSED,
          counter: 0,
          names: [],
          more: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.verdict = Verdict.codec().decode(reader)
              break
            }
            case 2: {
              obj.counter = reader.uint64Number()
              break
            }
            case 3: {
              obj.promised = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.promised
              })
              break
            }
            case 4: {
              obj.accepted = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accepted
              })
              break
            }
            case 5: {
              obj.contents = reader.bytes()
              break
            }
            case 6: {
              obj.floor = Floor.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.floor
              })
              break
            }
            case 7: {
              obj.voters = Voters.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters
              })
              break
            }
            case 8: {
              if (opts.limits?.names != null && obj.names.length === opts.limits.names) {
                throw new MaxLengthError('Decode error - repeated field "names" had too many elements')
              }

              obj.names.push(reader.string())
              break
            }
            case 9: {
              obj.more = reader.bool()
              break
            }
            case 10: {
              obj.decided = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.decided
              })
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
          names: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.verdict`,
                value: Verdict.codec().decode(reader)
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.counter`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.promised`, {
                limits: opts.limits?.promised
              })

              break
            }
            case 4: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.accepted`, {
                limits: opts.limits?.accepted
              })

              break
            }
            case 5: {
              yield {
                field: `${prefix}.contents`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield * Floor.codec().stream(reader, reader.uint32(), `${prefix}.floor`, {
                limits: opts.limits?.floor
              })

              break
            }
            case 7: {
              yield * Voters.codec().stream(reader, reader.uint32(), `${prefix}.voters`, {
                limits: opts.limits?.voters
              })

              break
            }
            case 8: {
              if (opts.limits?.names != null && obj.names === opts.limits.names) {
                throw new MaxLengthError('Streaming decode error - repeated field "names" had too many elements')
              }

              yield {
                field: `${prefix}.names[]`,
                index: obj.names,
                value: reader.string()
              }

              obj.names++

              break
            }
            case 9: {
              yield {
                field: `${prefix}.more`,
                value: reader.bool()
              }
              break
            }
            case 10: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.decided`, {
                limits: opts.limits?.decided
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

  export interface VotingReplyVerdictFieldEvent {
    field: '$.verdict'
    value: Verdict
  }

  export interface VotingReplyCounterFieldEvent {
    field: '$.counter'
    value: number
  }

  export interface VotingReplyPromisedCounterFieldEvent {
    field: '$.promised.counter'
    value: number
  }

  export interface VotingReplyPromisedPeerFieldEvent {
    field: '$.promised.peer'
    value: string
  }

  export interface VotingReplyPromisedProcessFieldEvent {
    field: '$.promised.process'
    value: string
  }

  export interface VotingReplyAcceptedCounterFieldEvent {
    field: '$.accepted.counter'
    value: number
  }

  export interface VotingReplyAcceptedPeerFieldEvent {
    field: '$.accepted.peer'
    value: string
  }

  export interface VotingReplyAcceptedProcessFieldEvent {
    field: '$.accepted.process'
    value: string
  }

  export interface VotingReplyContentsFieldEvent {
    field: '$.contents'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VotingReplyFloorCounterFieldEvent {
    field: '$.floor.counter'
    value: number
  }

  export interface VotingReplyFloorRevisionFieldEvent {
    field: '$.floor.revision'
    value: number
  }

  export interface VotingReplyVotersGenesisFieldEvent {
    field: '$.voters.genesis'
    value: string
  }

  export interface VotingReplyVotersEpochFieldEvent {
    field: '$.voters.epoch'
    value: number
  }

  export interface VotingReplyVotersVotersPeerFieldEvent {
    field: '$.voters.voters[].peer'
    value: string
    index: number
  }

  export interface VotingReplyVotersVotersAcceptorFieldEvent {
    field: '$.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface VotingReplyVotersNextPeerFieldEvent {
    field: '$.voters.next[].peer'
    value: string
    index: number
  }

  export interface VotingReplyVotersNextAcceptorFieldEvent {
    field: '$.voters.next[].acceptor'
    value: string
    index: number
  }

  export interface VotingReplyNamesFieldEvent {
    field: '$.names[]'
    index: number
    value: string
  }

  export interface VotingReplyMoreFieldEvent {
    field: '$.more'
    value: boolean
  }

  export interface VotingReplyDecidedCounterFieldEvent {
    field: '$.decided.counter'
    value: number
  }

  export interface VotingReplyDecidedPeerFieldEvent {
    field: '$.decided.peer'
    value: string
  }

  export interface VotingReplyDecidedProcessFieldEvent {
    field: '$.decided.process'
    value: string
  }

  export function encode (obj: Partial<VotingReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, VotingReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VotingReply>): VotingReply {
    return decodeMessage(buf, VotingReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<VotingReply>): Generator<VotingReplyVerdictFieldEvent | VotingReplyCounterFieldEvent | VotingReplyPromisedCounterFieldEvent | VotingReplyPromisedPeerFieldEvent | VotingReplyPromisedProcessFieldEvent | VotingReplyAcceptedCounterFieldEvent | VotingReplyAcceptedPeerFieldEvent | VotingReplyAcceptedProcessFieldEvent | VotingReplyContentsFieldEvent | VotingReplyFloorCounterFieldEvent | VotingReplyFloorRevisionFieldEvent | VotingReplyVotersGenesisFieldEvent | VotingReplyVotersEpochFieldEvent | VotingReplyVotersVotersPeerFieldEvent | VotingReplyVotersVotersAcceptorFieldEvent | VotingReplyVotersNextPeerFieldEvent | VotingReplyVotersNextAcceptorFieldEvent | VotingReplyNamesFieldEvent | VotingReplyMoreFieldEvent | VotingReplyDecidedCounterFieldEvent | VotingReplyDecidedPeerFieldEvent | VotingReplyDecidedProcessFieldEvent> {
    return streamMessage(buf, VotingReply.codec(), opts)
  }
}

export interface IdentifyRequest {
  voters?: Voters
}

export namespace IdentifyRequest {
  let _codec: Codec<IdentifyRequest>

  export const codec = (): Codec<IdentifyRequest> => {
    if (_codec == null) {
      _codec = message<IdentifyRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.voters != null) {
          w.uint32(10)
          Voters.codec().encode(obj.voters, w)
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
              obj.voters = Voters.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters
              })
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
              yield * Voters.codec().stream(reader, reader.uint32(), `${prefix}.voters`, {
                limits: opts.limits?.voters
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

  export interface IdentifyRequestVotersGenesisFieldEvent {
    field: '$.voters.genesis'
    value: string
  }

  export interface IdentifyRequestVotersEpochFieldEvent {
    field: '$.voters.epoch'
    value: number
  }

  export interface IdentifyRequestVotersVotersPeerFieldEvent {
    field: '$.voters.voters[].peer'
    value: string
    index: number
  }

  export interface IdentifyRequestVotersVotersAcceptorFieldEvent {
    field: '$.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface IdentifyRequestVotersNextPeerFieldEvent {
    field: '$.voters.next[].peer'
    value: string
    index: number
  }

  export interface IdentifyRequestVotersNextAcceptorFieldEvent {
    field: '$.voters.next[].acceptor'
    value: string
    index: number
  }

  export function encode (obj: Partial<IdentifyRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, IdentifyRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IdentifyRequest>): IdentifyRequest {
    return decodeMessage(buf, IdentifyRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IdentifyRequest>): Generator<IdentifyRequestVotersGenesisFieldEvent | IdentifyRequestVotersEpochFieldEvent | IdentifyRequestVotersVotersPeerFieldEvent | IdentifyRequestVotersVotersAcceptorFieldEvent | IdentifyRequestVotersNextPeerFieldEvent | IdentifyRequestVotersNextAcceptorFieldEvent> {
    return streamMessage(buf, IdentifyRequest.codec(), opts)
  }
}

export interface IdentifyReply {
  acceptor: string
  voters?: Voters
  confirmed?: boolean
}

export namespace IdentifyReply {
  let _codec: Codec<IdentifyReply>

  export const codec = (): Codec<IdentifyReply> => {
    if (_codec == null) {
      _codec = message<IdentifyReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(10)
          w.string(obj.acceptor)
        }

        if (obj.voters != null) {
          w.uint32(18)
          Voters.codec().encode(obj.voters, w)
        }

        if (obj.confirmed != null) {
          w.uint32(24)
          w.bool(obj.confirmed)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          acceptor: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.acceptor = reader.string()
              break
            }
            case 2: {
              obj.voters = Voters.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters
              })
              break
            }
            case 3: {
              obj.confirmed = reader.bool()
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
                field: `${prefix}.acceptor`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield * Voters.codec().stream(reader, reader.uint32(), `${prefix}.voters`, {
                limits: opts.limits?.voters
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.confirmed`,
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

  export interface IdentifyReplyAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export interface IdentifyReplyVotersGenesisFieldEvent {
    field: '$.voters.genesis'
    value: string
  }

  export interface IdentifyReplyVotersEpochFieldEvent {
    field: '$.voters.epoch'
    value: number
  }

  export interface IdentifyReplyVotersVotersPeerFieldEvent {
    field: '$.voters.voters[].peer'
    value: string
    index: number
  }

  export interface IdentifyReplyVotersVotersAcceptorFieldEvent {
    field: '$.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface IdentifyReplyVotersNextPeerFieldEvent {
    field: '$.voters.next[].peer'
    value: string
    index: number
  }

  export interface IdentifyReplyVotersNextAcceptorFieldEvent {
    field: '$.voters.next[].acceptor'
    value: string
    index: number
  }

  export interface IdentifyReplyConfirmedFieldEvent {
    field: '$.confirmed'
    value: boolean
  }

  export function encode (obj: Partial<IdentifyReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, IdentifyReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IdentifyReply>): IdentifyReply {
    return decodeMessage(buf, IdentifyReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IdentifyReply>): Generator<IdentifyReplyAcceptorFieldEvent | IdentifyReplyVotersGenesisFieldEvent | IdentifyReplyVotersEpochFieldEvent | IdentifyReplyVotersVotersPeerFieldEvent | IdentifyReplyVotersVotersAcceptorFieldEvent | IdentifyReplyVotersNextPeerFieldEvent | IdentifyReplyVotersNextAcceptorFieldEvent | IdentifyReplyConfirmedFieldEvent> {
    return streamMessage(buf, IdentifyReply.codec(), opts)
  }
}

export interface ConfigureRequest {
  voters?: Voters
}

export namespace ConfigureRequest {
  let _codec: Codec<ConfigureRequest>

  export const codec = (): Codec<ConfigureRequest> => {
    if (_codec == null) {
      _codec = message<ConfigureRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.voters != null) {
          w.uint32(10)
          Voters.codec().encode(obj.voters, w)
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
              obj.voters = Voters.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters
              })
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
              yield * Voters.codec().stream(reader, reader.uint32(), `${prefix}.voters`, {
                limits: opts.limits?.voters
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

  export interface ConfigureRequestVotersGenesisFieldEvent {
    field: '$.voters.genesis'
    value: string
  }

  export interface ConfigureRequestVotersEpochFieldEvent {
    field: '$.voters.epoch'
    value: number
  }

  export interface ConfigureRequestVotersVotersPeerFieldEvent {
    field: '$.voters.voters[].peer'
    value: string
    index: number
  }

  export interface ConfigureRequestVotersVotersAcceptorFieldEvent {
    field: '$.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface ConfigureRequestVotersNextPeerFieldEvent {
    field: '$.voters.next[].peer'
    value: string
    index: number
  }

  export interface ConfigureRequestVotersNextAcceptorFieldEvent {
    field: '$.voters.next[].acceptor'
    value: string
    index: number
  }

  export function encode (obj: Partial<ConfigureRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ConfigureRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfigureRequest>): ConfigureRequest {
    return decodeMessage(buf, ConfigureRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfigureRequest>): Generator<ConfigureRequestVotersGenesisFieldEvent | ConfigureRequestVotersEpochFieldEvent | ConfigureRequestVotersVotersPeerFieldEvent | ConfigureRequestVotersVotersAcceptorFieldEvent | ConfigureRequestVotersNextPeerFieldEvent | ConfigureRequestVotersNextAcceptorFieldEvent> {
    return streamMessage(buf, ConfigureRequest.codec(), opts)
  }
}

export interface ConfigureReply {
  voters?: Voters
}

export namespace ConfigureReply {
  let _codec: Codec<ConfigureReply>

  export const codec = (): Codec<ConfigureReply> => {
    if (_codec == null) {
      _codec = message<ConfigureReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.voters != null) {
          w.uint32(10)
          Voters.codec().encode(obj.voters, w)
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
              obj.voters = Voters.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters
              })
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
              yield * Voters.codec().stream(reader, reader.uint32(), `${prefix}.voters`, {
                limits: opts.limits?.voters
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

  export interface ConfigureReplyVotersGenesisFieldEvent {
    field: '$.voters.genesis'
    value: string
  }

  export interface ConfigureReplyVotersEpochFieldEvent {
    field: '$.voters.epoch'
    value: number
  }

  export interface ConfigureReplyVotersVotersPeerFieldEvent {
    field: '$.voters.voters[].peer'
    value: string
    index: number
  }

  export interface ConfigureReplyVotersVotersAcceptorFieldEvent {
    field: '$.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface ConfigureReplyVotersNextPeerFieldEvent {
    field: '$.voters.next[].peer'
    value: string
    index: number
  }

  export interface ConfigureReplyVotersNextAcceptorFieldEvent {
    field: '$.voters.next[].acceptor'
    value: string
    index: number
  }

  export function encode (obj: Partial<ConfigureReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ConfigureReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfigureReply>): ConfigureReply {
    return decodeMessage(buf, ConfigureReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfigureReply>): Generator<ConfigureReplyVotersGenesisFieldEvent | ConfigureReplyVotersEpochFieldEvent | ConfigureReplyVotersVotersPeerFieldEvent | ConfigureReplyVotersVotersAcceptorFieldEvent | ConfigureReplyVotersNextPeerFieldEvent | ConfigureReplyVotersNextAcceptorFieldEvent> {
    return streamMessage(buf, ConfigureReply.codec(), opts)
  }
}

export interface ConfirmRequest {
  acceptor: string
}

export namespace ConfirmRequest {
  let _codec: Codec<ConfirmRequest>

  export const codec = (): Codec<ConfirmRequest> => {
    if (_codec == null) {
      _codec = message<ConfirmRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(10)
          w.string(obj.acceptor)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          acceptor: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.acceptor = reader.string()
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
                field: `${prefix}.acceptor`,
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

  export interface ConfirmRequestAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export function encode (obj: Partial<ConfirmRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ConfirmRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmRequest>): ConfirmRequest {
    return decodeMessage(buf, ConfirmRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmRequest>): Generator<ConfirmRequestAcceptorFieldEvent> {
    return streamMessage(buf, ConfirmRequest.codec(), opts)
  }
}

export interface ConfirmReply {
  counter: number
  acceptor: string
}

export namespace ConfirmReply {
  let _codec: Codec<ConfirmReply>

  export const codec = (): Codec<ConfirmReply> => {
    if (_codec == null) {
      _codec = message<ConfirmReply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.counter != null && obj.counter !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.counter)
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(18)
          w.string(obj.acceptor)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          counter: 0,
          acceptor: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.counter = reader.uint64Number()
              break
            }
            case 2: {
              obj.acceptor = reader.string()
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
                field: `${prefix}.counter`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.acceptor`,
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

  export interface ConfirmReplyCounterFieldEvent {
    field: '$.counter'
    value: number
  }

  export interface ConfirmReplyAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export function encode (obj: Partial<ConfirmReply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ConfirmReply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmReply>): ConfirmReply {
    return decodeMessage(buf, ConfirmReply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ConfirmReply>): Generator<ConfirmReplyCounterFieldEvent | ConfirmReplyAcceptorFieldEvent> {
    return streamMessage(buf, ConfirmReply.codec(), opts)
  }
}

export interface RegisterRequest {
  voting?: VotingRequest
  identify?: IdentifyRequest
  configure?: ConfigureRequest
  confirm?: ConfirmRequest
}

export namespace RegisterRequest {
  let _codec: Codec<RegisterRequest>

  export const codec = (): Codec<RegisterRequest> => {
    if (_codec == null) {
      _codec = message<RegisterRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.voting != null) {
          w.uint32(10)
          VotingRequest.codec().encode(obj.voting, w)
        }

        if (obj.identify != null) {
          w.uint32(18)
          IdentifyRequest.codec().encode(obj.identify, w)
        }

        if (obj.configure != null) {
          w.uint32(26)
          ConfigureRequest.codec().encode(obj.configure, w)
        }

        if (obj.confirm != null) {
          w.uint32(34)
          ConfirmRequest.codec().encode(obj.confirm, w)
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
              obj.voting = VotingRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voting
              })
              break
            }
            case 2: {
              obj.identify = IdentifyRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.identify
              })
              break
            }
            case 3: {
              obj.configure = ConfigureRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.configure
              })
              break
            }
            case 4: {
              obj.confirm = ConfirmRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.confirm
              })
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
              yield * VotingRequest.codec().stream(reader, reader.uint32(), `${prefix}.voting`, {
                limits: opts.limits?.voting
              })

              break
            }
            case 2: {
              yield * IdentifyRequest.codec().stream(reader, reader.uint32(), `${prefix}.identify`, {
                limits: opts.limits?.identify
              })

              break
            }
            case 3: {
              yield * ConfigureRequest.codec().stream(reader, reader.uint32(), `${prefix}.configure`, {
                limits: opts.limits?.configure
              })

              break
            }
            case 4: {
              yield * ConfirmRequest.codec().stream(reader, reader.uint32(), `${prefix}.confirm`, {
                limits: opts.limits?.confirm
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

  export interface RegisterRequestVotingGenesisFieldEvent {
    field: '$.voting.genesis'
    value: string
  }

  export interface RegisterRequestVotingEpochFieldEvent {
    field: '$.voting.epoch'
    value: number
  }

  export interface RegisterRequestVotingAcceptorFieldEvent {
    field: '$.voting.acceptor'
    value: string
  }

  export interface RegisterRequestVotingSightingsAcceptorFieldEvent {
    field: '$.voting.sightings[].acceptor'
    value: string
    index: number
  }

  export interface RegisterRequestVotingSightingsCounterFieldEvent {
    field: '$.voting.sightings[].counter'
    value: number
    index: number
  }

  export interface RegisterRequestVotingNameFieldEvent {
    field: '$.voting.name'
    value: string
  }

  export interface RegisterRequestVotingPrepareBallotCounterFieldEvent {
    field: '$.voting.prepare.ballot.counter'
    value: number
  }

  export interface RegisterRequestVotingPrepareBallotPeerFieldEvent {
    field: '$.voting.prepare.ballot.peer'
    value: string
  }

  export interface RegisterRequestVotingPrepareBallotProcessFieldEvent {
    field: '$.voting.prepare.ballot.process'
    value: string
  }

  export interface RegisterRequestVotingPrepareKnownCounterFieldEvent {
    field: '$.voting.prepare.known.counter'
    value: number
  }

  export interface RegisterRequestVotingPrepareKnownPeerFieldEvent {
    field: '$.voting.prepare.known.peer'
    value: string
  }

  export interface RegisterRequestVotingPrepareKnownProcessFieldEvent {
    field: '$.voting.prepare.known.process'
    value: string
  }

  export interface RegisterRequestVotingAcceptBallotCounterFieldEvent {
    field: '$.voting.accept.ballot.counter'
    value: number
  }

  export interface RegisterRequestVotingAcceptBallotPeerFieldEvent {
    field: '$.voting.accept.ballot.peer'
    value: string
  }

  export interface RegisterRequestVotingAcceptBallotProcessFieldEvent {
    field: '$.voting.accept.ballot.process'
    value: string
  }

  export interface RegisterRequestVotingAcceptContentsFieldEvent {
    field: '$.voting.accept.contents'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RegisterRequestVotingAcceptNextCounterFieldEvent {
    field: '$.voting.accept.next.counter'
    value: number
  }

  export interface RegisterRequestVotingAcceptNextPeerFieldEvent {
    field: '$.voting.accept.next.peer'
    value: string
  }

  export interface RegisterRequestVotingAcceptNextProcessFieldEvent {
    field: '$.voting.accept.next.process'
    value: string
  }

  export interface RegisterRequestVotingAcceptClearedFieldEvent {
    field: '$.voting.accept.cleared'
    value: boolean
  }

  export interface RegisterRequestVotingAcceptDecidedCounterFieldEvent {
    field: '$.voting.accept.decided.counter'
    value: number
  }

  export interface RegisterRequestVotingAcceptDecidedPeerFieldEvent {
    field: '$.voting.accept.decided.peer'
    value: string
  }

  export interface RegisterRequestVotingAcceptDecidedProcessFieldEvent {
    field: '$.voting.accept.decided.process'
    value: string
  }

  export interface RegisterRequestVotingReadFloorCounterFieldEvent {
    field: '$.voting.read.floor.counter'
    value: number
  }

  export interface RegisterRequestVotingReadFloorRevisionFieldEvent {
    field: '$.voting.read.floor.revision'
    value: number
  }

  export interface RegisterRequestVotingReadKnownCounterFieldEvent {
    field: '$.voting.read.known.counter'
    value: number
  }

  export interface RegisterRequestVotingReadKnownPeerFieldEvent {
    field: '$.voting.read.known.peer'
    value: string
  }

  export interface RegisterRequestVotingReadKnownProcessFieldEvent {
    field: '$.voting.read.known.process'
    value: string
  }

  export interface RegisterRequestVotingCollectBallotCounterFieldEvent {
    field: '$.voting.collect.ballot.counter'
    value: number
  }

  export interface RegisterRequestVotingCollectBallotPeerFieldEvent {
    field: '$.voting.collect.ballot.peer'
    value: string
  }

  export interface RegisterRequestVotingCollectBallotProcessFieldEvent {
    field: '$.voting.collect.ballot.process'
    value: string
  }

  export interface RegisterRequestVotingCollectRevisionFieldEvent {
    field: '$.voting.collect.revision'
    value: number
  }

  export interface RegisterRequestVotingListAfterFieldEvent {
    field: '$.voting.list.after'
    value: string
  }

  export interface RegisterRequestIdentifyVotersGenesisFieldEvent {
    field: '$.identify.voters.genesis'
    value: string
  }

  export interface RegisterRequestIdentifyVotersEpochFieldEvent {
    field: '$.identify.voters.epoch'
    value: number
  }

  export interface RegisterRequestIdentifyVotersVotersPeerFieldEvent {
    field: '$.identify.voters.voters[].peer'
    value: string
    index: number
  }

  export interface RegisterRequestIdentifyVotersVotersAcceptorFieldEvent {
    field: '$.identify.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface RegisterRequestIdentifyVotersNextPeerFieldEvent {
    field: '$.identify.voters.next[].peer'
    value: string
    index: number
  }

  export interface RegisterRequestIdentifyVotersNextAcceptorFieldEvent {
    field: '$.identify.voters.next[].acceptor'
    value: string
    index: number
  }

  export interface RegisterRequestConfigureVotersGenesisFieldEvent {
    field: '$.configure.voters.genesis'
    value: string
  }

  export interface RegisterRequestConfigureVotersEpochFieldEvent {
    field: '$.configure.voters.epoch'
    value: number
  }

  export interface RegisterRequestConfigureVotersVotersPeerFieldEvent {
    field: '$.configure.voters.voters[].peer'
    value: string
    index: number
  }

  export interface RegisterRequestConfigureVotersVotersAcceptorFieldEvent {
    field: '$.configure.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface RegisterRequestConfigureVotersNextPeerFieldEvent {
    field: '$.configure.voters.next[].peer'
    value: string
    index: number
  }

  export interface RegisterRequestConfigureVotersNextAcceptorFieldEvent {
    field: '$.configure.voters.next[].acceptor'
    value: string
    index: number
  }

  export interface RegisterRequestConfirmAcceptorFieldEvent {
    field: '$.confirm.acceptor'
    value: string
  }

  export function encode (obj: Partial<RegisterRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RegisterRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegisterRequest>): RegisterRequest {
    return decodeMessage(buf, RegisterRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegisterRequest>): Generator<RegisterRequestVotingGenesisFieldEvent | RegisterRequestVotingEpochFieldEvent | RegisterRequestVotingAcceptorFieldEvent | RegisterRequestVotingSightingsAcceptorFieldEvent | RegisterRequestVotingSightingsCounterFieldEvent | RegisterRequestVotingNameFieldEvent | RegisterRequestVotingPrepareBallotCounterFieldEvent | RegisterRequestVotingPrepareBallotPeerFieldEvent | RegisterRequestVotingPrepareBallotProcessFieldEvent | RegisterRequestVotingPrepareKnownCounterFieldEvent | RegisterRequestVotingPrepareKnownPeerFieldEvent | RegisterRequestVotingPrepareKnownProcessFieldEvent | RegisterRequestVotingAcceptBallotCounterFieldEvent | RegisterRequestVotingAcceptBallotPeerFieldEvent | RegisterRequestVotingAcceptBallotProcessFieldEvent | RegisterRequestVotingAcceptContentsFieldEvent | RegisterRequestVotingAcceptNextCounterFieldEvent | RegisterRequestVotingAcceptNextPeerFieldEvent | RegisterRequestVotingAcceptNextProcessFieldEvent | RegisterRequestVotingAcceptClearedFieldEvent | RegisterRequestVotingAcceptDecidedCounterFieldEvent | RegisterRequestVotingAcceptDecidedPeerFieldEvent | RegisterRequestVotingAcceptDecidedProcessFieldEvent | RegisterRequestVotingReadFloorCounterFieldEvent | RegisterRequestVotingReadFloorRevisionFieldEvent | RegisterRequestVotingReadKnownCounterFieldEvent | RegisterRequestVotingReadKnownPeerFieldEvent | RegisterRequestVotingReadKnownProcessFieldEvent | RegisterRequestVotingCollectBallotCounterFieldEvent | RegisterRequestVotingCollectBallotPeerFieldEvent | RegisterRequestVotingCollectBallotProcessFieldEvent | RegisterRequestVotingCollectRevisionFieldEvent | RegisterRequestVotingListAfterFieldEvent | RegisterRequestIdentifyVotersGenesisFieldEvent | RegisterRequestIdentifyVotersEpochFieldEvent | RegisterRequestIdentifyVotersVotersPeerFieldEvent | RegisterRequestIdentifyVotersVotersAcceptorFieldEvent | RegisterRequestIdentifyVotersNextPeerFieldEvent | RegisterRequestIdentifyVotersNextAcceptorFieldEvent | RegisterRequestConfigureVotersGenesisFieldEvent | RegisterRequestConfigureVotersEpochFieldEvent | RegisterRequestConfigureVotersVotersPeerFieldEvent | RegisterRequestConfigureVotersVotersAcceptorFieldEvent | RegisterRequestConfigureVotersNextPeerFieldEvent | RegisterRequestConfigureVotersNextAcceptorFieldEvent | RegisterRequestConfirmAcceptorFieldEvent> {
    return streamMessage(buf, RegisterRequest.codec(), opts)
  }
}

export interface RegisterNotice {
  voters?: Voters
  watch?: string
  changed?: string
}

export namespace RegisterNotice {
  let _codec: Codec<RegisterNotice>

  export const codec = (): Codec<RegisterNotice> => {
    if (_codec == null) {
      _codec = message<RegisterNotice>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.voters != null) {
          w.uint32(10)
          Voters.codec().encode(obj.voters, w)
        }

        if (obj.watch != null) {
          w.uint32(18)
          w.string(obj.watch)
        }

        if (obj.changed != null) {
          w.uint32(26)
          w.string(obj.changed)
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
              obj.voters = Voters.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.voters
              })
              break
            }
            case 2: {
              obj.watch = reader.string()
              break
            }
            case 3: {
              obj.changed = reader.string()
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
              yield * Voters.codec().stream(reader, reader.uint32(), `${prefix}.voters`, {
                limits: opts.limits?.voters
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.watch`,
                value: reader.string()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.changed`,
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

  export interface RegisterNoticeVotersGenesisFieldEvent {
    field: '$.voters.genesis'
    value: string
  }

  export interface RegisterNoticeVotersEpochFieldEvent {
    field: '$.voters.epoch'
    value: number
  }

  export interface RegisterNoticeVotersVotersPeerFieldEvent {
    field: '$.voters.voters[].peer'
    value: string
    index: number
  }

  export interface RegisterNoticeVotersVotersAcceptorFieldEvent {
    field: '$.voters.voters[].acceptor'
    value: string
    index: number
  }

  export interface RegisterNoticeVotersNextPeerFieldEvent {
    field: '$.voters.next[].peer'
    value: string
    index: number
  }

  export interface RegisterNoticeVotersNextAcceptorFieldEvent {
    field: '$.voters.next[].acceptor'
    value: string
    index: number
  }

  export interface RegisterNoticeWatchFieldEvent {
    field: '$.watch'
    value: string
  }

  export interface RegisterNoticeChangedFieldEvent {
    field: '$.changed'
    value: string
  }

  export function encode (obj: Partial<RegisterNotice>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RegisterNotice.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegisterNotice>): RegisterNotice {
    return decodeMessage(buf, RegisterNotice.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegisterNotice>): Generator<RegisterNoticeVotersGenesisFieldEvent | RegisterNoticeVotersEpochFieldEvent | RegisterNoticeVotersVotersPeerFieldEvent | RegisterNoticeVotersVotersAcceptorFieldEvent | RegisterNoticeVotersNextPeerFieldEvent | RegisterNoticeVotersNextAcceptorFieldEvent | RegisterNoticeWatchFieldEvent | RegisterNoticeChangedFieldEvent> {
    return streamMessage(buf, RegisterNotice.codec(), opts)
  }
}

export interface Past {
  nonce: string
  value?: Uint8Array<ArrayBuffer>
}

export namespace Past {
  let _codec: Codec<Past>

  export const codec = (): Codec<Past> => {
    if (_codec == null) {
      _codec = message<Past>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.nonce != null && obj.nonce !== '')) {
          w.uint32(10)
          w.string(obj.nonce)
        }

        if (obj.value != null) {
          w.uint32(18)
          w.bytes(obj.value)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          nonce: ''
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.nonce = reader.string()
              break
            }
            case 2: {
              obj.value = reader.bytes()
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
                field: `${prefix}.nonce`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.value`,
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

  export interface PastNonceFieldEvent {
    field: '$.nonce'
    value: string
  }

  export interface PastValueFieldEvent {
    field: '$.value'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Past>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Past.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Past>): Past {
    return decodeMessage(buf, Past.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Past>): Generator<PastNonceFieldEvent | PastValueFieldEvent> {
    return streamMessage(buf, Past.codec(), opts)
  }
}

export interface Contents {
  revision: number
  value?: Uint8Array<ArrayBuffer>
  past: Past[]
  fingerprints: Uint8Array<ArrayBuffer>
}

export namespace Contents {
  let _codec: Codec<Contents>

  export const codec = (): Codec<Contents> => {
    if (_codec == null) {
      _codec = message<Contents>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.revision != null && obj.revision !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.revision)
        }

        if (obj.value != null) {
          w.uint32(18)
          w.bytes(obj.value)
        }

        if (obj.past != null && obj.past.length > 0) {
          for (const value of obj.past) {
            w.uint32(26)
            Past.codec().encode(value, w)
          }
        }

        if ((obj.fingerprints != null && obj.fingerprints.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.fingerprints)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          revision: 0,
          past: [],
          fingerprints: NO_BYTES
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.revision = reader.uint64Number()
              break
            }
            case 2: {
              obj.value = reader.bytes()
              break
            }
            case 3: {
              if (opts.limits?.past != null && obj.past.length === opts.limits.past) {
                throw new MaxLengthError('Decode error - repeated field "past" had too many elements')
              }

              obj.past.push(Past.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.past$
              }))
              break
            }
            case 4: {
              obj.fingerprints = reader.bytes()
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
          past: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.revision`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.value`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              if (opts.limits?.past != null && obj.past === opts.limits.past) {
                throw new MaxLengthError('Streaming decode error - repeated field "past" had too many elements')
              }

              for (const evt of Past.codec().stream(reader, reader.uint32(), `${prefix}.past[]`, {
                limits: opts.limits?.past$
              })) {
                yield {
                  ...evt,
                  index: obj.past
                }
              }

              obj.past++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.fingerprints`,
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

  export interface ContentsRevisionFieldEvent {
    field: '$.revision'
    value: number
  }

  export interface ContentsValueFieldEvent {
    field: '$.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ContentsPastNonceFieldEvent {
    field: '$.past[].nonce'
    value: string
    index: number
  }

  export interface ContentsPastValueFieldEvent {
    field: '$.past[].value'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface ContentsFingerprintsFieldEvent {
    field: '$.fingerprints'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Contents>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Contents.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Contents>): Contents {
    return decodeMessage(buf, Contents.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Contents>): Generator<ContentsRevisionFieldEvent | ContentsValueFieldEvent | ContentsPastNonceFieldEvent | ContentsPastValueFieldEvent | ContentsFingerprintsFieldEvent> {
    return streamMessage(buf, Contents.codec(), opts)
  }
}

export interface AcceptorRecord {
  promised?: Ballot
  accepted?: Ballot
  contents?: Uint8Array<ArrayBuffer>
  cleared: boolean
}

export namespace AcceptorRecord {
  let _codec: Codec<AcceptorRecord>

  export const codec = (): Codec<AcceptorRecord> => {
    if (_codec == null) {
      _codec = message<AcceptorRecord>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.promised != null) {
          w.uint32(10)
          Ballot.codec().encode(obj.promised, w)
        }

        if (obj.accepted != null) {
          w.uint32(18)
          Ballot.codec().encode(obj.accepted, w)
        }

        if (obj.contents != null) {
          w.uint32(26)
          w.bytes(obj.contents)
        }

        if ((obj.cleared != null && obj.cleared !== false)) {
          w.uint32(32)
          w.bool(obj.cleared)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          cleared: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.promised = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.promised
              })
              break
            }
            case 2: {
              obj.accepted = Ballot.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accepted
              })
              break
            }
            case 3: {
              obj.contents = reader.bytes()
              break
            }
            case 4: {
              obj.cleared = reader.bool()
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
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.promised`, {
                limits: opts.limits?.promised
              })

              break
            }
            case 2: {
              yield * Ballot.codec().stream(reader, reader.uint32(), `${prefix}.accepted`, {
                limits: opts.limits?.accepted
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.contents`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.cleared`,
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

  export interface AcceptorRecordPromisedCounterFieldEvent {
    field: '$.promised.counter'
    value: number
  }

  export interface AcceptorRecordPromisedPeerFieldEvent {
    field: '$.promised.peer'
    value: string
  }

  export interface AcceptorRecordPromisedProcessFieldEvent {
    field: '$.promised.process'
    value: string
  }

  export interface AcceptorRecordAcceptedCounterFieldEvent {
    field: '$.accepted.counter'
    value: number
  }

  export interface AcceptorRecordAcceptedPeerFieldEvent {
    field: '$.accepted.peer'
    value: string
  }

  export interface AcceptorRecordAcceptedProcessFieldEvent {
    field: '$.accepted.process'
    value: string
  }

  export interface AcceptorRecordContentsFieldEvent {
    field: '$.contents'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AcceptorRecordClearedFieldEvent {
    field: '$.cleared'
    value: boolean
  }

  export function encode (obj: Partial<AcceptorRecord>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AcceptorRecord.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AcceptorRecord>): AcceptorRecord {
    return decodeMessage(buf, AcceptorRecord.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AcceptorRecord>): Generator<AcceptorRecordPromisedCounterFieldEvent | AcceptorRecordPromisedPeerFieldEvent | AcceptorRecordPromisedProcessFieldEvent | AcceptorRecordAcceptedCounterFieldEvent | AcceptorRecordAcceptedPeerFieldEvent | AcceptorRecordAcceptedProcessFieldEvent | AcceptorRecordContentsFieldEvent | AcceptorRecordClearedFieldEvent> {
    return streamMessage(buf, AcceptorRecord.codec(), opts)
  }
}

export interface AcceptorState {
  acceptor: string
  counter: number
  floor?: Floor
  sightings: Sighting[]
}

export namespace AcceptorState {
  let _codec: Codec<AcceptorState>

  export const codec = (): Codec<AcceptorState> => {
    if (_codec == null) {
      _codec = message<AcceptorState>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.acceptor != null && obj.acceptor !== '')) {
          w.uint32(10)
          w.string(obj.acceptor)
        }

        if ((obj.counter != null && obj.counter !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.counter)
        }

        if (obj.floor != null) {
          w.uint32(26)
          Floor.codec().encode(obj.floor, w)
        }

        if (obj.sightings != null && obj.sightings.length > 0) {
          for (const value of obj.sightings) {
            w.uint32(34)
            Sighting.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          acceptor: '',
          counter: 0,
          sightings: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.acceptor = reader.string()
              break
            }
            case 2: {
              obj.counter = reader.uint64Number()
              break
            }
            case 3: {
              obj.floor = Floor.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.floor
              })
              break
            }
            case 4: {
              if (opts.limits?.sightings != null && obj.sightings.length === opts.limits.sightings) {
                throw new MaxLengthError('Decode error - repeated field "sightings" had too many elements')
              }

              obj.sightings.push(Sighting.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.sightings$
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
          sightings: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.acceptor`,
                value: reader.string()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.counter`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield * Floor.codec().stream(reader, reader.uint32(), `${prefix}.floor`, {
                limits: opts.limits?.floor
              })

              break
            }
            case 4: {
              if (opts.limits?.sightings != null && obj.sightings === opts.limits.sightings) {
                throw new MaxLengthError('Streaming decode error - repeated field "sightings" had too many elements')
              }

              for (const evt of Sighting.codec().stream(reader, reader.uint32(), `${prefix}.sightings[]`, {
                limits: opts.limits?.sightings$
              })) {
                yield {
                  ...evt,
                  index: obj.sightings
                }
              }

              obj.sightings++

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

  export interface AcceptorStateAcceptorFieldEvent {
    field: '$.acceptor'
    value: string
  }

  export interface AcceptorStateCounterFieldEvent {
    field: '$.counter'
    value: number
  }

  export interface AcceptorStateFloorCounterFieldEvent {
    field: '$.floor.counter'
    value: number
  }

  export interface AcceptorStateFloorRevisionFieldEvent {
    field: '$.floor.revision'
    value: number
  }

  export interface AcceptorStateSightingsAcceptorFieldEvent {
    field: '$.sightings[].acceptor'
    value: string
    index: number
  }

  export interface AcceptorStateSightingsCounterFieldEvent {
    field: '$.sightings[].counter'
    value: number
    index: number
  }

  export function encode (obj: Partial<AcceptorState>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AcceptorState.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AcceptorState>): AcceptorState {
    return decodeMessage(buf, AcceptorState.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AcceptorState>): Generator<AcceptorStateAcceptorFieldEvent | AcceptorStateCounterFieldEvent | AcceptorStateFloorCounterFieldEvent | AcceptorStateFloorRevisionFieldEvent | AcceptorStateSightingsAcceptorFieldEvent | AcceptorStateSightingsCounterFieldEvent> {
    return streamMessage(buf, AcceptorState.codec(), opts)
  }
}
