import { describe, expect, it } from 'vitest'
import { harmless, harmlessClient } from '../../src/cli/harmless.ts'
import type { ControlClient } from '../../src/control/client.ts'

describe('what other nodes say', () => {
  it('cannot steer the terminal', () => {
    expect(harmless('\u001b[2Jgone\u0007\u009b1m\r\tfine\nstill äöü')).toBe('[2Jgone1m\tfine\nstill äöü')
  })

  it('is made harmless however deep it stands', async () => {
    const client: ControlClient = {
      closed: Promise.resolve(),
      close: () => {},
      onTask: () => {},
      stream: async (_method, _params, listener) => {
        listener({ type: 'set', key: 'a\u001bb', entry: { value: { 'c\u0007': '\u009bd' } } } as never)
        return {} as never
      },
      call: async () => [{ name: 'a\u001bb', tags: ['\u0000c'], load: undefined, self: true, latencyMs: 1 }] as never,
    }
    const [peer] = await harmlessClient(client).call('peers', {})
    expect(peer).toEqual({ name: 'ab', tags: ['c'], load: undefined, self: true, latencyMs: 1 })
    const items: unknown[] = []
    await harmlessClient(client).stream('stateWatch', { namespace: 'n' }, (item) => items.push(item))
    expect(items).toEqual([{ type: 'set', key: 'ab', entry: { value: { c: 'd' } } }])
  })
})
