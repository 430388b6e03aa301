import type { Json } from '../../lib/json.ts'

/** What a register holds and when it was decided. `value` is undefined where nothing was ever written or it was cleared. */
export interface RegisterReading {
  readonly value: Json | undefined
  /** Opaque; another one after every decided change. Equal versions mean the same decision. */
  readonly version: string
  /**
   * Grows by one with each decided change, and never goes back, though a register without value is forgotten after a while: one that
   * is new starts above all that were forgotten, at 0 where none were. Without a value it may therefore grow, and `version` with it,
   * when others are collected. Fencing tokens are made of it.
   */
  readonly revision: number
}

/** `applied` false: `change` declined (it returned `DECLINED`), and `reading` is what stands, agreed by a quorum. */
export interface RegisterChange {
  readonly applied: boolean
  readonly reading: RegisterReading
}

/** What a `change` returns to leave the register as it is. */
export const DECLINED: unique symbol = Symbol('declined')

/** Pure and quick: it may run several times, on other values each time, and only its last run counts. Undefined clears the register. */
export type ChangeFunction = (current: RegisterReading) => Json | undefined | typeof DECLINED

export interface RegisterOptions {
  /** How long to try, in milliseconds: above 0, at most `MAX_TIMEOUT_MS`. Default `DEFAULT_TIMEOUT_MS`. */
  timeoutMs?: number
  /** Stops waiting; whatever was sent may still be decided, so it rejects with `OutcomeUnknownError` after an accept was sent. */
  signal?: AbortSignal
  /**
   * Names this change: the same nonce again, also by another node, is not applied twice and answers with the reading that the first one
   * made, as long as the register remembers it: for some 160 further changes, less where it is cleared and collected. What is remembered
   * without its reading rejects with `OutcomeUnknownError`. At most `MAX_NONCE_BYTES`. Default: a random one for each call.
   */
  nonce?: string
}

/**
 * One linearizable value kept by the voters (CASPaxos, Rystsov 2018, arXiv:1802.07000). Every call rejects with `NoVotersError` where no
 * voters are known, which one on a node that has just started waits for; `VotersUnavailableError` while certainly nothing was changed, `OutcomeUnknownError` where a change was sent
 * and its fate is not known: then ask again with the same nonce, or read.
 */
export interface Register {
  readonly name: string
  /** A quorum's word; raises no ballot. */
  read(options?: RegisterOptions): Promise<RegisterReading>
  write(value: Json | undefined, options?: RegisterOptions): Promise<RegisterReading>
  /** Writes where the register's version is `expected`; `applied` says whether it was. */
  compareAndSet(expected: string, value: Json | undefined, options?: RegisterOptions): Promise<RegisterChange>
  update(change: ChangeFunction, options?: RegisterOptions): Promise<RegisterChange>
}

/** Hands out registers by name; what locks, semaphores, barriers and strong namespaces are made over. */
export interface Registers {
  register(name: string): Register
  /** Called when a change of the register was heard of (a hint, not each, not at once); returns the function that ends it. */
  onHint(name: string, listener: () => void): () => void
}
