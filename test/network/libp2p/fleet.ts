import { systemClock } from '../../../src/lib/clock.ts'
import type { Log, LogFields } from '../../../src/lib/log.ts'
import { generateIdentity } from '../../../src/network/libp2p/identity.ts'
import {
  createLibp2pNetwork,
  type Libp2pNetwork,
  type Libp2pNetworkOptions,
} from '../../../src/network/libp2p/network.ts'

/** Log lines as they came, from `info` up. */
export class Lines implements Log {
  readonly lines: string[] = []

  debug(): void {}

  info(message: string, fields: LogFields = {}): void {
    this.lines.push(`${message} ${JSON.stringify(fields)}`)
  }

  warn(message: string, fields?: LogFields): void {
    this.info(message, fields)
  }

  error(message: string, fields?: LogFields): void {
    this.info(message, fields)
  }

  scoped(): Log {
    return this
  }
}

/** Networks of one test on the loopback address, stopped together. */
export class Fleet {
  readonly #networks: Libp2pNetwork[] = []
  readonly log = new Lines()

  network(options: Partial<Libp2pNetworkOptions> = {}): Libp2pNetwork {
    const network = createLibp2pNetwork({
      mesh: 'test',
      identity: generateIdentity(),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      clock: systemClock,
      log: this.log,
      ...options,
    })
    this.#networks.push(network)
    return network
  }

  async start(options: Partial<Libp2pNetworkOptions> = {}): Promise<Libp2pNetwork> {
    const network = this.network(options)
    await network.start()
    return network
  }

  async stop(): Promise<void> {
    await Promise.all(this.#networks.map((network) => network.stop()))
  }
}
