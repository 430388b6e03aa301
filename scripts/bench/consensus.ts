import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { simulate } from '../../src/testing.ts'
import type { MemberAnswer, MemberOrder } from './consensus-member.ts'
import { benchVote, voteGoal } from './consensus-vote.ts'
import { type Goal, median, printGoals } from './goals.ts'
import { startLockRivals } from './lock-rivals.ts'
import { measure, type Result } from './measure.ts'
import { Pair } from './pair.ts'
import { persist } from './persist.ts'

const MEMBER = join(import.meta.dirname, 'consensus-member.ts')
const VOTERS = 3
const IN_FLIGHT = [1, 64]
/** Of a request's body; a compare-and-set's value is a number. */
const BYTES = 100
/** Before anything counts, in milliseconds: what is compiled late must not be paid by the first cell. */
const WARM_UP_MS = 1000
/** How long members may take to find one another and their voters, in milliseconds. */
const MEET_LIMIT_MS = 10_000
/** How long a load runs through which a voter is stopped, when that happens, and how many changes are under way. */
const GAP = { milliseconds: 4000, stopAfterMs: 1500, inFlight: 8 } as const
/** The lock of a holder that is killed, in milliseconds. */
const HELD_TTL_MS = 2000
const SEEDS = 21

const LATENCY_GOAL = 2.5
const GAP_GOAL_MS = 1000
const TAKEOVER_GOAL = 1.1

interface Row extends Result {
  what: string
  inFlight: number
}

interface Consensus {
  rows: Row[]
  /** The longest time without a change done while a voter was stopped, in milliseconds: of real processes and of simulated ones. */
  gapMs: number
  simulatedGapMs: number
  /** From the death of a holder until the next one had the lock, in milliseconds. */
  takeoverMs: number
  /** Of a vote of simulated nodes, in virtual milliseconds. */
  voteMs: number
  goals: Goal[]
}

/** Three voters and one node more on this machine, beside one durable request between two processes: they take turns in every round. */
export async function benchConsensus(rounds: number, milliseconds: number): Promise<Consensus> {
  const pair = await Pair.start('durable')
  const members = await meet()
  try {
    const [voter, , other, outsider] = members as [Member, Member, Member, Member]
    const cells: { what: string; run: (inFlight: number, ms: number) => Promise<Result> }[] = [
      { what: 'durable request', run: (inFlight, duration) => pair.measure({ bytes: BYTES, inFlight, duration }) },
      { what: 'compare-and-set', run: (inFlight, duration) => voter.measure('register', inFlight, duration) },
      { what: '  by no voter', run: (inFlight, duration) => outsider.measure('register', inFlight, duration) },
    ]
    for (const { run } of cells) await run(Math.max(...IN_FLIGHT), WARM_UP_MS)
    const rows: Row[] = []
    for (const inFlight of IN_FLIGHT) rows.push(...(await cell(cells, inFlight, rounds, milliseconds)))
    rows.push(...(await lockRows(voter, rounds, milliseconds)))
    const gapMs = await gapOf(voter, other)
    const takeoverMs = await takeoverOf(outsider, voter)
    const simulatedGapMs = await simulatedGap()
    const voteMs = await benchVote()
    const goals = [...goalsOf(rows, gapMs, simulatedGapMs, takeoverMs), voteGoal(voteMs)]
    return { rows, gapMs, simulatedGapMs, takeoverMs, voteMs, goals }
  } finally {
    pair.stop()
    for (const member of members) member.stop()
  }
}

/** A lock taken and given back, beside those that the machine has. */
async function lockRows(voter: Member, rounds: number, milliseconds: number): Promise<Row[]> {
  const rivals = await startLockRivals()
  try {
    const cells = [
      { what: 'lock and release', run: (_: number, ms: number) => voter.measure('lock', 1, ms) },
      ...rivals.map((rival) => ({
        what: rival.what,
        run: (inFlight: number, duration: number) => measure(rival, { bytes: BYTES, inFlight, duration }),
      })),
    ]
    return await cell(cells, 1, rounds, milliseconds)
  } finally {
    for (const rival of rivals) rival.stop()
  }
}

async function cell(
  cells: readonly { what: string; run: (inFlight: number, ms: number) => Promise<Result> }[],
  inFlight: number,
  rounds: number,
  milliseconds: number,
): Promise<Row[]> {
  const results = cells.map((): Result[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, { run }] of cells.entries()) results[i]?.push(await run(inFlight, milliseconds))
  }
  return cells.map(({ what }, i) => {
    const of = (pick: (result: Result) => number): number => median((results[i] ?? []).map(pick))
    const medians = { perSecond: of((it) => it.perSecond), p50: of((it) => it.p50), p99: of((it) => it.p99) }
    return { what, inFlight, ...medians }
  })
}

async function meet(): Promise<Member[]> {
  const mesh = `bench-${randomUUID()}`
  const members: Member[] = []
  for (let i = 0; i <= VOTERS; i++) members.push(await Member.start(`member-${i}`, mesh, members))
  const [founder] = members as [Member]
  const voters = members.slice(0, VOTERS).map(({ id }) => id)
  await persist('the voters are set', MEET_LIMIT_MS, () => founder.ask({ kind: 'set voters', voters }))
  for (const member of members) {
    await persist(`${member.id} reaches the voters`, MEET_LIMIT_MS, () => member.measure('register', 1, 1))
  }
  return members
}

