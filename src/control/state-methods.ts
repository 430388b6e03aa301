import { readFile, stat } from 'node:fs/promises'
import { CoveyError, InvalidInputError, messageOf } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { NotInStrongError } from '../mesh/strong.ts'
import { loadDocuments } from '../state/documents/libraries.ts'
import { Namespace } from '../state/namespace.ts'
import type { PolicyName } from '../state/policy.ts'
import type { Snapshot } from '../state/snapshot.ts'
import type { WriteOptions } from '../state/write-options.ts'
import { DEFAULT_PAGE_ENTRIES, MAX_ANSWER_BYTES, MAX_SNAPSHOT_BYTES, SNAPSHOT_PART_BYTES } from './limits.ts'
import type { CallContext, ControlHandlers } from './methods.ts'
import { type AnyNamespace, declared, opened, openedEventual } from './open-namespace.ts'
import type { ControlParams, NoParams, WriteParams } from './protocol.ts'
import { explained } from './state-errors.ts'
import type { WireEntry, WirePage, WireStrongEntry } from './state-protocol.ts'
import { wireConflict, wireEntryOf, wireHistoryItem, wireReport, wireWatchItem } from './wire-state.ts'

/** Entries that are read at once for a page: the largest take a megabyte each. */
const READ_AT_ONCE = 16

type StateMethods = Extract<keyof ControlHandlers, `state${string}` | `sync${string}`>

/** The part of the local API that is about the replicated state. */
export function stateHandlers(mesh: Mesh): Pick<ControlHandlers, StateMethods> {
  const open = (name: string): AnyNamespace => opened(mesh, name)
  return {
    stateNamespaces: () => mesh.namespaces(),
    stateGet: ({ namespace, key }) => reading(async () => orNull(await open(namespace).entry(key))),
    stateSet: ({ namespace, key, value, policy, rank, strong = false, ...write }) =>
      writing(namespace, key, async () => {
        const target = declared(mesh, namespace, strong ? 'strong' : policy)
        if (target instanceof Namespace) {
          const options = { ...writeOptions(write), ...(rank !== undefined && { rank }) }
          return { version: await target.set(key, value, options) }
        }
        if (rank !== undefined) throw new NotInStrongError(namespace, ONE_WRITER, 'Leave --rank out.')
        return { version: await target.set(key, value, writeOptions(write)) }
      }),
    stateDelete: ({ namespace, key, ...write }) =>
      writing(namespace, key, async () => ({ deleted: await open(namespace).delete(key, writeOptions(write)) })),
    stateList: (params) => reading(async () => page(open(params.namespace), params)),
    stateHistory: ({ namespace, key }) => {
      const { fit, omitted } = fitting(open(namespace).history(key).map(wireHistoryItem))
      return { items: fit, omitted }
    },
    stateConflicts: ({ namespace }) => {
      const eventual = openedEventual(mesh, namespace, ONE_WRITER, `See what it holds: covey state list ${namespace}.`)
      const { fit, omitted } = fitting(eventual.conflicts().map(wireConflict))
      return { conflicts: fit, omitted }
    },
    stateResolve: ({ namespace, key, value, ...write }) =>
      writing(namespace, key, async () => {
        const eventual = openedEventual(
          mesh,
          namespace,
          ONE_WRITER,
          `Write it: covey state set ${namespace} ${key} JSON.`,
        )
        return { version: await eventual.resolve(key, value, writeOptions(write)) }
      }),
    stateWatch: ({ namespace, prefix }, context) => watch(open(namespace), prefix, context),
    stateSnapshot: ({ namespace }, context) =>
      snapshot(openedEventual(mesh, namespace, KEY_BY_KEY, LIST_AND_GET), context),
    stateRestore: async ({ namespace, file }) => {
      const taken = await readSnapshotFile(file)
      await loadDocuments()
      // A policy of a program's own is refused as one that is unknown.
      const target = declared(mesh, namespace, undefined, taken.policy as PolicyName)
      if (target instanceof Namespace) return { written: await target.restore(taken) }
      throw new NotInStrongError(namespace, KEY_BY_KEY, 'Restore it into an eventual namespace, or set key by key.')
    },
    sync: async () => (await mesh.sync()).map(wireReport),
    syncStatus: () => mesh.syncStatus(),
  }
}

/** Why a strong namespace has no conflicts and no ranks. */
const ONE_WRITER = 'the voters take one write of a key after the other, and none are concurrent'
/** Why it has no snapshots. */
const KEY_BY_KEY = 'each of its keys is decided by itself, and nobody sees all of them at one moment'
const LIST_AND_GET =
  'What this node has heard of: covey state list --json; one key by the word of the voters: covey state get.'

