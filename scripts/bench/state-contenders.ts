/** The maps that are measured beside one another: covey's, in memory, and those of Yjs, Automerge and Loro. */
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { systemRandom } from '../../src/lib/random.ts'
import type { Namespace } from '../../src/state/namespace.ts'
import { createState } from '../../src/state/state.ts'
import { StateStore } from '../../src/state/store.ts'

/** One key-value map under test. */
export interface Contender {
  readonly name: string
  /** Writes of a lap; fewer of what is slow. */
  readonly writes: number
  /** Resolves to a writer of one key in one transaction. */
  open(): Promise<(key: string, value: string) => unknown>
  /** Resolves to a map that holds so many keys, written as it likes best. */
  fill(keys: number): Promise<unknown>
}

const WRITES = 100_000
export const keyOf = (i: number): string => `key-${String(i).padStart(6, '0')}`
export const textFor = (i: number): string => `value ${i}`

function openCovey(): Namespace {
  const store = new StateStore({ clock: systemClock, log: silentLog })
  const state = createState({ self: PEER, store, clock: systemClock, random: systemRandom, log: silentLog })
  store.begin(`${PEER}.${'0123456789abcdef'}`, 0)
  state.start()
  return state.namespace('bench', { policy: 'latest' })
}

export const PEER = '12D3KooWGRUaJ6vNEsBXh7XDNkgDxvuYH4cEeaXCfGFZnLRzLqsH'

const covey: Contender = {
  name: 'covey',
  writes: WRITES,
  async open() {
    const namespace = openCovey()
    return (key, value) => namespace.set(key, value)
  },
  async fill(keys) {
    const namespace = openCovey()
    for (let i = 0; i < keys; i++) await namespace.set(keyOf(i), textFor(i))
    return namespace
  },
}

const yjs: Contender = {
  name: 'Yjs',
  writes: WRITES,
  async open() {
    const { Doc } = await import('yjs')
    const map = new Doc().getMap('bench')
    return (key, value) => map.set(key, value)
  },
  async fill(keys) {
    const { Doc } = await import('yjs')
    const map = new Doc().getMap('bench')
    for (let i = 0; i < keys; i++) map.set(keyOf(i), textFor(i))
    return map
  },
}

/** What is used of Loro. Like Automerge it is installed for this benchmark alone, so that no type of it is at hand. */
interface Loro {
  LoroDoc: new () => { getMap(name: string): { set(key: string, value: string): void }; commit(): void }
}

type Strings = Record<string, string>

/** What is used of Automerge. */
interface Automerge {
  init(): Strings
  change(document: Strings, edit: (map: Strings) => void): Strings
}

/** By a name that the type check does not follow. */
const load = async <Module>(name: string): Promise<Module> => (await import(name)) as Module

const loro: Contender = {
  name: 'Loro',
  writes: WRITES,
  async open() {
    const { LoroDoc } = await load<Loro>('loro-crdt')
    const document = new LoroDoc()
    const map = document.getMap('bench')
    return (key, value) => {
      map.set(key, value)
      document.commit()
    }
  },
  async fill(keys) {
    const { LoroDoc } = await load<Loro>('loro-crdt')
    const document = new LoroDoc()
    const map = document.getMap('bench')
    for (let i = 0; i < keys; i++) map.set(keyOf(i), textFor(i))
    document.commit()
    return document
  },
}

const automerge: Contender = {
  name: 'Automerge',
  writes: 500,
  async open() {
    const { change, init } = await load<Automerge>('@automerge/automerge')
    let document = init()
    return (key, value) => {
      document = change(document, (map) => {
        map[key] = value
      })
    }
  },
  async fill(keys) {
    const { change, init } = await load<Automerge>('@automerge/automerge')
    return change(init(), (map) => {
      for (let i = 0; i < keys; i++) map[keyOf(i)] = textFor(i)
    })
  },
}

export const CONTENDERS: readonly Contender[] = [covey, yjs, loro, automerge]

export function contender(name: string): Contender {
  const found = CONTENDERS.find((one) => one.name === name)
  if (!found) throw new Error(`no contender ${name}`)
  return found
}
