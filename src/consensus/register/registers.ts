import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import { type Random, randomId } from '../../lib/random.ts'
import { isName } from './codec.ts'
import { MAX_NONCE_BYTES, MAX_REGISTER_NAME_BYTES, MAX_TIMEOUT_MS, RESERVED_PREFIX } from './limits.ts'
import type { Call, Proposer } from './proposer.ts'
import {
  type ChangeFunction,
  DECLINED,
  type Register,
  type RegisterChange,
  type RegisterOptions,
  type RegisterReading,
} from './register.ts'
import { encodeValue } from './value.ts'

/** Characters of a nonce made here: 100 random bits. */
const NONCE_CHARS = 20

/** A register as its callers see it. */
class NamedRegister implements Register {
  readonly name: string
  readonly #proposer: Proposer
  readonly #random: Random

  constructor(name: string, proposer: Proposer, random: Random) {
    this.name = name
    this.#proposer = proposer
    this.#random = random
  }

  async read(options: RegisterOptions = {}): Promise<RegisterReading> {
    const { answer } = await this.#proposer.perform(this.#call(options))
    return answer.reading
  }

  async write(value: Json | undefined, options: RegisterOptions = {}): Promise<RegisterReading> {
    if (value !== undefined) encodeValue(value)
    const { reading } = await this.update(() => value, options)
    return reading
  }

  async compareAndSet(
    expected: string,
    value: Json | undefined,
    options: RegisterOptions = {},
  ): Promise<RegisterChange> {
    if (value !== undefined) encodeValue(value)
    return this.update(({ version }) => (version === expected ? value : DECLINED), options)
  }

  async update(change: ChangeFunction, options: RegisterOptions = {}): Promise<RegisterChange> {
    const nonce = options.nonce ?? randomId(this.#random, NONCE_CHARS)
    const length = Buffer.byteLength(nonce)
    if (length === 0 || length > MAX_NONCE_BYTES) {
      throw new InvalidInputError(`a nonce of ${length} bytes`, `Use 1 to ${MAX_NONCE_BYTES} bytes, or none.`)
    }
    const wanted = { nonce, change, mayRepeat: options.nonce !== undefined }
    const { answer } = await this.#proposer.perform({ ...this.#call(options), wanted })
    return answer
  }

  #call({ timeoutMs, signal }: RegisterOptions): Call {
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
      throw new InvalidInputError(`a timeout of ${timeoutMs} ms`, `Use more than 0 and at most ${MAX_TIMEOUT_MS}.`)
    }
    return { name: this.name, ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) }
  }
}

/** A register by its name. Throws `InvalidInputError` on a name that is empty, too long or reserved. */
export function openRegister(name: string, proposer: Proposer, random: Random): Register {
  if (!isName(name)) {
    throw new InvalidInputError(
      `a register's name has 1 to ${MAX_REGISTER_NAME_BYTES} bytes, not ${Buffer.byteLength(name)}`,
      'Use another name.',
    )
  }
  if (name.startsWith(RESERVED_PREFIX)) {
    throw new InvalidInputError(`names that begin with ${RESERVED_PREFIX} are reserved`, 'Use another name.')
  }
  return new NamedRegister(name, proposer, random)
}
