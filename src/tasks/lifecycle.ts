import type { Json } from '../lib/json.ts'
import type { PeerId } from '../network/network.ts'
import type { TaskFault } from './task.ts'

/**
 * The requester's view of one task as a state machine: `step(task, event, now) -> effects`, no I/O. All times are in
 * milliseconds on the requester's monotonic clock. Spec: protocols/task, life cycle at the requester.
 */

/** Times that one attempt is asked for again after its channel broke and the worker could be dialled again. */
export const MAX_REJOINS = 3
/** First wait, in milliseconds, before a task that nobody takes is offered again. */
export const FIRST_WAIT_MS = 100
/** The wait doubles up to this, in milliseconds: soon enough to use a node that comes back. */
export const MAX_WAIT_MS = 5000
/** Refusals kept to be told to the user: more than these say nothing new. */
export const MAX_REFUSALS_KEPT = 16

export type Phase = 'pending' | 'bidding' | 'awarding' | 'running' | 'done' | 'failed' | 'cancelled'

/** Why a peer did not run the task. */
export interface Refusal {
  code: string
  reason: string
}

export interface Attempt {
  number: number
  worker: PeerId
  startedAt: number
  endedAt?: number
  error?: TaskFault
}

/** The award that is out now. Events of earlier ones carry another serial and are ignored. */
interface Current {
  serial: number
  awarded: PeerId
  /** Who runs it: the one awarded, or the one it was handed on to, by the former's word. */
  worker: PeerId
  startedAt: number
  rejoins: number
  /** Missing until it was accepted. */
  attempt?: Attempt
}

export interface Lifecycle {
  readonly id: string
  readonly capability: string
  readonly maxAttempts: number
  readonly startedAt: number
  readonly deadline: number
  phase: Phase
  /** Those that ran, or may have run. */
  attempts: Attempt[]
  current?: Current
  /** Awards sent, refused ones included. */
  awards: number
  /** Rounds in a row in which nobody took it. */
  idleRounds: number
  /** Willing peers of the last round, best first, that have not been awarded. */
  next: PeerId[]
  /** Peers that failed or were lost while running it, or handed it to such a one. */
  failedOn: PeerId[]
  /** Before that, nobody who failed it gets it again. */
  retryAt: number
  /** The latest from each peer, oldest first. */
  refusals: Map<PeerId, Refusal>
  progress?: { fraction?: number; message?: string }
  result?: Json
  error?: { code: string; message: string; hint: string }
  endedAt?: number
}

export type LifecycleEvent =
  /** Submitted, waited long enough, or something changed that may help. */
  | { type: 'wake' }
  /** A round ended: who would take it, best first, and who would not. */
  | { type: 'offers'; ranked: readonly PeerId[]; refusals: ReadonlyMap<PeerId, Refusal> }
  /** The input breaks the schema of everybody who offers the capability. */
  | { type: 'invalid'; message: string }
  /** `worker` runs it: the one awarded, or the one it was handed on to. */
  | { type: 'accepted'; serial: number; worker: PeerId }
  /** Nothing ran. */
  | { type: 'refused'; serial: number; code: string; reason: string }
  | { type: 'progress'; serial: number; fraction?: number; message?: string }
  | { type: 'result'; serial: number; result: Json }
  /** It ran and ended without a result. */
  | ({ type: 'failure'; serial: number } & TaskFault)
  /** The channel broke: outcome unknown, but the worker may answer when asked again. */
  | { type: 'broken'; serial: number; message: string }
  /** The worker is gone or silent: outcome unknown, and nobody to ask. */
  | { type: 'lost'; serial: number; message: string }
  | { type: 'cancel'; reason: string }
  | { type: 'deadline' }

