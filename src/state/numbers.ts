import { StateFormatError } from './codec.ts'
import { MAX_SEQUENCE, peerOf, type ReplicaId } from './dot.ts'
import { MAX_REPLICA_CHARS } from './limits.ts'

/** Bytes of a replica's number: more than the epochs of a large mesh in a century. */
const NUMBER_BYTES = 4
/** Bytes of a sequence: what a number counts exactly has 53 bits. */
const SEQUENCE_BYTES = 7

/**
 * What replicas are called on one side of the disk: a replica's id is half as long as most events. A number stands in the
 * context row of its replica, which is there before and as long as any event of it is.
 */
export class Numbers {
  readonly #numbers = new Map<ReplicaId, number>()
  readonly #replicas = new Map<number, ReplicaId>()
  /** The end of the run in the context row of each, and how far the rows of events lead on from there. */
  readonly #runs = new Map<ReplicaId, number>()
  readonly #seen = new Map<ReplicaId, number>()
  #next = 0

  /** Of a replica that has a row on the disk or in this transaction. */
  get(replica: ReplicaId): number | undefined {
    return this.#numbers.get(replica)
  }

  /** Its number, a new one if it had none: then its context row must be in the same transaction. */
  give(replica: ReplicaId): number {
    const known = this.#numbers.get(replica)
    if (known !== undefined) return known
    const number = this.#next++
    this.#numbers.set(replica, number)
    this.#replicas.set(number, replica)
    return number
  }

  /** Its context row is deleted. */
  delete(replica: ReplicaId): void {
    const number = this.#numbers.get(replica)
    if (number === undefined) return
    this.#numbers.delete(replica)
    this.#replicas.delete(number)
    this.#runs.delete(replica)
    this.#seen.delete(replica)
  }

  /** The end of the run that the last context row of a replica says; undefined where it has no row. */
  runOf(replica: ReplicaId): number | undefined {
    return this.#runs.get(replica)
  }

  /** How far a replica is held as the disk has it; undefined where it has no context row. */
  seenOf(replica: ReplicaId): number | undefined {
    return this.#seen.get(replica)
  }

  /** An event of these has a row, which is there until a context row is written whose run it lies in. */
  see(replica: ReplicaId, sequence: number): void {
    if (this.#seen.get(replica) === sequence - 1) this.#seen.set(replica, sequence)
  }

  #setRun(replica: ReplicaId, run: number): void {
    this.#runs.set(replica, run)
    this.#seen.set(replica, run)
  }

  /** The context row of a replica: its number and the end of its run, 0 where it has none. */
  row(replica: ReplicaId, run: number): Buffer {
    this.#setRun(replica, run)
    return rowKey(this.give(replica), run)
  }

  /** Takes a context row, and answers the run in it. Throws `StateFormatError`. */
  load(replica: ReplicaId, row: Uint8Array): number {
    if (replica.length > MAX_REPLICA_CHARS || peerOf(replica) === undefined)
      throw new StateFormatError('a bad replica id')
    const [number, run] = readRowKey(row)
    if (this.#replicas.has(number)) throw new StateFormatError('two replicas of one number')
    this.#numbers.set(replica, number)
    this.#replicas.set(number, replica)
    this.#setRun(replica, run)
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
  key.writeUInt32BE(number, 0)
  // Three bytes, then four.
  const high = Math.floor(sequence / 0x1_0000_0000)
  key.writeUIntBE(high, NUMBER_BYTES, SEQUENCE_BYTES - 4)
  key.writeUInt32BE(sequence % 0x1_0000_0000, NUMBER_BYTES + SEQUENCE_BYTES - 4)
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
