import { Barriers } from '../../src/consensus/barrier/barrier.ts'
import { type LeaseComponents, Leases } from '../../src/consensus/leases/leases.ts'
import { type LeaseRecord, readLeases } from '../../src/consensus/leases/record.ts'
import { createLock, type Lock } from '../../src/consensus/lock.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World } from '../../src/network/simulated/world.ts'
import { MemoryRegisters } from './memory-registers.ts'

export interface BenchNode {
  readonly host: SimulatedHost
  readonly leases: Leases
  readonly barriers: Barriers
  readonly lock: Lock
}

/** Nodes that have nothing but registers. */
export class Bench {
  readonly world: World
  readonly registers: MemoryRegisters

  constructor(seed = 1) {
    this.world = new World({ seed })
    this.registers = new MemoryRegisters(this.world)
  }

  node(name: string): BenchNode {
    const host = this.world.host(name)
    const { clock, random, log, id: self } = host
    const registers = this.registers.for(host)
    const parts: LeaseComponents = { self, registers, clock, random, log, nameOf: (peer) => `node ${peer}` }
    const leases = new Leases(parts)
    return { host, leases, barriers: new Barriers(parts), lock: createLock(leases, 'deploy') }
  }

  settle<T>(promise: Promise<T>, maxMs = 60_000): Promise<T> {
    return this.world.settle(promise, maxMs)
  }

  /** What the register of the lock holds. */
  record(): LeaseRecord | undefined {
    return readLeases(this.registers.reading('lock/deploy').value)
  }
}