export type Effect =
  /** Get offers, then send `offers` or `invalid`. */
  | { type: 'call' }
  /** Award it to `worker` as attempt number `attempt`; every event of it carries `serial`. */
  | { type: 'award'; serial: number; worker: PeerId; attempt: number }
  /** Dial `worker` again and ask it for the same attempt. */
  | { type: 'rejoin'; serial: number; worker: PeerId; attempt: number }
  /** Tell the worker of award `serial` to stop, and listen to it no more. */
  | { type: 'release'; serial: number; reason: string }
  /** Send `wake` after so many milliseconds. */
  | { type: 'wait'; ms: number }
  /** How an attempt went, for the history of `worker`. */
  | { type: 'learn'; worker: PeerId; ok: boolean }
  | { type: 'ended' }

/** Refusals and failures that every other node would repeat: trying on is of no use. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set(['INVALID_INPUT', 'ID_CONFLICT'])
const FINAL_FAILURE = 'INVALID_INPUT'
const OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN'
/** Failures that a worker reports of itself, not of the handler. */
export const DEADLINE = 'DEADLINE'
export const STOPPED = 'STOPPED'
export const CANCELLED = 'CANCELLED'

export interface LifecycleInit {
  id: string
  capability: string
  maxAttempts: number
  timeoutMs: number
}

export function newLifecycle({ id, capability, maxAttempts, timeoutMs }: LifecycleInit, now: number): Lifecycle {
  return {
    id,
    capability,
    maxAttempts,
    startedAt: now,
    deadline: now + timeoutMs,
    phase: 'pending',
    attempts: [],
    awards: 0,
    idleRounds: 0,
    next: [],
    failedOn: [],
    retryAt: now,
    refusals: new Map(),
  }
}

export const isOver = ({ phase }: Lifecycle): boolean => phase === 'done' || phase === 'failed' || phase === 'cancelled'

/** Changes `task` by `event` and returns what is to be done, in order. What comes out of turn changes nothing. */
export function step(task: Lifecycle, event: LifecycleEvent, now: number): Effect[] {
  if (isOver(task)) return []
  switch (event.type) {
    case 'wake':
      return task.phase === 'pending' ? call(task) : []
    case 'offers':
      return task.phase === 'bidding' ? onOffers(task, event.ranked, event.refusals, now) : []
    case 'invalid':
      return task.phase === 'bidding' ? invalid(task, event.message, now) : []
    case 'cancel':
      return onCancel(task, event.reason, now)
    case 'deadline':
      return onDeadline(task, now)
    default:
      return task.current?.serial === event.serial ? onAward(task, task.current, event, now) : []
  }
}

type AwardEvent = Extract<LifecycleEvent, { serial: number }>

function onAward(task: Lifecycle, current: Current, event: AwardEvent, now: number): Effect[] {
  switch (event.type) {
    case 'accepted':
      current.worker = event.worker
      ran(task, current).worker = event.worker
      task.phase = 'running'
      return []
    case 'progress':
      if (task.phase === 'running') task.progress = progressOf(event)
      return []
    case 'refused':
      return onRefused(task, current, event, now)
    case 'result':
      return onResult(task, current, event.result, now)
    case 'failure':
      return onFailure(task, current, event, now)
    case 'broken':
      if (current.rejoins >= MAX_REJOINS) return onLost(task, current, event.message, now)
      current.rejoins++
      return [{ type: 'rejoin', serial: current.serial, worker: current.worker, attempt: number(task, current) }]
    case 'lost':
      return onLost(task, current, event.message, now)
  }
}

function call(task: Lifecycle): Effect[] {
  task.phase = 'bidding'
  return [{ type: 'call' }]
}

function onOffers(
  task: Lifecycle,
  ranked: readonly PeerId[],
  refusals: ReadonlyMap<PeerId, Refusal>,
  now: number,
): Effect[] {
  for (const [peer, refusal] of refusals) remember(task, peer, refusal)
  const fresh = ranked.filter((peer) => !task.failedOn.includes(peer))
  if (fresh.length > 0) return award(task, fresh, now)
  if (ranked.length > 0 && now >= task.retryAt) return award(task, [...ranked], now)
  return wait(task, ranked.length > 0 ? task.retryAt - now : backoff(task.idleRounds))
}

