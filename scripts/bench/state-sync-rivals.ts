/** What it costs Yjs, Loro and Automerge to make two replicas equal: encoding, and decoding at the other end, without a network. */

export interface Result {
  ms: number
  bytes: number
}

export const valueFor = (i: number): { n: number; text: string } => ({ n: i, text: `value ${i}` })
export const keyOf = (i: number): string => `key-${String(i).padStart(5, '0')}`

/** A pair of replicas with one map. */
export interface Rival {
  readonly name: string
  /** Keys of the largest pair that is measured: some take minutes for more. */
  readonly most: number
  pair(): Promise<RivalPair>
}

export interface RivalPair {
  /** Writes at the first replica, one transaction for each. */
  set(key: string, value: { n: number; text: string }): void
  /** Makes the second one equal to the first. */
  sync(): Result
}

const yjs: Rival = {
  name: 'Yjs',
  most: 100_000,
  async pair() {
    const { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } = await import('yjs')
    const [a, b] = [new Doc(), new Doc()]
    const map = a.getMap('bench')
    return {
      set: (key, value) => map.set(key, value),
      sync() {
        const began = performance.now()
        const vector = encodeStateVector(b)
        const update = encodeStateAsUpdate(a, vector)
        applyUpdate(b, update)
        return { ms: performance.now() - began, bytes: vector.length + update.length }
      },
    }
  },
}

/** What is used of a rival that only the benchmarks install: its own types are not there for the type check. */
interface LoroDoc {
  getMap(name: string): { set(key: string, value: unknown): void }
  commit(): void
  oplogVersion(): { encode(): Uint8Array }
  export(options: { mode: 'update'; from: object }): Uint8Array
  import(update: Uint8Array): void
}
interface Loro {
  LoroDoc: new () => LoroDoc
  VersionVector: { decode(bytes: Uint8Array): object }
}

/** As for `Loro`. */
interface Automerge {
  init<T>(): T
  initSyncState(): object
  change<T>(doc: T, edit: (values: T) => void): T
  generateSyncMessage(doc: object, state: object): [state: object, message: Uint8Array | null]
  receiveSyncMessage<T>(doc: T, state: object, message: Uint8Array): [doc: T, state: object, patch: unknown]
}

// The name is no literal on purpose: tools would look for the package beside the product's.
const load = async <Module>(name: string): Promise<Module> => (await import(name)) as Module

const loro: Rival = {
  name: 'Loro',
  most: 100_000,
  async pair() {
    const { LoroDoc, VersionVector } = await load<Loro>('loro-crdt')
    const [a, b] = [new LoroDoc(), new LoroDoc()]
    const map = a.getMap('bench')
    return {
      set(key, value) {
        map.set(key, value)
        a.commit()
      },
      sync() {
        const began = performance.now()
        const vector = b.oplogVersion().encode()
        const update = a.export({ mode: 'update', from: VersionVector.decode(vector) })
        b.import(update)
        return { ms: performance.now() - began, bytes: vector.length + update.length }
      },
    }
  },
}

const automerge: Rival = {
  name: 'Automerge',
  most: 10_000,
  async pair() {
    const { change, generateSyncMessage, init, initSyncState, receiveSyncMessage } =
      await load<Automerge>('@automerge/automerge')
    type Values = Record<string, { n: number; text: string }>
    let a = init<Values>()
    let b = init<Values>()
    let [stateA, stateB] = [initSyncState(), initSyncState()]
    let queued: [string, { n: number; text: string }][] = []
    /** One transaction for all: with one for each it would take minutes. */
    const flush = (): void => {
      const writes = queued
      queued = []
      if (writes.length > 0) {
        a = change(a, (values) => {
          for (const [key, value] of writes) values[key] = value
        })
      }
    }
    return {
      set(key, value) {
        queued.push([key, value])
      },
      sync() {
        flush()
        const began = performance.now()
        let bytes = 0
        for (let quiet = false; !quiet; ) {
          const [nextA, toB] = generateSyncMessage(a, stateA)
          stateA = nextA
          if (toB) [b, stateB] = receiveSyncMessage(b, stateB, toB)
          const [nextB, toA] = generateSyncMessage(b, stateB)
          stateB = nextB
          if (toA) [a, stateA] = receiveSyncMessage(a, stateA, toA)
          bytes += (toB?.length ?? 0) + (toA?.length ?? 0)
          quiet = !toB && !toA
        }
        return { ms: performance.now() - began, bytes }
      },
    }
  },
}

export const RIVALS: readonly Rival[] = [yjs, loro, automerge]

export const best = (results: readonly Result[]): Result => results.reduce((a, b) => (b.ms < a.ms ? b : a))

/** Pairs measured in one process, after the one that warms it up; of what takes long fewer. */
const PAIRS = 5
const MANY_KEYS = 10_000
/** Changes of a pair. */
const CHANGES = 4

/** Fresh pairs: all keys to the empty replica, then one key changed; the best of each. */
export async function measureRival(name: string, keys: number): Promise<{ fill: Result; change: Result }> {
  const rival = RIVALS.find((one) => one.name === name)
  if (!rival) throw new Error(`no rival ${name}`)
  const fills: Result[] = []
  const changes: Result[] = []
  const pairs = keys > MANY_KEYS || rival.most <= MANY_KEYS ? 1 : PAIRS
  for (let i = 0; i <= pairs; i++) {
    const { set, sync } = await rival.pair()
    for (let j = 0; j < keys; j++) set(keyOf(j), valueFor(j))
    globalThis.gc?.()
    const filled = sync()
    if (i > 0) fills.push(filled)
    for (let j = 0; j < CHANGES; j++) {
      set(keyOf(j), valueFor(-j - 1))
      changes.push(sync())
    }
  }
  return { fill: best(fills), change: best(changes) }
}
