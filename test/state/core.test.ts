import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Context } from '../../src/state/context.ts'
import { StateCore } from '../../src/state/core.ts'
import { bytesOfEncoded } from '../../src/state/encoded.ts'
import type { WriteEvent } from '../../src/state/entry.ts'

const NAMESPACE = 'n'
const KEYS = ['x', 'y', 'z']
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A replica with its own counter: what the shell around the core does. */
class Writer {
  readonly core = new StateCore()
  readonly name: string
  readonly written: WriteEvent[] = []
  #sequence = 0

  constructor(name: string) {
    this.name = name
  }

  write(keys: readonly string[], text: string | undefined): void {
    const dot = { replica: this.name, sequence: ++this.#sequence }
    const writes = keys.map((key) => ({
      namespace: NAMESPACE,
      key,
      path: '',
      value: text === undefined ? undefined : encode(text),
    }))
    const event = this.core.compose(dot, this.#sequence, writes)
    this.core.write(event)
    this.written.push(event)
  }
}

const show = (core: StateCore): string =>
  JSON.stringify(
    KEYS.map((key) =>
      core
        .siblings({ namespace: NAMESPACE, key, path: '' })
        .map(({ event, entry }) => [
          event.replica,
          event.sequence,
          entry.value && new TextDecoder().decode(bytesOfEncoded(entry.value)),
        ]),
    ),
  )

/** What an exchange sends, as it was when it began. */
const session = (from: StateCore, to: StateCore): { events: WriteEvent[]; final: Context } => ({
  events: from.lacking(to.stored),
  final: from.shown(),
})

const exchange = (from: StateCore, to: StateCore): void => {
  const { events, final } = session(from, to)
  to.receive(events)
  to.close(final)
}

interface Step {
  who: number
  keys: string[]
  text: string | undefined
  sync: number | undefined
  cut: number
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(2),
  keys: fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1 }),
  text: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  sync: fc.option(fc.nat(2), { nil: undefined }),
  cut: fc.nat(4),
})

/** Writes, whole exchanges and exchanges that break off, checking after each step that no batch shows by half. */
function play(steps: readonly Step[]): Writer[] {
  const writers = ['a', 'b', 'c'].map((name) => new Writer(name))
  for (const { who, keys, text, sync, cut } of steps) {
    const writer = writers[who] as Writer
    writer.write(keys, text)
    const peer = writers[sync ?? who] as Writer
    if (peer === writer) continue
    const { events, final } = session(writer.core, peer.core)
    peer.core.receive(events.slice(0, cut))
    if (cut >= events.length) peer.core.close(final)
    for (const { core } of writers) checkVisible(core, writers)
  }
  return writers
}

/** Everything up to the visible sequence stands in its cell or is superseded there; nothing beyond shows. */
function checkVisible(core: StateCore, writers: readonly Writer[]): void {
  for (const { name, written } of writers) {
    const limit = core.visible(name)
    for (const event of written) {
      for (const entry of event.entries) {
        const siblings = core.siblings(entry)
        const stands = siblings.some((sibling) => sibling.event === event)
        const superseded = siblings.some((sibling) => (sibling.entry.past.get(name) ?? 0) >= event.sequence)
        if (event.sequence <= limit) expect(stands || superseded).toBe(true)
        else expect(stands).toBe(false)
      }
    }
  }
}

test('replicas that have exchanged everything show the same, whatever happened in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const writers = play(steps)
      for (let round = 0; round < 2; round++) {
        for (const from of writers) for (const to of writers) if (from !== to) exchange(from.core, to.core)
      }
      const [first, ...others] = writers.map(({ core }) => show(core))
      for (const other of others) expect(other).toBe(first)
      for (const { core } of writers) {
        expect(core.stored.hasGaps).toBe(false)
        expect(writers.every(({ core: other }) => core.stored.covers(other.stored))).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('a hole of one replica holds back its own later writes and nobody else', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => new Writer(name)) as [Writer, Writer, Writer]
  a.write(['x'], '1')
  c.write(['z', 'x'], '1')
  a.write(['x', 'z'], '2')
  exchange(a.core, c.core)
  c.write(['x'], '3')
  // Breaks off before the first write of c.
  b.core.receive(session(c.core, b.core).events.filter(({ replica, sequence }) => replica !== 'c' || sequence !== 1))
  a.write(['x'], '4')
  exchange(a.core, b.core)
  expect([b.core.visible('a'), b.core.visible('c')]).toEqual([3, 0])
  expect([...b.core.waiting()].map(({ sequence }) => sequence)).toEqual([2])
  checkVisible(b.core, [a, b, c])
  exchange(c.core, b.core)
  expect([b.core.visible('a'), b.core.visible('c')]).toEqual([3, 2])
  checkVisible(b.core, [a, b, c])
})

test('events may come in any order and more than once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.array(fc.nat()), (steps, picks) => {
      const writers = play(steps)
      for (const from of writers) if (from !== writers[0]) exchange(from.core, (writers[0] as Writer).core)
      const source = (writers[0] as Writer).core
      const inOrder = new StateCore()
      exchange(source, inOrder)
      const shuffled = new StateCore()
      const { events, final } = session(source, shuffled)
      for (const pick of picks) if (events.length > 0) shuffled.receive([events[pick % events.length] as WriteEvent])
      shuffled.receive([...events].reverse())
      shuffled.close(final)
      expect(show(shuffled)).toBe(show(inOrder))
      expect(show(shuffled)).toBe(show(source))
    }),
    { numRuns: 500 },
  )
})

test('a past names a replica that was dropped until all have what replaced its writes', () => {
  const core = new StateCore()
  const cell = { namespace: NAMESPACE, key: 'x', path: '' }
  const entry = { ...cell, value: encode('1'), fence: 0, rank: 0 }
  // Of the dropped one a write was brought in by b, and replaced by c before that came here.
  core.drop('a')
  core.receive([{ replica: 'c', sequence: 1, time: 1, entries: [{ ...entry, past: new Map([['a', 5]]) }] }])
  const past = () => [
    ...core.compose({ replica: 'd', sequence: 1 }, 2, [{ ...cell, value: undefined }]).entries[0]!.past,
  ]
  expect(past()).toEqual([
    ['a', 5],
    ['c', 1],
  ])
  core.isOver = () => true
  expect(past()).toEqual([['c', 1]])
})
