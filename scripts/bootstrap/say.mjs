// Plain JavaScript for any Node >= 18 with nothing installed: see ../run.mjs.

/** Setting up failed: what happened, and what to do next. */
export class SetupError extends Error {
  /**
   * @param {string} what
   * @param {string} hint
   */
  constructor(what, hint) {
    super(`${what}\n       ${hint}`)
  }
}

/**
 * Progress goes to standard error: standard output belongs to the program that is run.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`covey: ${line}\n`)
}
