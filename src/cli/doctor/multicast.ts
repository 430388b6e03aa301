import { randomBytes } from 'node:crypto'
import multicastDns from 'multicast-dns'
import { messageOf } from '../../lib/errors.ts'
import type { Check } from './check.ts'

/** How long the own question may take to come back, in milliseconds: the kernel hands it over in less than one. */
const HEAR_LIMIT_MS = 1_500
/** How often it is asked meanwhile, in milliseconds: one packet may be lost. */
const ASK_EVERY_MS = 300

/**
 * Asks a random question by multicast DNS and waits to hear it, with a socket of the same kind as the nodes use. Heard
 * means: multicast leaves this machine's interface and is delivered to who listens; a switch beyond may still drop it.
 */
export async function checkMulticast(): Promise<Check> {
  const started = performance.now()
  const failure = await hearOneself()
  const took = Math.ceil(performance.now() - started)
  if (failure === undefined) {
    return {
      check: 'multicast',
      result: 'ok',
      message: `sent and heard within ${took} ms: nodes of this network can find one another`,
    }
  }
  return {
    check: 'multicast',
    result: 'failed',
    message: `what was sent was not heard: ${failure}`,
    hint: 'Allow UDP port 5353 and multicast 224.0.0.251, or name a node: covey up --join HOST:PORT.',
  }
}

/** Undefined when it was heard, else why not. */
export function hearOneself(): Promise<string | undefined> {
  const name = `_covey-doctor-${randomBytes(8).toString('hex')}._udp.local`
  return new Promise((resolve) => {
    const mdns = multicastDns()
    const end = (failure?: string): void => {
      clearInterval(asking)
      clearTimeout(limit)
      mdns.destroy()
      resolve(failure)
    }
    const ask = (): void => mdns.query(name, 'PTR', (error) => error && end(messageOf(error)))
    const asking = setInterval(ask, ASK_EVERY_MS)
    const limit = setTimeout(() => end(`nothing within ${HEAR_LIMIT_MS} ms`), HEAR_LIMIT_MS)
    mdns.on('error', (error: unknown) => end(messageOf(error)))
    mdns.on('warning', (error: unknown) => end(messageOf(error)))
    mdns.on('query', ({ questions }) => {
      if (questions?.some((question) => question.name === name)) end()
    })
    mdns.on('ready', ask)
  })
}