function award(task: Lifecycle, ranked: PeerId[], now: number): Effect[] {
  const [worker, ...next] = ranked
  // Nobody is given work whose result would come too late.
  if (worker === undefined || now >= task.deadline) return onDeadline(task, now)
  task.next = next
  task.phase = 'awarding'
  task.awards++
  task.current = { serial: task.awards, awarded: worker, worker, startedAt: now, rejoins: 0 }
  return [{ type: 'award', serial: task.awards, worker, attempt: task.attempts.length + 1 }]
}

function wait(task: Lifecycle, ms: number): Effect[] {
  task.phase = 'pending'
  task.idleRounds++
  return [{ type: 'wait', ms }]
}

function onRefused(task: Lifecycle, current: Current, { code, reason }: Refusal, now: number): Effect[] {
  // After it was accepted, or the channel broke, a refusal does not mean that nothing ran: nobody knows any more.
  if (current.attempt || current.rejoins > 0) return onLost(task, current, `it refused later: ${reason}`, now)
  remember(task, current.worker, { code, reason })
  delete task.current
  if (FINAL_REFUSALS.has(code)) return end(task, 'failed', { code, message: reason, hint: HINTS.final }, now)
  return task.next.length > 0 ? award(task, task.next, now) : wait(task, backoff(task.idleRounds))
}

function onResult(task: Lifecycle, current: Current, result: Json, now: number): Effect[] {
  ran(task, current).endedAt = now
  delete task.current
  task.result = result
  return [...learn(current, true), ...end(task, 'done', undefined, now)]
}

function onFailure(task: Lifecycle, current: Current, event: TaskFault, now: number): Effect[] {
  const { code, message, hint } = event
  // The worker's clock was a little earlier; an attempt more would have no time left.
  if (code === DEADLINE) return onDeadline(task, now)
  closeAttempt(task, current, { code, message, ...(hint !== undefined && { hint }) }, now)
  if (code === FINAL_FAILURE) return end(task, 'failed', { code, message, hint: hint ?? HINTS.final }, now)
  // A node that leaves is no worse a worker for it.
  return [...(code === STOPPED ? [] : learn(current, false)), ...again(task, now)]
}

function onLost(task: Lifecycle, current: Current, message: string, now: number): Effect[] {
  closeAttempt(task, current, { code: OUTCOME_UNKNOWN, message }, now)
  return [{ type: 'release', serial: current.serial, reason: message }, ...learn(current, false), ...again(task, now)]
}

/** Of an award that was handed on nothing is learned: whose merit or fault it was, only the node on the way says. */
const learn = ({ awarded, worker }: Current, ok: boolean): Effect[] =>
  awarded === worker ? [{ type: 'learn', worker, ok }] : []

/** After an attempt without a result: the next one, or the end. */
function again(task: Lifecycle, now: number): Effect[] {
  const last = task.attempts.at(-1)
  if (task.attempts.length >= task.maxAttempts && last?.error) {
    const tries = task.attempts.length === 1 ? 'its only attempt' : `each of ${task.attempts.length} attempts`
    const message = `${task.capability} ended without a result in ${tries}; last on ${last.worker}: ${last.error.message}`
    const unknown = task.attempts.some(({ error }) => error?.code === OUTCOME_UNKNOWN)
    const code = unknown ? OUTCOME_UNKNOWN : last.error.code
    return end(task, 'failed', { code, message, hint: unknown ? HINTS.unknown : lastHint(task) }, now)
  }
  task.idleRounds = 0
  task.retryAt = now + backoff(task.attempts.length - 1)
  return call(task)
}

function onCancel(task: Lifecycle, reason: string, now: number): Effect[] {
  const error = { code: CANCELLED, message: reason }
  return [...release(task, error, reason, now), ...end(task, 'cancelled', { ...error, hint: HINTS.cancelled }, now)]
}