/** Documents need libraries that few programs want: they are loaded when the first document is read. */
async function reading<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof CoveyError && error.code === 'NOT_LOADED')) throw error
    await loadDocuments()
    return await read()
  }
}

async function writing<T>(namespace: string, key: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw explained(error, namespace, key)
  }
}

const orNull = (entry: Parameters<typeof wireEntryOf>[0] | undefined): WireEntry | WireStrongEntry | null =>
  entry === undefined ? null : wireEntryOf(entry)

/** As many entries as were asked for, or as fit one answer; one at least, if there is one. */
function page(namespace: AnyNamespace, { prefix, after, limit }: ControlParams<'stateList'>): WirePage {
  const wanted = limit ?? DEFAULT_PAGE_ENTRIES
  const entries: WirePage['entries'] = []
  let bytes = 0
  for (let last = after; ; ) {
    const options = { ...(prefix !== undefined && { prefix }), ...(last !== undefined && { after: last }) }
    const some = namespace.list({ ...options, limit: Math.min(READ_AT_ONCE, wanted - entries.length) })
    for (const entry of some.entries) {
      const wire = wireEntryOf(entry)
      bytes += jsonBytes(wire)
      if (entries.length > 0 && bytes > MAX_ANSWER_BYTES) return { entries, next: last ?? null }
      entries.push(wire)
      last = entry.key
    }
    if (some.next === undefined || entries.length === wanted) return { entries, next: some.next ?? null }
    last = some.next
  }
}

async function watch(namespace: AnyNamespace, prefix: string | undefined, context: CallContext): Promise<NoParams> {
  await loadDocuments()
  const items = namespace.watch(prefix)
  // Ends the loop also where it waits for a change.
  const end = (): void => void items.return?.()
  context.signal.addEventListener('abort', end, { once: true })
  if (context.signal.aborted) end()
  try {
    // One after the other: while a slow reader takes its time the watch keeps what it may, and then says that it fell behind.
    for await (const item of items) await context.send(wireWatchItem(item))
    return {}
  } finally {
    context.signal.removeEventListener('abort', end)
  }
}

async function snapshot(namespace: Namespace, { send, signal }: CallContext): Promise<{ entries: number }> {
  const { entries, ...header } = await reading(() => namespace.snapshot())
  await send({ header })
  let part: Json[] = []
  let bytes = 0
  let total = 0
  for (const entry of entries) {
    if (signal.aborted) break
    const size = jsonBytes(entry)
    total += size
    if (total > MAX_SNAPSHOT_BYTES) {
      throw new CoveyError(
        'TOO_LARGE',
        `the snapshot of ${namespace.name} is larger than the ${MAX_SNAPSHOT_BYTES} bytes that can be restored`,
        'Use smaller namespaces, or snapshot() and restore() in a program.',
      )
    }
    if (part.length > 0 && bytes + size > SNAPSHOT_PART_BYTES) {
      await send({ entries: part })
      part = []
      bytes = 0
    }
    part.push({ ...entry })
    bytes += size
  }
  if (part.length > 0) await send({ entries: part })
  return { entries: entries.length }
}

/** What else may be wrong with it is found, before anything is written, where it is restored. */
async function readSnapshotFile(file: string): Promise<Snapshot> {
  try {
    const { size } = await stat(file)
    if (size > 2 * MAX_SNAPSHOT_BYTES) throw new Error(`it has ${size} bytes`)
    const snapshot = JSON.parse(await readFile(file, 'utf8')) as Snapshot | null
    // Before a namespace is declared for it.
    if (snapshot?.format !== 'covey-snapshot') throw new Error('that is no snapshot')
    return snapshot
  } catch (error) {
    throw new InvalidInputError(
      `${file} cannot be read as a snapshot: ${messageOf(error)}`,
      'Make one: covey state snapshot NAMESPACE > FILE.',
      { cause: error },
    )
  }
}

/** The first of them that fit one answer, one at least. */
function fitting<T>(items: readonly T[]): { fit: T[]; omitted: number } {
  let bytes = 0
  const fit = items.filter((item, i) => {
    bytes += jsonBytes(item)
    return i === 0 || bytes <= MAX_ANSWER_BYTES
  })
  return { fit, omitted: items.length - fit.length }
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

function writeOptions({
  expect,
  fence,
}: Pick<WriteParams, 'expect' | 'fence'>): Pick<WriteOptions, 'expect' | 'fence'> {
  return { ...(expect !== undefined && { expect }), ...(fence !== undefined && { fence }) }
}
