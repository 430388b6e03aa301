import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { createRpc } from '../../src/network/requests.ts'
import { World } from '../../src/network/simulated/world.ts'
import { AdmittedRpc, type Gate } from '../../src/state/admission.ts'
import type { CustodyEvents } from '../../src/state/custody.ts'

const PROTOCOL = '/covey/sync/1.0.0'
const BYTES = new Uint8Array([1])

class OpenGate extends EventEmitter<CustodyEvents> implements Gate {
  isOpen = true

  admits(): boolean {
    return this.isOpen
  }
}

async function admitted() {
  const world = new World({ seed: 1 })
  const [a, b] = [world.host('a'), world.host('b')]
  await world.settle(Promise.all([a.network.start(), b.network.start()]), 1000)
  await world.settle(a.network.connect('b', b.network.addresses(), 1000), 1000)
  const gate = new OpenGate()
  const own = new AdmittedRpc(createRpc(a), gate)
  const other = createRpc(b)
  const outcome = (asked: Promise<Uint8Array>) =>
    world.settle(
      asked.then(
        () => 'ANSWERED',
        (error: { code: string }) => error.code,
      ),
      5000,
    )
  return { gate, own, other, outcome }
}

test('a request of a peer that is not admitted is not answered', async () => {
  const { gate, own, other, outcome } = await admitted()
  let handled = 0
  own.handle(PROTOCOL, (body) => {
    handled++
    return body
  })
  const ask = () => outcome(other.request('a', PROTOCOL, BYTES, { timeoutMs: 1000 }))
  expect(await ask()).toBe('ANSWERED')
  gate.isOpen = false
  expect(await ask()).toBe('BUSY')
  expect(handled).toBe(1)
})

test('an answer of a peer that was dismissed meanwhile is not taken', async () => {
  const { gate, own, other, outcome } = await admitted()
  let closing = false
  other.handle(PROTOCOL, (body) => {
    if (closing) gate.isOpen = false
    return body
  })
  const ask = () => outcome(own.request('b', PROTOCOL, BYTES, { timeoutMs: 1000 }))
  expect(await ask()).toBe('ANSWERED')
  closing = true
  expect(await ask()).toBe('BUSY')
  expect(await ask()).toBe('UNREACHABLE')
})

test('neither an answer nor a channel that was asked for before its peer was dismissed is taken when it is admitted anew', async () => {
  const { gate, own, other, outcome } = await admitted()
  let meets = false
  const meet = () => {
    if (!meets) return
    gate.emit('dismissed', 'b')
    gate.emit('admitted', 'b')
  }
  other.handle(PROTOCOL, (body) => {
    meet()
    return body
  })
  other.onChannel(PROTOCOL, (channel) => {
    meet()
    void channel.send(BYTES)
  })
  const ask = () => outcome(own.request('b', PROTOCOL, BYTES, { timeoutMs: 1000 }))
  const open = async (): Promise<Uint8Array> => {
    for await (const bytes of await own.channel('b', PROTOCOL, BYTES, { timeoutMs: 1000 })) return bytes
    throw new Error('the channel has ended')
  }
  expect(await ask()).toBe('ANSWERED')
  expect(await outcome(open())).toBe('ANSWERED')
  meets = true
  expect(await ask()).toBe('BUSY')
  expect(await outcome(open())).toBe('BUSY')
})