function onDeadline(task: Lifecycle, now: number): Effect[] {
  const within = `within ${Math.round(task.deadline - task.startedAt)} ms`
  const worker = task.current?.worker
  const effects = release(task, { code: OUTCOME_UNKNOWN, message: `no result ${within}` }, 'its deadline is over', now)
  const last = task.attempts.at(-1)
  if (!last?.error) {
    const message = `nobody took ${task.capability} ${within}: ${whyNot(task)}`
    return [...effects, ...end(task, 'failed', { code: 'NO_WORKER', message, hint: HINTS.noWorker }, now)]
  }
  const unknown = task.attempts.some(({ error }) => error?.code === OUTCOME_UNKNOWN)
  const where = worker ? `${worker} was still at it` : `last on ${last.worker}: ${last.error.message}`
  const message = `${task.capability} had no result ${within}; ${where}`
  const code = unknown ? OUTCOME_UNKNOWN : last.error.code
  const hint = unknown ? HINTS.unknown : lastHint(task)
  return [...effects, ...end(task, 'failed', { code, message, hint }, now)]
}

/** Takes back the award that is out, if one is. It may have run, so that it counts as an attempt. */
function release(task: Lifecycle, error: TaskFault, reason: string, now: number): Effect[] {
  const { current } = task
  if (!current) return []
  closeAttempt(task, current, error, now)
  return [{ type: 'release', serial: current.serial, reason }]
}

function end(
  task: Lifecycle,
  phase: 'done' | 'failed' | 'cancelled',
  error: Lifecycle['error'],
  now: number,
): Effect[] {
  task.phase = phase
  task.endedAt = now
  task.next = []
  delete task.progress
  if (error) task.error = error
  return [{ type: 'ended' }]
}

const invalid = (task: Lifecycle, message: string, now: number): Effect[] =>
  end(task, 'failed', { code: 'INVALID_INPUT', message, hint: HINTS.final }, now)

/** The attempt of an award that ran or may have run. */
function ran(task: Lifecycle, current: Current): Attempt {
  if (!current.attempt) {
    const { worker, startedAt } = current
    current.attempt = { number: task.attempts.length + 1, worker, startedAt }
    task.attempts.push(current.attempt)
    task.idleRounds = 0
  }
  return current.attempt
}

function closeAttempt(task: Lifecycle, current: Current, error: TaskFault, now: number): void {
  const attempt = ran(task, current)
  attempt.endedAt = now
  attempt.error = error
  for (const peer of [current.awarded, current.worker]) if (!task.failedOn.includes(peer)) task.failedOn.push(peer)
  delete task.current
  delete task.progress
}

const number = (task: Lifecycle, { attempt }: Current): number => attempt?.number ?? task.attempts.length + 1

function remember(task: Lifecycle, peer: PeerId, refusal: Refusal): void {
  task.refusals.delete(peer)
  task.refusals.set(peer, refusal)
  if (task.refusals.size <= MAX_REFUSALS_KEPT) return
  const oldest = task.refusals.keys().next()
  if (!oldest.done) task.refusals.delete(oldest.value)
}

/** The wait after so many fruitless rounds, in milliseconds: exponential, bounded. Whoever waits adds the jitter. */
export const backoff = (rounds: number): number => Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(rounds, 16))

function progressOf({
  fraction,
  message,
}: {
  fraction?: number
  message?: string
}): NonNullable<Lifecycle['progress']> {
  return { ...(fraction !== undefined && { fraction }), ...(message !== undefined && { message }) }
}

function whyNot({ refusals }: Lifecycle): string {
  if (refusals.size === 0) return 'nobody known offers it'
  return [...refusals].map(([peer, { code, reason }]) => `${peer} refused (${code}: ${reason})`).join('; ')
}

/** What the last worker says can be done, and where the whole story is. */
function lastHint({ id, attempts }: Lifecycle): string {
  const hint = attempts.at(-1)?.error?.hint
  return `${hint === undefined ? '' : `${hint} `}What each attempt said: covey task ${id}.`
}

const HINTS = {
  final: 'Correct the request: any other node would answer the same.',
  unknown: 'It may have run, or still run. Look at its effects before you submit it again.',
  noWorker: 'See who offers it: covey find CAPABILITY. Start another worker, or allow more time.',
  cancelled: 'Nothing to do: it was cancelled on purpose.',
} as const
