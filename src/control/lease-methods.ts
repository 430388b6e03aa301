import type { Lease } from '../consensus/leases/lease.ts'
import type { AcquireOptions } from '../consensus/leases/leases.ts'
import type { RegisterReading } from '../consensus/register/register.ts'
import { sleep, systemClock } from '../lib/clock.ts'
import { CoveyError } from '../lib/errors.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { machineMs } from './machine-clock.ts'
import type { CallContext, ControlHandlers } from './methods.ts'
import type { LeaseItem, LeaseParams, NoParams, WireReading } from './protocol.ts'

/** A holder is told so many times in the life of a lease until when it lasts: as often as it is renewed, twice over. */
const WORDS_PER_LEASE = 6

type LeaseMethods =
  | 'lock'
  | 'semaphore'
  | 'barrier'
  | `register${'Get' | 'Set' | 'Delete' | 'Cas'}`
  | `voters${'' | 'Set' | 'Add' | 'Remove'}`

/** The part of the local API that is about what the voters keep. */
export function leaseHandlers(mesh: Mesh): Pick<ControlHandlers, LeaseMethods> {
  return {
    lock: ({ name, ...params }, context) => hold((options) => mesh.lock(name).acquire(options), params, context),
    semaphore: ({ name, permits, ...params }, context) =>
      hold((options) => mesh.semaphore(name, permits).acquire(options), params, context),
    barrier: async ({ name, parties, waitMs }, { signal }) => ({
      generation: await mesh.barrier(name, parties).wait({ signal, ...(waitMs !== undefined && { waitMs }) }),
    }),
    registerGet: async ({ name }) => wireReading(await mesh.register(name).read()),
    registerSet: async ({ name, value }) => wireReading(await mesh.register(name).write(value)),
    registerDelete: async ({ name }) => wireReading(await mesh.register(name).write(undefined)),
    registerCas: async ({ name, expected, value }) => {
      const { applied, reading } = await mesh.register(name).compareAndSet(expected, value)
      return { applied, ...wireReading(reading) }
    },
    voters: async () => {
      const asked = await mesh.voters.ask()
      return { ...mesh.voters.status(), ...asked }
    },
    votersSet: ({ voters }) => mesh.voters.set(voters),
    votersAdd: ({ voter }) => mesh.voters.add(voter),
    votersRemove: ({ voter }) => mesh.voters.remove(voter),
  }
}

async function hold(
  acquire: (options: AcquireOptions) => Promise<Lease>,
  { ttlMs, waitMs }: Omit<LeaseParams, 'name'>,
  { signal, send }: CallContext,
): Promise<NoParams> {
  const limits = { ...(ttlMs !== undefined && { ttlMs }), ...(waitMs !== undefined && { waitMs }) }
  const lease = await acquire({ ...limits, signal })
  try {
    const error = await tellWhileHeld(lease, signal, send)
    if (!error) return {}
    const { code, message, hint } = error
    await send({ type: 'lost', code, message, hint })
    await aborted(signal)
    throw error
  } finally {
    // A lease that was lost has told so; one that cannot be given back now ends by itself.
    await lease[Symbol.asyncDispose]()
  }
}

/** Resolves when the caller has done with it, or with why it is lost. */
async function tellWhileHeld(
  lease: Lease,
  signal: AbortSignal,
  send: (item: LeaseItem) => Promise<void>,
): Promise<CoveyError | undefined> {
  const { fence } = lease
  const over = AbortSignal.any([signal, lease.signal])
  while (!signal.aborted) {
    if (lease.signal.aborted) return lease.signal.reason instanceof CoveyError ? lease.signal.reason : undefined
    // In this order: a pause between the two makes the end earlier, not later.
    const now = machineMs()
    const { remainingMs } = lease
    await send({ type: 'held', fence, untilMs: now + remainingMs })
    await sleep(systemClock, remainingMs / WORDS_PER_LEASE, over).catch((error: unknown) => {
      if (!over.aborted) throw error
    })
  }
  return undefined
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

const wireReading = ({ value, version, revision }: RegisterReading): WireReading => ({
  value: value ?? null,
  isEmpty: value === undefined,
  version,
  revision,
})
