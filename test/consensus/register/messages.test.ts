import { expect, test } from 'vitest'
import { REGISTER_PROTOCOL } from '../../../src/consensus/register/codec.ts'
import { createRpc } from '../../../src/network/requests.ts'
import type { Rpc } from '../../../src/network/rpc.ts'
import type { Simulation } from '../../../src/testing.ts'
import {
  Contents,
  IdentifyReply,
  RegisterNotice,
  RegisterRequest,
  Verdict,
  VotingReply,
  type VotingRequest,
} from '../../../src/wire/register.ts'
import { increment, nodeOf, outcomeOf, SOON_MS, voting } from './mesh.ts'

/** A machine that speaks the protocol by hand, connected to all. */
async function stranger(mesh: Simulation): Promise<Rpc> {
  const host = mesh.world.host('stranger')
  const rpc = createRpc(host)
  await mesh.settle(host.network.start(), SOON_MS)
  for (const { host: other } of mesh.nodes) {
    await mesh.settle(host.network.connect(other.id, other.network.addresses(), SOON_MS), SOON_MS)
  }
  return rpc
}

const ballot = { counter: 1_000_000, peer: 'stranger', process: 'x' }

async function meshWithStranger(seed: number) {
  const mesh = await voting(seed, 3, 1)
  const rpc = await stranger(mesh)
  const send = (peer: string, body: Uint8Array) =>
    mesh.settle(outcomeOf(rpc.request(peer, REGISTER_PROTOCOL, body, { timeoutMs: 5000 })), SOON_MS)
  const identified = await send('n0', RegisterRequest.encode({ identify: {} }))
  const { acceptor, voters } = IdentifyReply.decode(identified as Uint8Array)
  const right = { genesis: voters!.genesis, epoch: voters!.epoch, acceptor, sightings: [], name: 'r' }
  const ask = async (voting: VotingRequest, peer = 'n0') => {
    const answer = await send(peer, RegisterRequest.encode({ voting }))
    if (answer instanceof Error) throw answer
    return VotingReply.decode(answer as Uint8Array)
  }
  return { mesh, rpc, send, ask, right, voters: voters! }
}

test('a message with a stale epoch, of another founding or for another acceptor is refused and told why', async () => {
  const { mesh, ask, right } = await meshWithStranger(1)
  const prepare = { ballot }
  expect(await ask({ ...right, prepare })).toMatchObject({ verdict: Verdict.GRANTED })
  expect(await ask({ ...right, epoch: 0, prepare })).toMatchObject({ verdict: Verdict.STALE, voters: { epoch: 1 } })
  expect(await ask({ ...right, epoch: 2, prepare })).toMatchObject({ verdict: Verdict.BEHIND })
  const other = 'x'.repeat(20)
  expect(await ask({ ...right, genesis: other, prepare })).toMatchObject({ verdict: Verdict.STALE })
  expect(await ask({ ...right, acceptor: other, prepare })).toMatchObject({ verdict: Verdict.NO_VOTER })
  await mesh.stop()
})

test('who is no voter promises nothing', async () => {
  const { mesh, ask, right } = await meshWithStranger(2)
  expect(await ask({ ...right, prepare: { ballot } }, 'n2')).toMatchObject({ verdict: Verdict.NO_VOTER })
  await mesh.stop()
})

test('what is no message, or too large, is refused and changes nothing', async () => {
  const { mesh, send, ask, right } = await meshWithStranger(3)
  await mesh.settle(increment(nodeOf(mesh, 1), 'r'), SOON_MS)
  const bad: Uint8Array[] = [
    new Uint8Array([255, 255, 255]),
    new Uint8Array(0),
    RegisterRequest.encode({ voting: right }),
    RegisterRequest.encode({ voting: { ...right, name: '', prepare: { ballot } } }),
    RegisterRequest.encode({ voting: { ...right, name: 'n'.repeat(600), prepare: { ballot } } }),
    RegisterRequest.encode({ voting: { ...right, prepare: {} } }),
    RegisterRequest.encode({ voting: { ...right, prepare: { ballot: { ...ballot, counter: 2 ** 53 - 1 } } } }),
    RegisterRequest.encode({ voting: { ...right, prepare: { ballot }, read: { floor: { counter: 0, revision: 0 } } } }),
    RegisterRequest.encode({
      voting: { ...right, accept: { ballot, contents: new Uint8Array(200_000), cleared: false } },
    }),
    RegisterRequest.encode({ configure: { voters: { genesis: 'short', epoch: 9, voters: [], next: [] } } }),
    RegisterRequest.encode({ configure: {} }),
  ]
  for (const body of bad) expect(await send('n0', body)).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await ask({ ...right, read: {} })).toMatchObject({ verdict: Verdict.GRANTED, accepted: { peer: 'n1' } })
  expect((await mesh.settle(nodeOf(mesh, 1).register('r').read(), SOON_MS)).value).toBe(1)
  await mesh.stop()
})

