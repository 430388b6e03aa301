import { describe, expect, it } from 'vitest'
import { StateSizes } from '../../src/mesh/state-size.ts'
import { World } from '../../src/network/simulated/world.ts'
import { Digests } from '../../src/state/sync/digest.ts'
import { MemoryStorage } from '../../src/storage/memory.ts'
import { NAMESPACE, Replica, replicas } from '../state/replica.ts'

describe('the size of the state', () => {
  const counted = ({ store }: Replica): object => {
    const sizes = { entries: 0, bytes: 0 }
    for (const [{ namespace, key, path }, siblings] of store.core.cells.all()) {
      for (const { entry } of siblings) {
        if (namespace !== NAMESPACE || !entry.value) continue
        sizes.entries++
        sizes.bytes += key.length + path.length + entry.value.length
      }
    }
    return sizes
  }

  it('is what a count of the values gives, asked before or after the writes', async () => {
    const [a, b] = replicas('a', 'b') as [Replica, Replica]
    const before = new StateSizes(a.store)
    expect(before.get()).toEqual({ entries: 0, bytes: 0 })
    await a.namespace().set('key', 'value')
    // The key, and the value as JSON.
    expect(before.get()).toEqual({ entries: 1, bytes: 3 + 7 })
    await a.namespace().set('key', 'longer value')
    await a.namespace().elements('set').add('x')
    await a.namespace().elements('set').add('y')
    await a.namespace().set('gone', 1)
    await a.namespace().delete('gone')
    await b.namespace().set('key', 'concurrent')
    await a.pull(b)
    const late = new StateSizes(a.store)
    expect(before.get()).toEqual(counted(a))
    expect(late.get()).toEqual(counted(a))
    expect(late.get().entries).toBe(4)
  })
  it('and the digest are right, too, where somebody asks before the disk is read', async () => {
    const world = new World({ seed: 1 })
    const storage = new MemoryStorage()
    const writer = await new Replica(world, 'a', storage).start()
    await writer.namespace().set('key', 'value')
    const asked = new Replica(world, 'a', storage)
    const [sizes, digests] = [new StateSizes(asked.store), new Digests(asked.store)]
    expect([sizes.get().entries, digests.get().content]).toEqual([
      0,
      new Digests(new Replica(world, 'b').store).get().content,
    ])
    await asked.start()
    expect([sizes.get(), digests.get()]).toEqual([new StateSizes(asked.store).get(), new Digests(asked.store).get()])
    expect(sizes.get()).toEqual(counted(asked))
    await asked.namespace().delete('key')
    expect([sizes.get().entries, digests.get()]).toEqual([0, new Digests(asked.store).get()])
  })
})