/** A voter that is stopped while another node works. */
async function gapOf(worker: Member, stopped: Member): Promise<number> {
  const gap = worker.ask<number>({ kind: 'longest gap', milliseconds: GAP.milliseconds, inFlight: GAP.inFlight })
  await delay(GAP.stopAfterMs)
  stopped.signal('SIGSTOP')
  try {
    return await gap
  } finally {
    stopped.signal('SIGCONT')
  }
}

/** A holder that is killed while another one waits. */
async function takeoverOf(holder: Member, next: Member): Promise<number> {
  await holder.ask({ kind: 'hold', ttlMs: HELD_TTL_MS, waitMs: 0 })
  const taken = next.ask<number>({ kind: 'hold', ttlMs: HELD_TTL_MS, waitMs: 10 * HELD_TTL_MS })
  await delay(HELD_TTL_MS / 2)
  holder.signal('SIGKILL')
  const killedAt = performance.now()
  await taken
  return performance.now() - killedAt
}

/** As `gapOf` in virtual time: one of the voters is cut off from all others, in one direction or both; the worst of some seeds. */
async function simulatedGap(): Promise<number> {
  let worst = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const mesh = await simulate({ seed, nodes: VOTERS + 1 })
    await mesh.converge()
    const [first, ...others] = mesh.nodes
    const worker = mesh.nodes[VOTERS]
    if (!first || !worker) throw new Error('the simulation has too few nodes')
    const voters = mesh.nodes.slice(0, VOTERS).map(({ name }) => name)
    await mesh.settle(worker.mesh.voters.set(voters), MEET_LIMIT_MS)
    const write = (): Promise<unknown> => mesh.settle(worker.mesh.register('gap').write(mesh.now), MEET_LIMIT_MS)
    for (let i = 0; i < GAP.inFlight; i++) await write()
    // In turn: cut off, heard of by nobody, hearing nobody.
    if (seed % 3 === 0) mesh.partition([first], others)
    else if (seed % 3 === 1) for (const other of others) mesh.block(first, other)
    else for (const other of others) mesh.block(other, first)
    for (const end = mesh.now + GAP.milliseconds; mesh.now < end; ) {
      const before = mesh.now
      await write()
      worst = Math.max(worst, mesh.now - before)
    }
    mesh.heal()
    await mesh.stop()
  }
  return worst
}

/** A process with a node of the mesh. */
class Member {
  readonly id: string
  readonly address: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, { id, address }: { id: string; address: string }) {
    this.#child = child
    this.id = id
    this.address = address
  }

  static async start(name: string, mesh: string, others: readonly Member[]): Promise<Member> {
    const child = fork(MEMBER)
    const addresses = others.map(({ address }) => address)
    const order: MemberOrder = { kind: 'start', name, mesh, join: addresses }
    return new Member(child, await tell<{ id: string; address: string }>(child, order))
  }

  ask<T>(order: MemberOrder): Promise<T> {
    return tell<T>(this.#child, order)
  }

  measure(what: 'register' | 'lock', inFlight: number, duration: number): Promise<Result> {
    return this.ask<Result>({ kind: 'measure', what, load: { bytes: BYTES, inFlight, duration } })
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(signal)
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}

/** Resolves with the answer. One at a time for each process. */
function tell<T>(child: ChildProcess, order: MemberOrder): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a member ended with exit code ${code}`))
    child.once('exit', onExit)
    child.once('message', (answer: MemberAnswer) => {
      child.off('exit', onExit)
      // Which order is answered with what is theirs to keep.
      if (answer.ok) resolve(answer.value as T)
      else reject(new Error(answer.error))
    })
    child.send(order)
  })
}

function goalsOf(rows: readonly Row[], gapMs: number, simulatedGapMs: number, takeoverMs: number): Goal[] {
  const p50 = (what: string): number => rows.find((row) => row.what === what && row.inFlight === 1)?.p50 ?? Number.NaN
  const ratio = p50('compare-and-set') / p50('durable request')
  const takeover = takeoverMs / HELD_TTL_MS
  const resumes = 'ms at most without a change while a voter is'
  return [
    {
      text: `uncontended compare-and-set: median latency of one durable request, at most ${LATENCY_GOAL}`,
      value: ratio,
      reached: ratio <= LATENCY_GOAL,
    },
    { text: `${resumes} stopped, below ${GAP_GOAL_MS}`, value: gapMs, reached: gapMs < GAP_GOAL_MS },
    {
      text: `${resumes} cut off in one direction or both, worst of ${SEEDS} simulations, below ${GAP_GOAL_MS}`,
      value: simulatedGapMs,
      reached: simulatedGapMs < GAP_GOAL_MS,
    },
    {
      text: `of its time to live until the lock of a killed holder has the next one, at most ${TAKEOVER_GOAL}`,
      value: takeover,
      reached: takeover <= TAKEOVER_GOAL,
    },
  ]
}

/** The table for people. */
export function printConsensus({ rows, goals }: Consensus): void {
  console.log(`${VOTERS} voters on this machine, beside one durable request between two processes`)
  console.log('in flight  what                      a second    p50 us    p99 us')
  for (const { what, inFlight, perSecond, p50, p99 } of rows) {
    const cells = [perSecond, p50 * 1000, p99 * 1000].map((value) => Math.round(value).toString().padStart(10))
    console.log(String(inFlight).padEnd(11) + what.padEnd(24) + cells.join(''))
  }
  console.log()
  printGoals(goals)
}
