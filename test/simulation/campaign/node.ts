import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import type { StateCore } from '../../../src/state/core.ts'
import type { Namespace } from '../../../src/state/namespace.ts'
import type { StateStore } from '../../../src/state/store.ts'
import type { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import { membersBy, storeOn } from './durable.ts'
import type { Mark } from './ledger.ts'
import type { Birth, Life } from './life.ts'

/** A disk as it once was, and what it must give back. */
export interface Backup {
  readonly disk: MemoryDisk
  readonly promised: ReadonlyMap<string, Mark>
}

/** One simulated machine: its disk and clock outlive the lives of its process. */
export class CampaignNode {
  readonly host: SimulatedHost
  /** What its disk must give back: the last own write to each cell that was acknowledged. */
  promised = new Map<string, Mark>()
  readonly #birth: Birth
  #life: Life
  /** Of a disk that was put in and over which no process has started. */
  #restored: StateStore | undefined

  constructor(host: SimulatedHost, birth: Birth) {
    this.host = host
    this.#birth = birth
    this.#life = birth(host)
  }

  /** Its name, which is also its id. */
  get name(): string {
    return this.host.id
  }

  get alive(): boolean {
    return this.host.alive
  }

  /** Its program can do something. */
  get running(): boolean {
    return this.host.alive && !this.host.paused
  }

  /** Another one after a restart. */
  get life(): Life {
    return this.#life
  }

  /** What its process holds; of one that is dead what it held, or what the disk does that took the place of its own. */
  get core(): StateCore {
    return (this.#restored ?? this.#life.store).core
  }

  /** Who is a member by what its process, or its disk, says. */
  get members(): readonly string[] {
    return this.#restored ? membersBy(this.#restored, this) : this.#life.custody.roster.members
  }

  /** Whole values; of concurrent ones the latest shows. */
  get plain(): Namespace {
    return this.#life.namespace('plain', { policy: 'latest' })
  }

  /** Values of leaves that merge. */
  get tree(): Namespace {
    return this.#life.namespace('tree', { policy: 'merge' })
  }

  backup(): Backup {
    return { disk: this.host.snapshotDisk(), promised: new Map(this.promised) }
  }

  /** An older disk comes in the place of its own. Only while its process is dead. */
  async restore({ disk, promised }: Backup): Promise<void> {
    this.host.restoreDisk(disk)
    this.promised = new Map(promised)
    this.#restored = await storeOn(disk, this)
  }

  /** A new process over what the disk has. */
  restart(): Promise<void> {
    this.host.restart()
    this.#restored = undefined
    this.#life = this.#birth(this.host)
    return this.#life.start()
  }
}
