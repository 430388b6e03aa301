import { EventEmitter } from 'node:events'
import type { Clock, Timer } from '../lib/clock.ts'
import { CoveyError, messageOf, StoppedError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Network, PeerAddress, PeerId } from '../network/network.ts'
import type { DirectRpc } from '../network/rpc.ts'
import type { Storage } from '../storage/storage.ts'
import { type MembershipCounters, newCounters } from './counters.ts'
import { Detector } from './detector.ts'
import { Dialler } from './dialler.ts'
import { MAX_STRANGERS } from './dials.ts'
import { Greeter } from './greeter.ts'
import { IncarnationStore } from './incarnation-store.ts'
import { MAX_ADDRESS_LENGTH, MAX_ADDRESSES } from './limits.ts'
import type { Member, MembershipEvents } from './member.ts'
import { Messenger, PROTOCOL } from './messenger.ts'
import type { Preset } from './presets.ts'
import { memberOf } from './table.ts'
import { MAX_CONNECTIONS } from './topology.ts'

export interface MembershipComponents {
  network: Network
  rpc: DirectRpc
  clock: Clock
  random: Random
  log: Log
  storage: Storage
  preset: Preset
  /** Connections kept at most; a mesh of no more nodes than this is a full one. Default `MAX_CONNECTIONS`. */
  maxConnections?: number
}

/** Who is alive, as this node sees it. */
export interface Membership extends EventEmitter<MembershipEvents> {
  /** This node. Before `start` and after `leave` its state is `left`. */
  readonly self: Member
  /** Begins to take part; network and storage are started. Idempotent. Rejects with a `CoveyError` if the storage fails. */
  start(): Promise<void>
  /** Ends all timers and work, telling nobody. Idempotent. */
  stop(): Promise<void>
  /** Tells the others that this node leaves; resolves when some have said that they heard, or after `LEAVE_WAIT_MS`. */
  leave(): Promise<void>
  /** All known members but this node, whatever their state, in the order in which they were met. */
  members(): Member[]
  get(id: PeerId): Member | undefined
  /**
   * Makes sure of a connection to a member that need not be a neighbour. Beyond a full mesh such a connection is closed a minute
   * after the last call: call it before each use. Rejects with `UnreachableError`.
   */
  ensureConnected(peer: PeerId, timeoutMs: number): Promise<void>
  counters(): Readonly<MembershipCounters>
}

/** How long `leave` waits for somebody to have heard, in milliseconds. */
export const LEAVE_WAIT_MS = 500
/** Peers that must have heard of a leave: gossip does the rest, though one of them should die at once. */
const LEAVE_WITNESSES = 3
/** Peers told of a leave directly: all of a full mesh. */
const LEAVE_FANOUT = 64
/** From one look at idle connections, own addresses and forgotten members to the next, in milliseconds. */
const UPKEEP_MS = 10_000

/** Membership over `network` and `rpc`. Make it before the network starts, so that its protocol is known. */
export function createMembership(components: MembershipComponents): Membership {
  return new MembershipService(components)
}

/** Compares tables with a random peer. */
function compare(core: Detector, messenger: Messenger): void {
  for (const peer of core.connections.choose(1, (id) => core.table.get(id)?.state === 'alive'))
    void messenger.exchange(peer)
}

/** What lives from `start` to `stop`. */
interface Run {
  core: Detector
  messenger: Messenger
  dialler: Dialler
  greeter: Greeter
}

class MembershipService extends EventEmitter<MembershipEvents> implements Membership {
  readonly #components: MembershipComponents
  readonly #log: Log
  readonly #incarnations: IncarnationStore
  #run: Run | undefined
  #last: Detector | undefined
  #starting: Promise<void> | undefined
  #timer: Timer | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #exchangeAt = Number.POSITIVE_INFINITY
  #upkeepAt = Number.POSITIVE_INFINITY
  /** Peers discovered while this is not running: the network starts first, and may say so only once. */
  readonly #heardOf = new Map<PeerId, PeerAddress>()
  /** What the core wants done outside once it is through with its input: listeners may call back. */
  #actions: (() => void)[] = []

