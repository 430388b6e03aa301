import { describe, expect, it } from 'vitest'
import { StateSizes } from '../../src/mesh/state-size.ts'
import { NAMESPACE, type Replica, replicas } from '../state/replica.ts'

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
    // A byte says of which kind the value is.
    expect(before.get()).toEqual({ entries: 1, bytes: 3 + 1 + 7 })
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
})
