import picocolors from 'picocolors'

const { NO_COLOR, FORCE_COLOR } = process.env

/**
 * Colours for people at a terminal, plain text elsewhere: picocolors alone would also colour wherever `CI` is set. Standard
 * output and error are judged together, since a program's answer and its complaints share these.
 */
export const pc = picocolors.createColors(
  !NO_COLOR && (Boolean(FORCE_COLOR) || (process.stdout.isTTY === true && process.stderr.isTTY === true)),
)
