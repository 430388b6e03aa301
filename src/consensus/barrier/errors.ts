import { CoveyError } from '../../lib/errors.ts'

/** The barrier was broken for all parties of this generation. */
export class BarrierBrokenError extends CoveyError {
  readonly generation: number

  constructor(name: string, generation: number, reason: string) {
    super('BARRIER_BROKEN', `barrier "${name}" is broken: ${reason}`, 'Nobody was let through; all may come again.')
    this.generation = generation
  }
}

/** Parties name different numbers of parties for one barrier. */
export class PartiesMismatchError extends CoveyError {
  constructor(name: string, parties: number, otherParties: number) {
    super(
      'PARTIES_MISMATCH',
      `barrier "${name}" waits for ${otherParties} parties, not ${parties}; it is broken for those that waited`,
      'Name the same number everywhere.',
    )
  }
}
