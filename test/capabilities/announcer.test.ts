import { expect, it } from 'vitest'
import { Announcer } from '../../src/capabilities/announcer.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { World } from '../../src/network/simulated/world.ts'

it('says that two processes run as one node, which a ghost of a former life does not', () => {
  const { network, clock, random, signer } = new World({ seed: 1 }).host('a')
  const lines: string[] = []
  const log: Log = { ...silentLog, warn: () => lines.push('warn'), error: (_, fields) => lines.push(`${fields?.hint}`) }
  const announcer = new Announcer({
    network,
    clock,
    random,
    signer,
    log,
    mesh: 'test',
    name: 'a',
    onSealed: () => undefined,
    publish: () => undefined,
    agrees: () => true,
  })
  announcer.start(1)
  announcer.outrank({ incarnation: 65, sequence: 3, hash: 0n })
  announcer.outrank({ incarnation: 65, sequence: 9, hash: 0n })
  expect(lines).toEqual(['warn', 'warn'])
  announcer.outrank({ incarnation: 65, sequence: 11, hash: 0n })
  expect(lines.at(-1)).toMatch(/data directory was copied, stop one of the two/)
  announcer.stop()
})