  constructor(components: MembershipComponents) {
    super()
    this.#components = components
    this.#log = components.log.scoped('membership')
    this.#incarnations = new IncarnationStore(components.storage)
    const { rpc, network } = components
    network.on('discover', this.#onDiscover)
    rpc.handle(PROTOCOL, (body, context) => this.#running().messenger.answer(body, context))
    rpc.onNotify(PROTOCOL, (body, peer) => this.#run?.messenger.hear(body, peer))
  }

  get self(): Member {
    const record = this.#last?.rumours.self
    if (record) return memberOf(record)
    const { self } = this.#components.network
    return { id: self, state: 'left', incarnation: 0, addresses: [], since: 0, latencyMs: undefined }
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = undefined
      throw error
    })
    return this.#starting
  }

  async stop(): Promise<void> {
    const starting = this.#starting
    this.#starting = undefined
    // A failed start has told its caller; there is nothing to stop then.
    await starting?.catch(() => {})
    const run = this.#run
    if (!run) return
    this.#run = undefined
    const { network } = this.#components
    network.off('connect', this.#onConnect).off('disconnect', this.#onDisconnect)
    run.messenger.stop()
    run.dialler.stop()
    run.greeter.stop()
    this.#timer?.cancel()
    this.#armedFor = Number.POSITIVE_INFINITY
    this.#actions = []
  }

  async leave(): Promise<void> {
    const run = this.#run
    if (!run) return
    const { core, messenger, dialler } = run
    const { clock } = this.#components
    const row = core.leave(clock.monotonic())
    dialler.stop()
    this.#settle()
    const peers = core.connections.choose(LEAVE_FANOUT, () => true)
    const needed = Math.min(LEAVE_WITNESSES, peers.length)
    if (needed === 0) return
    await new Promise<void>((resolve) => {
      let heard = 0
      let answered = 0
      const patience = clock.after(LEAVE_WAIT_MS, resolve)
      const end = (): void => {
        patience.cancel()
        resolve()
      }
      for (const peer of peers) {
        messenger
          .deliver(peer, [row], LEAVE_WAIT_MS)
          .then(
            () => heard++,
            (error: unknown) => this.#log.debug('a peer did not hear the leave', { peer, error: messageOf(error) }),
          )
          .then(() => {
            answered++
            if (heard >= needed || answered === peers.length) end()
          })
      }
    })
  }

  members(): Member[] {
    const { self } = this.#components.network
    return [...(this.#last?.table.values() ?? [])].filter(({ id }) => id !== self).map(memberOf)
  }

  get(id: PeerId): Member | undefined {
    const record = this.#last?.table.get(id)
    return record && memberOf(record)
  }

  async ensureConnected(peer: PeerId, timeoutMs: number): Promise<void> {
    await this.#running().dialler.ensure(peer, timeoutMs)
  }

  counters(): Readonly<MembershipCounters> {
    return this.#last?.counters ?? newCounters()
  }

  async #start(): Promise<void> {
    const { network, clock, random, preset } = this.#components
    const incarnation = await this.#incarnations.next()
    const now = clock.monotonic()
    this.#run = this.#assemble(incarnation, now)
    this.#last = this.#run.core
    this.#exchangeAt = now + random.float() * preset.exchangeIntervalMs
    this.#upkeepAt = now + random.float() * UPKEEP_MS
    network.on('connect', this.#onConnect).on('disconnect', this.#onDisconnect)
    this.#log.info('started', { incarnation, preset: preset.name })
    for (const peer of network.peers()) this.#onConnect(peer)
    for (const address of this.#heardOf.values()) this.#onDiscover(address)
    this.#heardOf.clear()
    this.#settle()
  }

  #assemble(incarnation: number, now: number): Run {
    const { network, rpc, clock, random, preset, maxConnections = MAX_CONNECTIONS } = this.#components
    const log = this.#log
    const core: Detector = new Detector(
      {
        self: network.self,
        addresses: this.#addresses(),
        incarnation,
        preset,
        random,
        maxConnections,
        effects: {
          ping: (target, probe, timeoutMs) => messenger.ping(target, probe, timeoutMs),
          pingVia: (helper, target, probe, timeoutMs) => messenger.pingVia(helper, target, probe, timeoutMs),
          tell: (peers, rows) => messenger.tell(peers, rows),
          reserve: (bound) => this.#reserve(core, bound),
          compare: () => compare(core, messenger),
          reconnect: (peer) => this.#actions.push(() => network.disconnect(peer)),
          wanted: (peer) => dialler.consider(peer, clock.monotonic()),
          event: (name, record) => {
            const member = memberOf(record)
            this.#actions.push(() => this.#announce(name, member))
          },
        },
      },
      now,
    )
    const dialler = new Dialler({ network, clock, log, core, maxConnections })
    const messenger = new Messenger({
      rpc,
      clock,
      log,
      core,
      connect: (peer, timeoutMs) => dialler.ensure(peer, timeoutMs),
      isConnected: (peer) => network.isConnected(peer),
      onChange: () => this.#settle(),
    })
    return { core, messenger, dialler, greeter: new Greeter({ network, clock, core, messenger }) }
  }

  #announce(name: keyof MembershipEvents, member: Member): void {
    this.#log.info(name, { peer: member.id, incarnation: member.incarnation })
    // Its connection is of no use, and a dial would be handed it: TCP itself would notice in minutes.
    if (name === 'dead') this.#components.network.disconnect(member.id)
    try {
      this.emit(name, member)
    } catch (error) {
      // Somebody else's fault: a probe that is just being answered must not fail for it.
      this.#log.error('a listener failed', { event: name, error: messageOf(error) })
    }
  }

  readonly #onConnect = (peer: PeerId): void => {
    const { core, dialler, greeter } = this.#running()
    const now = this.#components.clock.monotonic()
    core.observe(now)
    core.connected(peer, now)
    dialler.connected(peer, now)
    greeter.met(peer)
    this.#settle()
  }

  readonly #onDisconnect = (peer: PeerId): void => {
    const { core, dialler } = this.#running()
    const now = this.#components.clock.monotonic()
    core.observe(now)
    core.disconnected(peer, now)
    dialler.disconnected(peer, now)
    this.#settle()
  }

  readonly #onDiscover = (address: PeerAddress): void => {
    if (!this.#run) {
      if (this.#heardOf.size < MAX_STRANGERS) this.#heardOf.set(address.id, address)
      return
    }
    this.#run.dialler.discovered(address, this.#components.clock.monotonic())
    this.#settle()
  }

  readonly #tick = (): void => {
    const run = this.#run
    if (!run) return
    this.#armedFor = Number.POSITIVE_INFINITY
    const { core, dialler, messenger } = run
    const { clock, random, preset } = this.#components
    const now = clock.monotonic()
    core.tick(now)
    dialler.run(now)
    if (now >= this.#exchangeAt) {
      this.#exchangeAt = now + preset.exchangeIntervalMs * (0.5 + random.float())
      compare(core, messenger)
    }
    if (now >= this.#upkeepAt) {
      this.#upkeepAt = now + UPKEEP_MS
      this.#upkeep(run, now)
    }
    this.#settle()
  }

