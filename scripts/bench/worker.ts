import type { Client, Contender } from './contenders/contender.ts'
import { type Load, measure, type Result } from './measure.ts'

/** What the main process asks of a worker process, and what it gets back. */
export type Order =
  | { kind: 'serve'; contender: string }
  | { kind: 'connect'; contender: string; where: string }
  | { kind: 'measure'; load: Load }
export type Answer = { ok: true; value: string | Result | undefined } | { ok: false; error: string }

let client: Client | undefined

async function obey(order: Order): Promise<string | Result | undefined> {
  switch (order.kind) {
    case 'serve':
      return (await load(order.contender)).serve()
    case 'connect':
      client = await (await load(order.contender)).connect(order.where)
      return undefined
    case 'measure':
      if (client === undefined) throw new Error('not connected yet')
      return measure(client, order.load)
  }
}

/** Named one by one, so that only the measured one is loaded and tools still see who is used. */
const CONTENDERS: Readonly<Record<string, () => Promise<{ contender: Contender }>>> = {
  covey: () => import('./contenders/covey.ts'),
  durable: () => import('./contenders/durable.ts'),
  moleculer: () => import('./contenders/moleculer.ts'),
  tcp: () => import('./contenders/tcp.ts'),
  tls: () => import('./contenders/tls.ts'),
}

async function load(name: string): Promise<Contender> {
  const module = await CONTENDERS[name]?.()
  if (module === undefined) throw new Error(`there is no contender "${name}"`)
  return module.contender
}

process.on('message', (order: Order) => {
  obey(order).then(
    (value) => process.send?.({ ok: true, value } satisfies Answer),
    (error: unknown) => process.send?.({ ok: false, error: String(error) } satisfies Answer),
  )
})
process.on('disconnect', () => process.exit())
