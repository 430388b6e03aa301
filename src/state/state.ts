import { EventEmitter } from 'node:events'
import type { Clock } from '../lib/clock.ts'
import { InvalidInputError, messageOf, StoppedError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { type Random, randomId } from '../lib/random.ts'
import type { PeerId } from '../network/network.ts'
import type { CellChange } from './cells.ts'
import { DECLARATIONS, Declarations, type Mismatch } from './declarations.ts'
import { document } from './documents/type.ts'
import { type PolicyMismatchError, UnknownNamespaceError } from './errors.ts'
import { MAX_NAMESPACE_CHARS, RESERVED_PREFIX } from './limits.ts'
import { Namespace, type NamespaceComponents } from './namespace.ts'
import { PastWrites } from './past-writes.ts'
import { checkPolicy, POLICIES, type Policy, policyName } from './policy.ts'
import type { StateStore } from './store.ts'
import { counter } from './types/counter.ts'
import { json } from './types/json.ts'
import { register } from './types/register.ts'
import { set } from './types/set.ts'
import type { KeyType } from './types/type.ts'

export interface StateComponents {
  self: PeerId
  store: StateStore
  clock: Clock
  random: Random
  log: Log
}

export interface NamespaceOptions {
  /** What a reader sees of concurrent writes; default `latest`. The same on every node, or all of them are told. */
  readonly policy?: Policy
}

export interface StateEvents {
  /** Nodes have declared different policies for a namespace that is used here; told again with each that joins in. */
  mismatch: [error: PolicyMismatchError]
}

/** Names that need no quotes in a shell. */
const NAME = /^[A-Za-z0-9][\w.-]*$/

/** The namespaces of a node: what programs use of the replicated state. Made before the store is loaded. */
export interface State extends EventEmitter<StateEvents> {
  /**
   * A namespace. With options it is declared, here and to the others; without, it must be known: declared here before, or by
   * another node under one of the built-in policies. Throws `InvalidInputError` on a bad name or policy, or where this program has declared
   * it otherwise; `UnknownNamespaceError`.
   */
  namespace(name: string, options?: NamespaceOptions): Namespace
  /** Names of the namespaces that hold something here or are declared by anybody, in order. */
  namespaces(): string[]
  /** The name of the policy that was declared first for a namespace, built-in or not; undefined where nobody has declared it. */
  policyOf(name: string): string | undefined
  /** Namespaces that nodes have declared with different policies, in order. */
  mismatches(): Mismatch[]
  /** Why nothing may be written to a namespace that this program declares: another node had declared it otherwise before. */
  refusal(name: string): PolicyMismatchError | undefined
  /** The store is loaded: tells the others what is declared from now on, and was until now. Idempotent. */
  start(): void
  /** Ends all watches; writes reject from then on. Idempotent. */
  stop(): void
}

/** The namespaces of a store; it must not be loaded yet, so that the history of keys is loaded with it. */
export function createState(components: StateComponents): State {
  return new Namespaces(components)
}

class Namespaces extends EventEmitter<StateEvents> implements State {
  readonly #self: PeerId
  readonly #store: StateStore
  readonly #clock: Clock
  readonly #log: Log
  readonly #newId: () => string
  readonly #past: PastWrites
  readonly #declarations: Declarations
  readonly #open = new Map<string, Namespace>()
  /** Namespaces that this program declares, unlike those that it found. */
  readonly #declared = new Set<string>()
  /** Namespaces that another node had declared otherwise before, with what they reject with. */
  readonly #refused = new Map<string, PolicyMismatchError>()
  /** The mismatch that was told last, by namespace. */
  readonly #told = new Map<string, string>()
  /** Ends what waits for the node to know as which replica it writes. */
  readonly #waiting = new Set<(error: Error) => void>()
  #started = false
  #stopped = false

  constructor({ self, store, clock, random, log }: StateComponents) {
    super()
    this.#self = self
    this.#store = store
    this.#clock = clock
    this.#log = log.scoped('state')
    this.#newId = () => randomId(random)
    this.#past = new PastWrites(clock)
    this.#declarations = new Declarations(self, store)
    store.addRecorder(this.#past)
    store.on('change', this.#onChange)
  }

  namespace(name: string, options?: NamespaceOptions): Namespace {
    const known = this.#open.get(name)
    if (!options) return known ?? this.#make(name, this.#found(name))
    const policy = options.policy ?? 'latest'
    checkName(name)
    checkPolicy(policy)
    if (known && this.#declared.has(name) && !samePolicy(known.policy, policy)) {
      throw new InvalidInputError(
        `namespace ${name} is declared with ${policyName(known.policy)} by this program, and now with ${policyName(policy)}`,
        'Declare it once.',
      )
    }
    const namespace = known && samePolicy(known.policy, policy) ? known : this.#make(name, policy)
    this.#declared.add(name)
    this.#check(name)
    if (this.#started) this.#declare(namespace)
    return namespace
  }

  namespaces(): string[] {
    const { cells } = this.#store.core
    const names = new Set([...cells.namespaces(), ...cells.keys(DECLARATIONS), ...this.#open.keys()])
    return [...names].filter((name) => !name.startsWith(RESERVED_PREFIX)).sort()
  }

  policyOf(name: string): string | undefined {
    return this.#declarations.policy(name)
  }

  mismatches(): Mismatch[] {
    return this.#declarations.mismatches()
  }

  refusal(name: string): PolicyMismatchError | undefined {
    return this.#refused.get(name)
  }

  start(): void {
    this.#started = true
    for (const name of [...this.#declared].sort()) {
      this.#check(name)
      this.#declare(this.#open.get(name) as Namespace)
    }
  }

  stop(): void {
    this.#stopped = true
    this.#store.off('change', this.#onChange)
    for (const namespace of this.#open.values()) namespace.close()
    for (const end of this.#waiting) end(new StoppedError('the replicated state'))
  }

  #make(name: string, policy: Policy): Namespace {
    this.#open.get(name)?.close()
    const parts: NamespaceComponents = {
      self: this.#self,
      store: this.#store,
      clock: this.#clock,
      past: this.#past,
      types: typesOf(policy),
      newId: this.#newId,
      checkReadable: () => {
        if (!this.#started) throw new StoppedError('the replicated state')
      },
      checkWritable: (namespace) => this.#checkWritable(namespace),
      whenBegun: () => this.#whenBegun(),
      mismatch: () => this.#declarations.mismatch(name),
    }
    const namespace = new Namespace(name, policy, parts)
    this.#open.set(name, namespace)
    return namespace
  }

  /** The policy of a namespace that others have declared. */
  #found(name: string): Policy {
    checkName(name)
    const found = this.#declarations.policy(name)
    const policy = POLICIES.find((one) => one === found)
    if (found === undefined) throw new UnknownNamespaceError(name)
    if (policy !== undefined) return policy
    throw new InvalidInputError(
      `namespace ${name} has the policy ${found}, which this program does not know`,
      'Declare it with that resolver.',
    )
  }

  #declare({ name, policy }: Namespace): void {
    // It rejects where the storage has failed, of which the node hears and stops.
    this.#declarations
      .declare(name, policyName(policy))
      .catch((error) => this.#log.error('a declaration is not written', { namespace: name, error: messageOf(error) }))
  }

  #checkWritable(namespace: Namespace): void {
    if (this.#stopped) throw new StoppedError('the replicated state')
    if (this.#refused.size === 0) return
    const refused = this.#refused.get(namespace.name)
    if (refused) throw refused
  }

  /** That may take seconds after a start: others are asked first. */
  #whenBegun(): Promise<void> {
    if (!this.#started || this.#stopped) return Promise.reject(new StoppedError('the replicated state'))
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      const begun = this.#store.whenBegun().then(resolve, reject)
      void begun.then(() => this.#waiting.delete(reject))
    })
  }

  readonly #onChange = (changes: readonly CellChange[]): void => {
    const [first] = changes
    if (changes.length === 1 && first) {
      this.#route(first.namespace, changes)
      return
    }
    const byNamespace = new Map<string, CellChange[]>()
    for (const change of changes) {
      const some = byNamespace.get(change.namespace)
      if (some) some.push(change)
      else byNamespace.set(change.namespace, [change])
    }
    for (const [name, some] of byNamespace) this.#route(name, some)
  }

  #route(name: string, changes: readonly CellChange[]): void {
    if (name === DECLARATIONS) {
      for (const key of new Set(changes.map((change) => change.key))) {
        this.#check(key)
        this.#restoreDeclaration(key)
      }
    } else {
      this.#open.get(name)?.changed(changes)
    }
  }

  /** Another state took the place of the one in which it stood, or the others took this node for gone. */
  #restoreDeclaration(name: string): void {
    if (!this.#started || this.#stopped || !this.#declared.has(name) || this.#declarations.isOwn(name)) return
    // Not within the change: what that does is not on its way to the disk yet.
    queueMicrotask(() => {
      if (!this.#stopped && !this.#declarations.isOwn(name)) this.#declare(this.#open.get(name) as Namespace)
    })
  }

  /** Whether all who have declared the namespace agree; writes go on where the oldest declaration is followed. */
  #check(name: string): void {
    if (!this.#declared.has(name)) return
    const mismatch = this.#declarations.mismatch(name)
    this.#refused.delete(name)
    if (!mismatch) {
      this.#told.delete(name)
      return
    }
    const own = this.#open.get(name) as Namespace
    if (this.#declarations.policy(name) !== policyName(own.policy)) this.#refused.set(name, mismatch)
    if (this.#told.get(name) === mismatch.message) return
    this.#told.set(name, mismatch.message)
    this.#log.error(mismatch.message, { namespace: name })
    this.emit('mismatch', mismatch)
  }
}

/** In the order of the table in paths.ts. */
function typesOf(policy: Policy): readonly KeyType[] {
  return [policy === 'merge' ? json : register, counter, set, document]
}

function samePolicy(a: Policy, b: Policy): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.resolve === b.resolve && a.name === b.name : a === b
}

function checkName(name: string): void {
  if (typeof name === 'string' && name.length <= MAX_NAMESPACE_CHARS && NAME.test(name)) {
    if (!name.startsWith(RESERVED_PREFIX)) return
    throw new InvalidInputError(
      `namespace ${name} is covey's own`,
      `Use a name that does not begin with ${RESERVED_PREFIX}`,
    )
  }
  throw new InvalidInputError(
    `${typeof name === 'string' ? JSON.stringify(name.slice(0, MAX_NAMESPACE_CHARS)) : typeof name} is no name of a namespace`,
    `Use up to ${MAX_NAMESPACE_CHARS} letters, digits, dots and dashes.`,
  )
}