  #upkeep({ core, dialler }: Run, now: number): void {
    dialler.trim(now)
    core.rumours.forget(now)
    const addresses = this.#addresses()
    if (addresses.join() !== core.rumours.self.addresses.join()) core.rumours.setAddresses(addresses, now)
  }

  #addresses(): string[] {
    const addresses = this.#components.network.addresses().filter(({ length }) => length <= MAX_ADDRESS_LENGTH)
    return addresses.slice(0, MAX_ADDRESSES)
  }

  /** Does what the core wants done, and sees to it that the timer comes when the next thing is due. */
  #settle(): void {
    while (this.#actions.length > 0) {
      const actions = this.#actions
      this.#actions = []
      for (const action of actions) action()
    }
    const run = this.#run
    if (!run) return
    const due = Math.min(run.core.due, run.dialler.due, this.#exchangeAt, this.#upkeepAt)
    // Later too: of a probe that was answered nothing is due any more, and a timer for nothing costs more than moving it.
    if (due === this.#armedFor) return
    this.#timer?.cancel()
    this.#armedFor = due
    const { clock } = this.#components
    this.#timer = clock.after(Math.max(0, due - clock.monotonic()), this.#tick)
  }

  #reserve(core: Detector, bound: number): void {
    this.#incarnations.reserve(bound).then(
      () => {
        if (this.#run?.core !== core) return
        core.rumours.reserved(bound, this.#components.clock.monotonic())
        this.#settle()
      },
      (error: unknown) =>
        this.#log.error('an incarnation could not be made durable: this node cannot refute suspicions', {
          error: messageOf(error),
          hint: error instanceof CoveyError ? error.hint : undefined,
        }),
    )
  }

  #running(): Run {
    if (!this.#run) throw new StoppedError('membership')
    return this.#run
  }
}
