import { type Clock, sleep } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Floor } from '../../wire/register.ts'
import { raise } from '../register/acceptor.ts'
import { VotersConflictError, VotersUnavailableError } from '../register/errors.ts'
import type { Proposer } from '../register/proposer.ts'
import type { Transport } from '../register/transport.ts'
import { type Configuration, isQuorum, type Voter } from './configuration.ts'
import type { Knowledge } from './knowledge.ts'

/** Registers looked at together: enough to fill the disks' commits, few enough to leave room for others. */
const AT_ONCE = 32
/** How long one page of names may take, in milliseconds. */
const PAGE_TIMEOUT_MS = 2000
/** From one round to the next where too few answered, in milliseconds. */
const RETRY_MS = 300

export interface ScanComponents {
  knowledge: Knowledge
  proposer: Proposer
  transport: Transport
  clock: Clock
  log: Log
}

/**
 * Brings every register to a quorum of the joint configuration (the paper's section 2.3.2): all names that a majority of the old
 * voters hold are read under it, which decides anew where no quorum agrees, and what they have forgotten on purpose goes into the floors of
 * the new. The old ones of that majority know the joint configuration, so that nothing is accepted there without it. Rejects with
 * `VotersConflictError` where somebody else has finished the change meanwhile.
 */
export async function scan(components: ScanComponents, joint: Configuration, deadline: number): Promise<void> {
  const seen = new Set<string>()
  const through = new Set<string>()
  let floor: Floor = { counter: 0, revision: 0 }
  for (;;) {
    for (const voter of joint.voters) {
      if (through.has(voter.acceptor)) continue
      try {
        floor = raise(floor, await scanOne(components, joint, voter, seen, deadline))
        through.add(voter.acceptor)
      } catch (error) {
        components.log.debug('the registers of a voter were not scanned', { peer: voter.peer, error: messageOf(error) })
      }
    }
    if (isQuorum({ ...joint, next: [] }, (acceptor) => through.has(acceptor))) break
    await pause(components, deadline, through.size, joint)
  }
  await raiseFloors(components, joint, floor, deadline)
}

async function scanOne(
  components: ScanComponents,
  joint: Configuration,
  voter: Voter,
  seen: Set<string>,
  deadline: number,
): Promise<Floor> {
  const { transport, proposer, clock } = components
  let after = ''
  for (;;) {
    const { names, more, floor } = await transport.ask(voter, joint, { name: SCAN, list: { after } }, PAGE_TIMEOUT_MS)
    const news = names.filter((name) => !seen.has(name))
    for (let i = 0; i < news.length; i += AT_ONCE) {
      const some = news.slice(i, i + AT_ONCE)
      const timeoutMs = Math.max(1, deadline - clock.monotonic())
      await Promise.all(some.map((name) => proposer.perform({ name, timeoutMs })))
      for (const name of some) seen.add(name)
    }
    after = names.at(-1) ?? ''
    if (!more || names.length === 0) return floor
  }
}

/** A majority of either side must start new registers above all that were forgotten. */
async function raiseFloors(
  components: ScanComponents,
  joint: Configuration,
  floor: Floor,
  deadline: number,
): Promise<void> {
  const raised = new Set<string>()
  for (;;) {
    for (const voter of joint.next.filter(({ acceptor }) => !raised.has(acceptor))) {
      try {
        await components.transport.ask(voter, joint, { name: SCAN, read: { floor } }, PAGE_TIMEOUT_MS)
        raised.add(voter.acceptor)
      } catch (error) {
        components.log.debug('the floor of a voter was not raised', { peer: voter.peer, error: messageOf(error) })
      }
    }
    if (isQuorum({ ...joint, voters: joint.next, next: [] }, (acceptor) => raised.has(acceptor))) return
    await pause(components, deadline, raised.size, joint)
  }
}

async function pause(
  { clock, knowledge }: ScanComponents,
  deadline: number,
  answered: number,
  joint: Configuration,
): Promise<void> {
  const epoch = knowledge.current?.epoch ?? 0
  if (epoch > joint.epoch)
    throw new VotersConflictError(`the change of epoch ${joint.epoch} is over, it is ${epoch} now`)
  if (clock.monotonic() >= deadline) {
    throw new VotersUnavailableError(
      'a change of voters is under way and was not finished',
      answered,
      joint.voters.length,
    )
  }
  await sleep(clock, RETRY_MS)
}

/** A name that no register has: what is asked is about all. */
const SCAN = 'covey.scan'
