import { CoveyError } from '../lib/errors.ts'
import type { ControlErrorDetails } from './protocol.ts'

/** An error of the local API that says more than its text. */
export class NodeError extends CoveyError {
  readonly details: ControlErrorDetails

  constructor(code: string, message: string, hint: string, details: ControlErrorDetails, options?: ErrorOptions) {
    super(code, message, hint, options)
    this.details = details
  }
}
