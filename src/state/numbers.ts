import { StateFormatError } from './codec.ts'
import { MAX_SEQUENCE, peerOf, type ReplicaId } from './dot.ts'
import { MAX_REPLICA_CHARS } from './limits.ts'

/** Bytes of a replica's number: more than the epochs of a large mesh in a century. */
const NUMBER_BYTES = 4
/** Bytes of a sequence: what a number counts exactly has 53 bits. */
const SEQUENCE_BYTES = 7

/** What the disk has of one replica, or will have with the transaction that is being made. */
interface Known {
  readonly number: number
  /** The end of the run in its context row, and how far the rows of events lead on from there; undefined where it has none. */
  run: number | undefined
  seen: number | undefined
}

/**
 * What replicas are called on one side of the disk: a replica's id is half as long as most events. A number stands in the
 * context row of its replica, which is there before and as long as any event of it is.
 */
export class Numbers {
  readonly #known = new Map<ReplicaId, Known>()
  readonly #replicas = new Map<number, ReplicaId>()
  #next = 0

  /** Of a replica that has a row on the disk or in this transaction. */
  get(replica: ReplicaId): number | undefined {
    return this.#known.get(replica)?.number
  }

  /** Its number, a new one if it had none: then its context row must be in the same transaction. */
  give(replica: ReplicaId): number {
    return this.#give(replica).number
  }

  #give(replica: ReplicaId): Known {
    const known = this.#known.get(replica)
    if (known) return known
    const given: Known = { number: this.#next++, run: undefined, seen: undefined }
    this.#known.set(replica, given)
    this.#replicas.set(given.number, replica)
    return given
  }

  /** Its context row is deleted. */
  delete(replica: ReplicaId): void {
    const known = this.#known.get(replica)
    if (!known) return
    this.#known.delete(replica)
    this.#replicas.delete(known.number)
  }

  /** The end of the run that the last context row of a replica says; undefined where it has no row. */
  runOf(replica: ReplicaId): number | undefined {
    return this.#known.get(replica)?.run
  }

  /** How far a replica is held as the disk has it; undefined where it has no context row. */
  seenOf(replica: ReplicaId): number | undefined {
    return this.#known.get(replica)?.seen
  }

  /** An event of these has a row, which is there until a context row is written whose run it lies in. */
  see(replica: ReplicaId, sequence: number): void {
    const known = this.#known.get(replica)
    if (known?.seen === sequence - 1) known.seen = sequence
  }

  /** The context row of a replica: its number and the end of its run, 0 where it has none. */
  row(replica: ReplicaId, run: number): Buffer {
    const known = this.#give(replica)
    known.run = run
    known.seen = run
    return rowKey(known.number, run)
  }

  /** Takes a context row, and answers the run in it. Throws `StateFormatError`. */
  load(replica: ReplicaId, row: Uint8Array): number {
    if (replica.length > MAX_REPLICA_CHARS || peerOf(replica) === undefined)
      throw new StateFormatError('a bad replica id')
    const [number, run] = readRowKey(row)
    if (this.#replicas.has(number)) throw new StateFormatError('two replicas of one number')
    this.#known.set(replica, { number, run, seen: run })
    this.#replicas.set(number, replica)
    this.#next = Math.max(this.#next, number + 1)
    return run
  }

  /** The dot of an event by its key. Throws `StateFormatError`. */
  dotOf(key: Uint8Array): { replica: ReplicaId; sequence: number } {
    const [number, sequence] = readRowKey(key)
    const replica = this.#replicas.get(number)
    if (replica === undefined) throw new StateFormatError(`an event of a replica ${number} that has no row`)
    return { replica, sequence }
  }
}

/** Big endian, so that keys are ordered as the numbers are. */
export function rowKey(number: number, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(NUMBER_BYTES + SEQUENCE_BYTES)
  // Three bytes, then four: what has more than 32 bits cannot be shifted.
  const high = Math.floor(sequence / 0x1_0000_0000)
  const low = sequence % 0x1_0000_0000
  // One by one: a call of `Buffer` for each part takes longer.
  for (let i = 0; i < NUMBER_BYTES; i++) key[i] = number >>> (24 - 8 * i)
  for (let i = 0; i < SEQUENCE_BYTES - 4; i++) key[NUMBER_BYTES + i] = high >>> (16 - 8 * i)
  for (let i = 0; i < 4; i++) key[NUMBER_BYTES + SEQUENCE_BYTES - 4 + i] = low >>> (24 - 8 * i)
  return key
}

function readRowKey(bytes: Uint8Array): [number: number, sequence: number] {
  if (bytes.length !== NUMBER_BYTES + SEQUENCE_BYTES) throw new StateFormatError(`a key of ${bytes.length} bytes`)
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const high = key.readUIntBE(NUMBER_BYTES, SEQUENCE_BYTES - 4)
  const sequence = high * 0x1_0000_0000 + key.readUInt32BE(NUMBER_BYTES + SEQUENCE_BYTES - 4)
  if (sequence > MAX_SEQUENCE) throw new StateFormatError(`a sequence of ${sequence}`)
  return [key.readUInt32BE(0), sequence]
}
