import { expect, test } from 'vitest'
import { BusyError, type CoveyError } from '../../src/lib/errors.ts'
import { MAX_WAITING_REQUESTS, REQUEST_WINDOW } from '../../src/network/caller.ts'
import { encodeFrame, FrameKind, MAX_BODY_BYTES } from '../../src/network/frame.ts'
import type { FrameStream } from '../../src/network/network.ts'
import { createRpc } from '../../src/network/requests.ts'
import type { Asker, Rpc } from '../../src/network/rpc.ts'
import { World, type WorldOptions } from '../../src/network/simulated/world.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array): string => new TextDecoder().decode(data)
const P = '/covey/test/1.0.0'

async function pair(options: Partial<WorldOptions> = {}, prepare: (a: Rpc, b: Rpc) => void = () => {}) {
  const world = new World({ seed: 1, multicast: false, ...options })
  const [a, b] = [world.host('a'), world.host('b')]
  const [ra, rb] = [createRpc(a), createRpc(b)]
  prepare(ra, rb)
  await a.network.start()
  await b.network.start()
  await world.settle(a.network.connect('b', [], 1000), 1000)
  return { world, a, b, ra, rb }
}

test('a request is answered', async () => {
  const { world, ra } = await pair({}, (_, rb) => rb.handle(P, (body) => bytes(`${text(body)}!`)))
  const answer = await world.settle(ra.request('b', P, bytes('hello'), { timeoutMs: 1000 }), 1000)
  expect(text(answer)).toBe('hello!')
})

test('a thousand requests at once are answered each with its own, over one stream', async () => {
  const { world, ra } = await pair({}, (_, rb) => rb.handle(P, async (body) => body))
  const all = Promise.all(
    Array.from({ length: 3000 }, (_, i) => ra.request('b', P, bytes(String(i)), { timeoutMs: 5000 })),
  )
  const answers = await world.settle(all, 5000)
  expect(answers.map(text)).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)))
})

