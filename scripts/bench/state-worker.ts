/** One measurement of the replicated state in a process of its own, which meets nobody else's garbage and compiled code. */
import { contender } from './state-contenders.ts'

/** What it is sent. */
export type StateOrder =
  | { readonly what: 'rates' | 'memory'; readonly name: string }
  | { readonly what: 'durable' | 'healing' }
  | { readonly what: 'fill'; readonly keys: number; readonly durable: boolean }
  | { readonly what: 'change'; readonly keys: number }
  | { readonly what: 'rival'; readonly name: string; readonly keys: number }
  | { readonly what: 'spread'; readonly loss: number }

async function measure(order: StateOrder): Promise<object | number> {
  switch (order.what) {
    case 'rates':
      return (await import('./state-local.ts')).ratesOf(contender(order.name))
    case 'memory':
      return (await import('./state-local.ts')).memoryOf(contender(order.name))
    case 'durable':
      return (await import('./state-durable.ts')).durableWrites()
    case 'fill':
      return (await import('./state-sync.ts')).fill(order.keys, order.durable)
    case 'change':
      return (await import('./state-sync.ts')).change(order.keys)
    case 'rival':
      return (await import('./state-sync-rivals.ts')).measureRival(order.name, order.keys)
    case 'spread':
      return (await import('./state-mesh.ts')).spread(order.loss)
    case 'healing':
      return (await import('./state-mesh.ts')).healing()
  }
}

process.once('message', async (order: StateOrder) => {
  const result = await measure(order)
  process.send?.(result, () => process.exit())
})
