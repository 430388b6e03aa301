/**
 * Bugs that lost data in real databases, each put into whole nodes on purpose: the campaign must not survive them. If it
 * does, it has gone blind.
 */
import { EventEmitter } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { Context } from '../../src/state/context.ts'
import { peerOf } from '../../src/state/dot.ts'
import type { Sibling } from '../../src/state/entry.ts'
import { Confirmation } from '../../src/state/epochs/confirmation.ts'
import { hlcMs } from '../../src/state/hlc.ts'
import { StateStore } from '../../src/state/store.ts'
import { json } from '../../src/state/types/json.ts'
import type { KeyCells } from '../../src/state/types/type.ts'
import { MemoryStorage } from '../../src/storage/memory.ts'
import { runCampaign } from './campaign/campaign.ts'

/** Seeds within which a bug must show. */
const SEEDS = 30
/** From here on old disks come soon: only every fifth seed has one. */
const OLD_DISKS = 20
const TIMEOUT_MS = 120_000
/** How long is kept what a node lets go by its age, in milliseconds. */
const EXPIRY_MS = 2000

afterEach(() => vi.restoreAllMocks())

/** What the campaign says of the first seed that it does not survive; undefined if it survives all. */
async function firstFailure(first = 1): Promise<string | undefined> {
  for (let seed = first; seed < first + SEEDS; seed++) {
    const { failures } = await runCampaign(seed)
    if (failures.length > 0) return `seed ${seed}: ${failures.join('; ')}`
  }
  return undefined
}

test(
  'a write that is acknowledged before its transaction is caught',
  async () => {
    const { commit } = MemoryStorage.prototype
    vi.spyOn(MemoryStorage.prototype, 'commit').mockImplementation(async function (this: MemoryStorage, writes) {
      // Of a process that dies meanwhile nobody hears.
      void commit.call(this, writes).catch(() => undefined)
    })
    expect(await firstFailure()).toMatch(/is read without .* which was acknowledged/)
  },
  TIMEOUT_MS,
)

test(
  'a dot that is used again after an old disk came back is caught',
  async () => {
    vi.spyOn(Confirmation.prototype, 'verdict', 'get').mockReturnValue('go on')
    const { emit } = EventEmitter.prototype
    // Neither asked before the first write nor found late.
    vi.spyOn(EventEmitter.prototype, 'emit').mockImplementation(function (this: EventEmitter, name, ...rest) {
      return name === 'reused' ? true : emit.call(this, name, ...rest)
    })
    expect(await firstFailure(OLD_DISKS)).toMatch(
      /has lost|does not show|went back|differ|of the same author|beside|reads|given out again|another value/,
    )
  },
  TIMEOUT_MS,
)

test(
  'max-merge across a gap is caught',
  async () => {
    const { add } = Context.prototype
    vi.spyOn(Context.prototype, 'add').mockImplementation(function (this: Context, replica, from, to = from) {
      return add.call(this, replica, Math.min(from, 1), to)
    })
    expect(await firstFailure()).toMatch(/nothing has replaced it|has lost|went back|differ|of the same author/)
  },
  TIMEOUT_MS,
)

test(
  'a batch that is received by half is caught',
  async () => {
    const { receive } = StateStore.prototype
    vi.spyOn(StateStore.prototype, 'receive').mockImplementation(function (this: StateStore, events) {
      const halves = events.map((event) =>
        event.entries.length > 1 ? { ...event, entries: event.entries.slice(0, -1) } : event,
      )
      return receive.call(this, halves)
    })
    expect(await firstFailure()).toMatch(/nothing of it in/)
  },
  TIMEOUT_MS,
)

test(
  'a batch that claims superseded dots without what superseded them is caught',
  async () => {
    const { receive } = StateStore.prototype
    vi.spyOn(StateStore.prototype, 'receive').mockImplementation(async function (this: StateStore, events) {
      const claims = new Context()
      for (const { replica, sequence } of events) claims.add(replica, 1, sequence)
      await receive.call(this, events)
      await this.close(claims)
    })
    expect(await firstFailure()).toMatch(/nothing has replaced it|has lost|went back|differ|of the same author/)
  },
  TIMEOUT_MS,
)

/** Whatever of these is old goes, as a cache would let it. */
function expireOf(kind: 'tombstones' | 'values'): void {
  const { receive } = StateStore.prototype
  vi.spyOn(StateStore.prototype, 'receive').mockImplementation(async function (this: StateStore, events) {
    await receive.call(this, events)
    const now = Math.max(...events.map(({ time }) => hlcMs(time)))
    const isOld = ({ event, entry }: Sibling): boolean =>
      (kind === 'values') === (entry.value !== undefined) && now - hlcMs(event.time) > EXPIRY_MS
    const cells = [...this.core.cells.all()].filter(([{ namespace }]) => namespace === 'plain')
    await this.forget(
      cells.filter(([, siblings]) => siblings.every(isOld)),
      () => [],
    )
  })
}

test(
  'a tombstone that goes when it is old is caught',
  async () => {
    expireOf('tombstones')
    expect(await firstFailure()).toMatch(/again, which was deleted and forgotten|shows after .* of the same author/)
  },
  TIMEOUT_MS,
)

test(
  'a value that goes when it is old is caught',
  async () => {
    expireOf('values')
    expect(await firstFailure()).toMatch(/and nothing has replaced it/)
  },
  TIMEOUT_MS,
)

test(
  'a three-way merge against a remembered base is caught',
  async () => {
    const { put } = json
    const bases = new Map<string, KeyCells>()
    vi.spyOn(json, 'put').mockImplementation((held, value, writer) => {
      const key = [...held.paths.values()].flat()[0]?.entry.key
      const name = `${peerOf(writer.replica)} ${key}`
      const writes = put(bases.get(name) ?? held, value, writer)
      bases.set(name, { plain: held.plain, paths: new Map(held.paths) })
      return writes
    })
    expect(await firstFailure()).toMatch(/an update of .* writes/)
  },
  TIMEOUT_MS,
)