test('a restored voter that a message shows to be old stops at that message', async () => {
  const { mesh, ask, right } = await meshWithStranger(4)
  const sightings = [{ acceptor: right.acceptor, counter: 1_000_000 }]
  expect(await ask({ ...right, sightings, prepare: { ballot } })).toMatchObject({ verdict: Verdict.NO_VOTER })
  expect(nodeOf(mesh, 0).voters.status().own).toBe('lost')
  await mesh.stop()
})

test('the names that a voter lists for a change of voters hold all that it accepts under the configuration before', async () => {
  const { mesh, rpc, ask, right, voters } = await meshWithStranger(5)
  mesh.nodes[0]!.host.diskLatencyMs = [200, 200]
  const contents = Contents.encode({ revision: 1, past: [], fingerprints: new Uint8Array(0) })
  const voting = { ...right, name: 'late', accept: { ballot, contents, cleared: true } }
  const accepted = rpc.request('n0', REGISTER_PROTOCOL, RegisterRequest.encode({ voting }), { timeoutMs: 5000 })
  await mesh.run(50)
  // It is on its way to the disk when the next configuration comes.
  rpc.notify('n0', REGISTER_PROTOCOL, RegisterNotice.encode({ voters: { ...voters, epoch: 2 } }))
  const { names } = await ask({ ...right, epoch: 2, name: 'covey.scan', list: { after: '' } })
  expect(VotingReply.decode(await mesh.settle(accepted, SOON_MS))).toMatchObject({ verdict: Verdict.GRANTED })
  expect(names).toContain('late')
  await mesh.stop()
})

test('a list of names that took long is not told by another acceptor, nor for a change that is over', async () => {
  const listedWhile = async (
    seed: number,
    meanwhile: (at: Awaited<ReturnType<typeof meshWithStranger>>) => unknown,
  ) => {
    const at = await meshWithStranger(seed)
    at.mesh.nodes[0]!.host.diskLatencyMs = [200, 200]
    const send = (voting: Partial<VotingRequest>) => {
      const body = RegisterRequest.encode({ voting: { ...at.right, ...voting } })
      return at.rpc.request('n0', REGISTER_PROTOCOL, body, { timeoutMs: 5000 })
    }
    // What the list waits for.
    const slow = send({ name: 'slow', prepare: { ballot } })
    const listed = send({ name: 'covey.scan', list: { after: '' } })
    await at.mesh.run(50)
    const done = Promise.resolve(meanwhile(at))
    const { verdict } = VotingReply.decode(await at.mesh.settle(listed, SOON_MS))
    await at.mesh.settle(Promise.all([slow, done]), SOON_MS)
    await at.mesh.stop()
    return verdict
  }
  expect(await listedWhile(7, () => {})).toBe(Verdict.GRANTED)
  const renewed = await listedWhile(7, ({ rpc, right }) => {
    // Its disk is old: it becomes another one, that has no names.
    const sightings = [{ acceptor: right.acceptor, counter: 1_000_000 }]
    const voting = { ...right, sightings, prepare: { ballot } }
    return rpc.request('n0', REGISTER_PROTOCOL, RegisterRequest.encode({ voting }), { timeoutMs: 5000 })
  })
  expect(renewed).toBe(Verdict.NO_VOTER)
  const over = await listedWhile(7, ({ rpc, voters }) => {
    rpc.notify('n0', REGISTER_PROTOCOL, RegisterNotice.encode({ voters: { ...voters, epoch: 2 } }))
  })
  expect(over).toBe(Verdict.STALE)
})

test('contents that the asker knows by their ballot are not sent again', async () => {
  const { mesh, ask, right } = await meshWithStranger(6)
  await mesh.settle(increment(nodeOf(mesh, 1), 'r'), SOON_MS)
  const { accepted, contents } = await ask({ ...right, read: {} })
  expect(Contents.decode(contents!)).toMatchObject({ revision: 1 })
  const known = { known: accepted! }
  for (const asked of [{ read: known }, { prepare: { ballot, ...known } }]) {
    const answer = await ask({ ...right, ...asked })
    expect(answer).toMatchObject({ verdict: Verdict.GRANTED, accepted })
    expect(answer.contents).toBeUndefined()
  }
  expect(await ask({ ...right, read: { known: ballot } })).toMatchObject({ accepted, contents })
  await mesh.stop()
})
