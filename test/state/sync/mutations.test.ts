/**
 * Bugs that lost data in real databases, each put in on purpose: the ordeal must not survive them. If one does, the ordeal
 * has gone blind.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { Context } from '../../../src/state/context.ts'
import { StateCore } from '../../../src/state/core.ts'
import { StateStore } from '../../../src/state/store.ts'
import { Ordeal } from './ordeal.ts'

/** Seeds within which a bug must show. */
const SEEDS = 20

afterEach(() => vi.restoreAllMocks())

/** What the ordeal says of the first seed that it does not survive; undefined if it survives all. */
async function firstFailure(): Promise<string | undefined> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const ordeal = new Ordeal({ seed })
    try {
      await ordeal.run()
      await ordeal.verify()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  return undefined
}

test('max-merge across a gap is caught', async () => {
  const { add } = Context.prototype
  vi.spyOn(Context.prototype, 'add').mockImplementation(function (this: Context, replica, from, to = from) {
    return add.call(this, replica, 1, to)
  })
  expect(await firstFailure()).toMatch(/nor what superseded it|equal digests/)
}, 60_000)

test('a batch that claims superseded dots without what superseded them is caught', async () => {
  const { receive } = StateStore.prototype
  vi.spyOn(StateStore.prototype, 'receive').mockImplementation(async function (this: StateStore, groups) {
    await receive.call(this, groups)
    const claims = new Context()
    for (const { replica, sequence } of groups.flat()) claims.add(replica, 1, sequence)
    await this.close(claims)
  })
  expect(await firstFailure()).toMatch(/nor what superseded it|equal digests/)
}, 60_000)

test('a final that claims more than was sent is caught', async () => {
  const { lacking } = StateCore.prototype
  vi.spyOn(StateCore.prototype, 'lacking').mockImplementation(function (this: StateCore, theirs, last) {
    return lacking.call(this, theirs, last).slice(0, -1)
  })
  expect(await firstFailure()).toMatch(/nor what superseded it|equal digests/)
}, 60_000)
