import { expect, test } from 'vitest'
import { encodeValue } from '../../../src/state/value.ts'
import { MemoryStorage } from '../../../src/storage/memory.ts'
import { CustodyMesh } from '../custody-mesh.ts'
import { acknowledgement, Caretaker, event, record, replica } from './caretaker.ts'

const [A, B, OVER] = [replica('a'), replica('b'), replica('over')]
const shown = new Map([[B, 2]])

test('what another has said that all show is demanded here too, once anything is over: it writes on that, and the writes come here', async () => {
  const node = await new Caretaker('a', ['a', 'b']).start()
  const written = event({ replica: B, sequence: 1 }, [{ key: 'x', value: 1, past: new Map([[OVER, 1]]) }])
  const said = { shown, settled: new Map([[B, 2]]) }
  await node.take(written, acknowledgement({ replica: B, sequence: 2 }, 'b', said))
  // While nothing is over and nothing was forgotten nobody need begin anew.
  expect(node.garbage.collected.size).toBe(0)
  await node.take(record({ replica: B, sequence: 3 }, OVER, { final: 1 }))
  const more = { ...said, settled: new Map([[B, 9]]) }
  await node.take(acknowledgement({ replica: B, sequence: 4 }, 'b', more, new Map([[B, 2]])))
  // Not more than what is held: this node would demand of others what it lacks itself.
  expect([...node.garbage.collected]).toEqual([[B, 4]])
})

test('a past names a replica that was dropped until this node has told the others that all show what names it', async () => {
  const node = await new Caretaker('a', ['a', 'b']).start()
  const written = event({ replica: B, sequence: 1 }, [{ key: 'x', value: 1, past: new Map([[OVER, 1]]) }])
  const dropped = record({ replica: B, sequence: 2 }, OVER, { final: 1, dropped: true })
  const others = acknowledgement({ replica: B, sequence: 3 }, 'b', { shown, settled: shown })
  await node.take(written, dropped, others, acknowledgement({ replica: A, sequence: 1 }, 'a', { shown }))
  const past = () => {
    const cell = { namespace: 'n', key: 'x', path: '', value: encodeValue(2) }
    return [...(node.store.core.compose({ replica: A, sequence: 9 }, 9, [cell]).entries[0]?.past.keys() ?? [])]
  }
  // All show it, and this node has said so of itself alone.
  expect(node.garbage.cut?.shown.get(B)).toBe(2)
  expect(past()).toEqual([OVER, B])
  const again = acknowledgement({ replica: A, sequence: 2 }, 'a', { shown, settled: shown }, new Map([[A, 1]]))
  await node.take(again)
  expect(past()).toEqual([B])
})

test('a tombstone that waited for a replica goes when that is dropped, though nobody says anything new', async () => {
  const node = await new Caretaker('a', ['a']).start()
  const grave = event({ replica: B, sequence: 1 }, [{ key: 'x', past: new Map([[OVER, 1]]) }])
  const said = { shown: new Map([[B, 3]]), settled: new Map([[B, 3]]) }
  await node.take(grave, record({ replica: B, sequence: 2 }, OVER, { final: 1 }))
  await node.take(acknowledgement({ replica: A, sequence: 3 }, 'a', said))
  const isThere = (): boolean => node.store.core.siblings({ namespace: 'n', key: 'x', path: '' }).length > 0
  for (const sequence of [1, 2]) await node.take(event({ replica: A, sequence }, [{ key: `a${sequence}`, value: 1 }]))
  expect(isThere()).toBe(true)
  await node.take(record({ replica: B, sequence: 3 }, OVER, { final: 1, dropped: true }, new Map([[B, 2]])))
  expect(isThere()).toBe(false)
})

test('what the state demands that takes the place of this one is not on the disk before that is', async () => {
  const storage = new MemoryStorage()
  const node = await new Caretaker('a', ['a'], storage).start()
  const rows = node.garbage.reset(new Map([[B, 1]]))
  // Should the node die here, it would demand of all others what itself it has not.
  const again = await new Caretaker('a', ['a'], storage).start()
  expect(again.garbage.collected.size).toBe(0)
  await storage.commit(rows)
  const adopted = await new Caretaker('a', ['a'], storage).start()
  expect([...adopted.garbage.collected]).toEqual([[B, 1]])
})

test('who exchanges with a peer demands of others what that demands: its writes rest on it', async () => {
  const mesh = new CustodyMesh(1, 2)
  await mesh.start()
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.settle(a.set('x', 1))
  await mesh.converge()
  const runs = new Map([[a.store.replica as string, 1]])
  a.custody.garbage.require(runs)
  expect(b.custody.garbage.collected.size).toBe(0)
  b.host.kill()
  await mesh.restart(b)
  await mesh.converge()
  expect([...b.custody.garbage.collected]).toEqual([...runs])
  // It is kept.
  b.host.kill()
  b.host.restart()
  await mesh.settle(b.start())
  expect([...b.custody.garbage.collected]).toEqual([...runs])
})
