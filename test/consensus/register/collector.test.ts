import { expect, test } from 'vitest'
import { Collector, type CollectorComponents } from '../../../src/consensus/register/collector.ts'
import { COLLECT_AFTER_MS, COLLECT_AT_ONCE, COLLECT_EVERY_MS } from '../../../src/consensus/register/limits.ts'
import { World } from '../../../src/network/simulated/world.ts'
import { voters } from './soup.ts'

/** The collector of the voter `pN`, and whom it has asked all about; `onAsk` hears of the first one. */
function collector(self: string, names: readonly string[], onAsk?: (cleared: Map<string, number>) => void) {
  const world = new World({ seed: 1 })
  const { clock, log } = world.host('n')
  const cleared = new Map(names.map((name) => [name, 0]))
  const asked: string[] = []
  const components = {
    self,
    clock,
    log,
    knowledge: { current: voters(3) },
    confirmation: { confirmed: true },
    service: { cleared },
    disk: {
      acceptor: 'a',
      dropOthers: async () => undefined,
      names: async () => ({ names: [], more: false }),
      record: async () => undefined,
    },
    proposer: {
      perform: async ({ name }: { name: string }) => {
        if (asked.push(name) === 1) onAsk?.(cleared)
        cleared.delete(name)
        return { answer: { reading: { value: undefined, revision: 1 } }, ballot: undefined }
      },
    },
    onFatal: (error: unknown) => {
      throw error
    },
  } as unknown as CollectorComponents
  const it = new Collector(components)
  it.start()
  return { world, asked, it }
}

test('voters collect in their order, each what those before it have left', async () => {
  for (const turn of [0, 1, 2]) {
    const { world, asked, it } = collector(`p${turn}`, ['r'])
    await world.run((turn + 1) * COLLECT_AFTER_MS - COLLECT_EVERY_MS)
    expect(asked).toEqual([])
    await world.run(2 * COLLECT_EVERY_MS)
    expect(asked).toEqual(['r'])
    it.stop()
  }
  const { world, asked, it } = collector('p3', ['r'])
  await world.run(9 * COLLECT_AFTER_MS)
  expect(asked, 'one that is no voter').toEqual([])
  it.stop()
})

test('what another voter collects meanwhile is left to it', async () => {
  const names = Array.from({ length: COLLECT_AT_ONCE + 3 }, (_, i) => `r${i}`)
  const [gone, touched, left] = names.slice(-3)
  const { world, asked, it } = collector('p0', names, (cleared) => {
    cleared.delete(gone!)
    cleared.set(touched!, COLLECT_AFTER_MS)
  })
  await world.run(COLLECT_AFTER_MS + 2 * COLLECT_EVERY_MS)
  expect(asked.slice(COLLECT_AT_ONCE)).toEqual([left])
  it.stop()
})
