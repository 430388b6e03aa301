import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { CoveyError } from '../lib/errors.ts'
import { explainFailure, type PlainFailure, plainFailure } from './failure.ts'
import { packEntries } from './packing.ts'
import { SqliteFile } from './sqlite-file.ts'
import type { Answer, CommitOrder, Opened, Order, ReadOrder, Value } from './sqlite-messages.ts'

/** The thread that holds the file: a commit waits for the disk, and here nothing else waits with it. */

/** Bytes of writes that join one transaction: beyond, those in front would wait long for those behind. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024

type Numbered<T> = T & { id: number }

const port = parentPort as MessagePort
const directory = workerData as string
/** Why the file may not be touched any more. */
let broken: PlainFailure | undefined

open()

function open(): void {
  let failure: PlainFailure | undefined
  let isNew = false
  try {
    const file = SqliteFile.open(directory)
    isNew = file.isNew
    // What came meanwhile is taken without a turn of the event loop in between, which costs as much as some ten rows.
    port.on('message', (first: Order) => {
      for (let order: Order | undefined = first; order; order = next()) work(file, order)
    })
  } catch (error) {
    failure = describe(error)
  }
  port.postMessage({ failure, isNew } satisfies Opened)
}

/**
 * Takes an order and whatever came while the last transaction was on its way to the disk: the reads first, since they are
 * quick, then the commits as one transaction.
 */
function work(file: SqliteFile, first: Order): void {
  const reads: Numbered<ReadOrder>[] = []
  const commits: Numbered<CommitOrder>[] = []
  let bytes = 0
  let close: number | undefined
  for (let order: Order | undefined = first; order; order = bytes < MAX_GROUP_BYTES ? next() : undefined) {
    if (order.kind === 'close') close = order.id
    else if (order.kind !== 'commit') reads.push(order)
    else {
      commits.push(order)
      bytes += order.writes.bytes.length
    }
  }
  if (reads.length > 0) answer(reads.map((order) => read(file, order)))
  if (commits.length > 0) answer(commit(file, commits))
  if (close !== undefined) end(file, close)
}

function next(): Order | undefined {
  return receiveMessageOnPort(port)?.message as Order | undefined
}

function read(file: SqliteFile, order: Numbered<ReadOrder>): Answer {
  const { id } = order
  if (broken) return { id, failure: broken, fatal: true }
  try {
    if (order.kind === 'get') return { id, value: file.get(order.table, order.key) }
    const page = file.list(order.table, order.from, order.prefix, order.limit)
    return { id, value: { bytes: packEntries(page.entries), next: page.next } }
  } catch (error) {
    const failure = describe(error)
    // One row that rotted is one row; what SQLite itself says is about the whole file.
    if (!(error instanceof CoveyError)) broken = failure
    return { id, failure, fatal: broken !== undefined }
  }
}

function commit(file: SqliteFile, orders: readonly Numbered<CommitOrder>[]): Answer[] {
  const start = performance.now()
  try {
    if (!broken) file.commit(orders.map(({ writes }) => writes))
  } catch (error) {
    // What could not be written, for whatever reason, is the end: nobody knows now what is on the disk.
    broken = describe(error)
  }
  const failure = broken
  const ms = performance.now() - start
  return orders.map(({ id }) => (failure ? { id, failure, fatal: true } : { id, value: undefined, ms }))
}

function end(file: SqliteFile, id: number): void {
  let failure: PlainFailure | undefined
  try {
    file.close(broken === undefined)
  } catch (error) {
    failure = describe(error)
  }
  answer([failure ? { id, failure, fatal: true } : { id, value: undefined }])
  port.close()
}

/** Values are moved, not copied. */
function answer(answers: readonly Answer[]): void {
  port.postMessage(
    answers,
    answers.flatMap((each) => ('value' in each ? bufferOf(each.value) : [])),
  )
}

function bufferOf(value: Value): ArrayBuffer[] {
  if (!value) return []
  return [('bytes' in value ? value.bytes : value).buffer]
}

function describe(error: unknown): PlainFailure {
  return plainFailure(explainFailure(error, directory))
}
