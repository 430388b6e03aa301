import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Contender } from './contender.ts'

/** The little of Moleculer's interface that is used here; the package is installed only for the benchmark. */
interface Broker {
  createService(schema: {
    name: string
    actions: Record<string, (context: { params: { body: string } }) => string>
  }): void
  start(): Promise<void>
  waitForServices(names: string[], timeoutMs: number): Promise<void>
  call(action: string, params: { body: string }): Promise<string>
}
interface Moleculer {
  ServiceBroker: new (options: object) => Broker
}

const TIMEOUT_MS = 20_000

/** Moleculer over its own TCP transporter, with its defaults: JSON, requests sent as they come. */
export const contender: Contender = {
  async serve() {
    const port = await freePort()
    const broker = await makeBroker('server', port, [])
    broker.createService({ name: 'bench', actions: { echo: ({ params }) => params.body } })
    await broker.start()
    return String(port)
  },
  async connect(where) {
    const broker = await makeBroker('client', await freePort(), [`127.0.0.1:${where}/server`])
    await broker.start()
    await broker.waitForServices(['bench'], TIMEOUT_MS)
    // Its bodies are JSON: text is what it carries best.
    const texts = new Map<number, string>()
    return {
      request(body) {
        const text = texts.get(body.length) ?? 'x'.repeat(body.length)
        texts.set(body.length, text)
        return broker.call('bench.echo', { body: text })
      },
    }
  },
}

async function makeBroker(nodeID: string, port: number, urls: string[]): Promise<Broker> {
  const name = 'moleculer'
  const { default: moleculer } = (await import(name)) as { default: Moleculer }
  return new moleculer.ServiceBroker({
    nodeID,
    logger: false,
    transporter: {
      type: 'TCP',
      options: { udpDiscovery: false, port, urls: [...urls, `127.0.0.1:${port}/${nodeID}`] },
    },
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
