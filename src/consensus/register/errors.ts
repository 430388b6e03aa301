import { CoveyError, OutcomeUnknownError } from '../../lib/errors.ts'
import type { PeerId } from '../../network/network.ts'

/** No voter set is known here: nobody's word counts yet. */
export class NoVotersError extends CoveyError {
  constructor() {
    super(
      'NO_VOTERS',
      'this mesh has no voters',
      'Name them once: covey voters set NODE NODE NODE. With three one may be away; one alone works while it is there. ' +
        'Where somebody has, this node has not met those who know it: covey peers.',
    )
  }
}

/** Too few voters answered, and nothing was changed. */
export class VotersUnavailableError extends CoveyError {
  readonly answered: number
  readonly needed: number

  constructor(what: string, answered: number, needed: number, options?: ErrorOptions) {
    super(
      'VOTERS_UNAVAILABLE',
      `${what}: ${answered} of the ${needed} voters needed answered in time; nothing was changed`,
      'covey voters list asks each and says who is missing and why; try again when a majority of them votes.',
      options,
    )
    this.answered = answered
    this.needed = needed
  }
}

/** Somebody else has changed or founded the voter set meanwhile. */
export class VotersConflictError extends CoveyError {
  constructor(message: string, hint = 'Look at what is there now with covey voters list, and decide anew.') {
    super('VOTERS_CONFLICT', message, hint)
  }
}

/** A peer that cannot be made a voter of this set. */
export const foundedApart = (peer: PeerId): VotersConflictError =>
  new VotersConflictError(
    `${peer} keeps voters that were founded apart from these`,
    'Start it with a new data directory (covey up --data DIR), or leave it out: the two are never merged.',
  )

/** A change was sent and may have been made, or may be yet. */
export const unknownChange = (message: string): OutcomeUnknownError =>
  new OutcomeUnknownError(
    message,
    {},
    'It may have been made, or be made yet. Read what stands now; the same change under its nonce is not made twice.',
  )