test('nobody connected: unreachable, nothing was sent', async () => {
  const { ra } = await pair()
  await expect(ra.request('nobody', P, bytes(''), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('no answer in time: the outcome is unknown, and the handler learns that it is over', async () => {
  let aborted = false
  const { world, ra } = await pair({}, (_, rb) =>
    rb.handle(P, (_body, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted = true
      })
      return new Promise(() => {})
    }),
  )
  const outcome = ra.request('b', P, bytes(''), { timeoutMs: 100 })
  await expect(world.settle(outcome, 200)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  await world.run(10)
  expect(aborted).toBe(true)
})

class Asking implements Asker {
  readonly said: string[] = []
  onFailed = (): void => undefined

  answered(body: Uint8Array): void {
    this.said.push(text(body))
  }

  failed(error: Error): void {
    this.said.push((error as CoveyError).code)
    this.onFailed()
  }
}

test('who asks is called with the answer, or with what a request would reject with, once', async () => {
  const { world, ra } = await pair({}, (_, rb) =>
    rb.handle(P, (body) => {
      if (text(body) === 'busy') throw new BusyError('full up')
      return text(body) === 'silence' ? new Promise(() => {}) : body
    }),
  )
  const asking = new Asking()
  for (const body of ['first', 'busy', 'silence', 'last']) expect(ra.ask('b', P, bytes(body), 100, asking)).toBe(true)
  expect(asking.said).toEqual([])
  await world.run(200)
  expect(asking.said).toEqual(['first', 'BUSY', 'last', 'OUTCOME_UNKNOWN'])
})

test('who asks is told where nothing was begun: without a connection, with a full queue, after the stop', async () => {
  const { ra } = await pair()
  const asking = new Asking()
  expect(ra.ask('nobody', P, bytes(''), 100, asking)).toBe(false)
  for (let i = 0; i < MAX_WAITING_REQUESTS; i++) expect(ra.ask('b', P, bytes(''), 10_000, asking)).toBe(true)
  expect(ra.ask('b', P, bytes(''), 100, asking)).toBe(false)
  expect(asking.said).toEqual([])
  ra.stop()
  expect(asking.said).toHaveLength(MAX_WAITING_REQUESTS)
  expect(ra.ask('b', P, bytes(''), 100, asking)).toBe(false)
})

test('who asks again as soon as a stream breaks asks over a new one', async () => {
  const { world, b, ra } = await pair()
  const streams: FrameStream[] = []
  b.network.handle(P, (stream) => streams.push(stream))
  const asking = new Asking()
  asking.onFailed = () => expect(ra.ask('b', P, bytes('again'), 100, asking)).toBe(true)
  ra.ask('b', P, bytes(''), 10_000, asking)
  await world.run(50)
  streams[0]?.abort(new Error('on purpose'))
  await world.run(50)
  expect(asking.said).toEqual(['OUTCOME_UNKNOWN'])
  expect(streams).toHaveLength(2)
})

test('cancellation reaches the other side', async () => {
  let reason: unknown
  const { world, ra } = await pair({}, (_, rb) =>
    rb.handle(P, (_body, { signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
      })
      return new Promise(() => {})
    }),
  )
  const controller = new AbortController()
  const outcome = ra.request('b', P, bytes(''), { timeoutMs: 10_000, signal: controller.signal })
  outcome.catch(() => 'looked at below')
  await world.run(50)
  controller.abort()
  await expect(outcome).rejects.toMatchObject({ code: 'CANCELLED' })
  await world.run(50)
  expect(reason).toMatchObject({ code: 'CANCELLED' })
})

test("a handler's error arrives with its code, and a fault as INTERNAL", async () => {
  const { world, ra } = await pair({}, (_, rb) =>
    rb.handle(P, (body) => {
      throw text(body) === 'busy' ? new BusyError('full up') : new TypeError('a slip')
    }),
  )
  const ask = (body: string) => world.settle(ra.request('b', P, bytes(body), { timeoutMs: 1000 }), 1000)
  await expect(ask('busy')).rejects.toMatchObject({ code: 'BUSY', message: 'full up' })
  await expect(ask('slip')).rejects.toMatchObject({ code: 'INTERNAL', message: 'a slip' })
})

test('a killed peer makes the outcome unknown at once', async () => {
  const { world, b, ra } = await pair({}, (_, rb) => rb.handle(P, () => new Promise(() => {})))
  const outcome = ra.request('b', P, bytes(''), { timeoutMs: 60_000 })
  outcome.catch(() => 'looked at below')
  await world.run(50)
  b.kill()
  const started = world.now
  await expect(world.settle(outcome, 1000)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  expect(world.now - started).toBeLessThan(50)
})

test('channels carry many messages either way, in order, and end', async () => {
  const { world, ra } = await pair({}, (_, rb) =>
    rb.onChannel(P, async (channel, body) => {
      await channel.send(body)
      for await (const message of channel) await channel.send(message)
      channel.end()
    }),
  )
  const talk = async (): Promise<string[]> => {
    const channel = await ra.channel('b', P, bytes('hi'), { timeoutMs: 1000 })
    const send = async (): Promise<void> => {
      for (let i = 0; i < 500; i++) await channel.send(bytes(`${i} ${'x'.repeat(2000)}`))
      channel.end()
    }
    const sent = send()
    const heard: string[] = []
    for await (const message of channel) heard.push(text(message).split(' ')[0] as string)
    await sent
    return heard
  }
  const heard = await world.settle(talk(), 60_000)
  expect(heard).toEqual(['hi', ...Array.from({ length: 500 }, (_, i) => String(i))])
})

test('a channel whose reader sleeps takes a window and no more', async () => {
  let sent = 0
  const { world, ra } = await pair({}, (_, rb) => rb.onChannel(P, () => {}))
  const talk = async (): Promise<void> => {
    const channel = await ra.channel('b', P, bytes(''), { timeoutMs: 1000 })
    while (true) {
      await channel.send(new Uint8Array(10_000))
      sent += 10_000
    }
  }
  talk().catch(() => 'never ends by itself')
  await world.run(10_000)
  expect(sent).toBeGreaterThanOrEqual(256 * 1024)
  expect(sent).toBeLessThan(256 * 1024 + 20_000)
})

test('a channel breaks at both ends when the peer dies, and when an end aborts it', async () => {
  let seen: unknown
  const { world, a, ra } = await pair({}, (_, rb) =>
    rb.onChannel(P, (channel) =>
      channel.signal.addEventListener('abort', () => {
        seen = channel.signal.reason
      }),
    ),
  )
  const channel = await world.settle(ra.channel('b', P, bytes(''), { timeoutMs: 1000 }), 1000)
  channel.abort(new BusyError('enough'))
  await world.run(50)
  expect(seen).toMatchObject({ code: 'CANCELLED' })
  const second = await world.settle(ra.channel('b', P, bytes(''), { timeoutMs: 1000 }), 1000)
  a.network.disconnect('b')
  await world.run(50)
  expect(second.signal.aborted).toBe(true)
  expect(seen).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
})

test('whoever asks late whether a channel is over is told, and why', async () => {
  const { world, a, ra } = await pair({}, (_, rb) => rb.onChannel(P, (channel) => channel.end()))
  const open = () => world.settle(ra.channel('b', P, bytes(''), { timeoutMs: 1000 }), 1000)
  const over: string[] = []
  const ended = await open()
  ended.whenOver(() => over.push('ended'))
  ended.end()
  const broken = await open()
  broken.whenOver(() => over.push('broken'))
  await world.run(50)
  expect(over).toEqual(['ended'])
  a.network.disconnect('b')
  await world.run(50)
  expect(over).toEqual(['ended', 'broken'])
  ended.whenOver(() => over.push('ended again'))
  expect(over).toEqual(['ended', 'broken', 'ended again'])
  expect(ended.signal).toMatchObject({ aborted: true, reason: { code: 'CANCELLED' } })
  expect(broken.signal).toMatchObject({ aborted: true, reason: { code: 'OUTCOME_UNKNOWN' } })
})

test('what has come before an end aborts its channel is not read any more', async () => {
  const { world, ra } = await pair({}, (_, rb) =>
    rb.onChannel(P, (channel) => {
      for (const message of ['1', '2', '3']) void channel.send(bytes(message))
    }),
  )
  const channel = await world.settle(ra.channel('b', P, bytes(''), { timeoutMs: 1000 }), 1000)
  await world.run(50)
  const read: string[] = []
  const reading = (async () => {
    for await (const message of channel) {
      read.push(text(message))
      channel.abort(new BusyError('on purpose'))
    }
  })()
  await expect(reading).rejects.toMatchObject({ code: 'BUSY' })
  expect(read).toEqual(['1'])
})

test('a partition: requests time out as unknown, and after it the stream goes on', async () => {
  const { world, a, b, ra } = await pair({}, (_, rb) => rb.handle(P, (body) => body))
  await world.settle(ra.request('b', P, bytes('1'), { timeoutMs: 1000 }), 1000)
  world.partition([[a], [b]])
  const lost = ra.request('b', P, bytes('2'), { timeoutMs: 1000 })
  await expect(world.settle(lost, 2000)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  world.heal()
  const answer = await world.settle(ra.request('b', P, bytes('3'), { timeoutMs: 10_000 }), 10_000)
  expect(text(answer)).toBe('3')
})

test('malformed frames close the stream and nothing else', async () => {
  const { world, a, ra } = await pair({}, (_, rb) => rb.handle(P, (body) => body))
  const stream = await world.settle(a.network.open('b', P, 1000), 1000)
  let closed = false
  stream.listen({
    frames() {},
    drained() {},
    closed: () => {
      closed = true
    },
  })
  stream.send([new Uint8Array([99, 1, 2, 3, 4])])
  await world.until(() => closed, 1000)
  const answer = await world.settle(ra.request('b', P, bytes('still here'), { timeoutMs: 1000 }), 1000)
  expect(text(answer)).toBe('still here')
})

test('the same seed gives the same run, another seed another', async () => {
  const run = async (seed: number): Promise<string> => {
    const { world, ra } = await pair({ seed, link: { loss: 0.1 } }, (_, rb) => rb.handle(P, (body) => body))
    for (let i = 0; i < 50; i++) await world.settle(ra.request('b', P, bytes(String(i)), { timeoutMs: 9000 }), 9000)
    return `${world.now} ${world.trace.digest()}`
  }
  const [first, again, other] = [await run(7), await run(7), await run(8)]
  expect(again).toBe(first)
  expect(other).not.toBe(first)
})

test('a full queue says busy at once, and what was queued is still answered', async () => {
  const { world, ra } = await pair({}, (_, rb) => rb.handle(P, async (body) => body))
  const count = REQUEST_WINDOW + MAX_WAITING_REQUESTS + 100
  const outcomes = Array.from({ length: count }, () =>
    ra.request('b', P, bytes('x'), { timeoutMs: 60_000 }).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    ),
  )
  const seen = await world.settle(Promise.all(outcomes), 60_000)
  expect(seen.filter((outcome) => outcome === 'BUSY').length).toBeGreaterThanOrEqual(100)
  expect(seen.filter((outcome) => outcome === 'ok').length).toBeGreaterThanOrEqual(MAX_WAITING_REQUESTS)
  expect(seen.every((outcome) => outcome === 'ok' || outcome === 'BUSY')).toBe(true)
})

test('a peer that asks and reads no answers is cut off before its answers fill the memory', async () => {
  const { world, a } = await pair({}, (_, rb) => rb.handle(P, () => new Uint8Array(100_000)))
  const stream = await world.settle(a.network.open('b', P, 1000), 1000)
  let closed = false
  stream.listen({
    frames() {},
    drained() {},
    closed: () => {
      closed = true
    },
  })
  stream.pause()
  const ask = (): void => {
    if (closed) return
    stream.send([encodeFrame(FrameKind.request, Math.floor(world.now) + 1, 60_000, bytes('more'))])
    a.clock.after(2, ask)
  }
  ask()
  // 16 MiB of outbox and a window of 256 KiB, at 100 kB an answer and an answer every 2 ms: some 340 ms.
  await world.until(() => closed, 1000, 'the stream being cut off')
})

test('a body over the limit is refused before anything is sent, and so is an answer', async () => {
  const { world, ra } = await pair({}, (_, rb) => rb.handle(P, () => new Uint8Array(MAX_BODY_BYTES + 1)))
  const large = ra.request('b', P, new Uint8Array(MAX_BODY_BYTES + 1), { timeoutMs: 1000 })
  await expect(large).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  const answer = ra.request('b', P, new Uint8Array(1), { timeoutMs: 1000 })
  await expect(world.settle(answer, 1000)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})

test('a protocol that nobody answers, and stopping', async () => {
  const { world, ra, rb } = await pair({}, (_, rb) => rb.onNotify(P, () => {}))
  await expect(world.settle(ra.request('b', P, bytes(''), { timeoutMs: 1000 }), 1000)).rejects.toMatchObject({
    code: 'UNHANDLED',
  })
  await expect(
    world.settle(ra.request('b', '/covey/none/1.0.0', bytes(''), { timeoutMs: 1000 }), 1000),
  ).rejects.toMatchObject({ code: 'UNREACHABLE' })
  rb.stop()
  ra.stop()
  ra.stop()
  await expect(ra.request('b', P, bytes(''), { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'STOPPED' })
})

test('notifications arrive, in order', async () => {
  const heard: string[] = []
  const { world, ra } = await pair({}, (_, rb) => rb.onNotify(P, (body, peer) => heard.push(`${peer} ${text(body)}`)))
  for (let i = 0; i < 5; i++) expect(ra.notify('b', P, bytes(String(i)))).toBe(true)
  expect(ra.notify('nobody', P, bytes(''))).toBe(false)
  await world.run(50)
  expect(heard).toEqual(['a 0', 'a 1', 'a 2', 'a 3', 'a 4'])
})
