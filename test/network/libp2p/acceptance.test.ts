import { vi } from 'vitest'
import { networkAcceptance } from '../acceptance.ts'
import { Fleet } from './fleet.ts'

networkAcceptance('libp2p', () => {
  const fleet = new Fleet()
  return {
    create: (count) => Array.from({ length: count }, () => fleet.network()),
    async eventually(condition, what) {
      await vi.waitUntil(condition, { timeout: 10_000, interval: 10 }).catch(() => fail(what))
    },
    settle: (promise) => promise,
    dispose: () => fleet.stop(),
  }
})

function fail(what: string): never {
  throw new Error(`it never came to this: ${what}`)
}
