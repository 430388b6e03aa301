import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { MAX_RECEIPT_BYTES } from '../../consensus/votes/limits.ts'
import type { Receipt } from '../../consensus/votes/receipt.ts'
import type { ReceiptProblem } from '../../consensus/votes/verify.ts'
import { messageOf } from '../../lib/errors.ts'
import { repeatedKey } from '../../lib/json.ts'
import { EXIT_FAILED, printFailure, UsageError } from '../failure.ts'
import { harmlessly } from '../harmless.ts'
import { examples, plural, print, shortId } from '../output.ts'
import { describeVote } from '../vote-text.ts'

export function define(command: Command): void {
  command
    .argument('<file>', 'a receipt as "vote" wrote it, or - for stdin')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nNeeds no node: the ids in a receipt hold the keys. A whole receipt proves who signed which ballot for exactly this vote, and what\n' +
        `these come to; not that the opener left none out. Exit code 1 where anything in it was forged.\n${examples(['covey verify deploy.json'])}`,
    )
    .action(verify)
}

async function verify(file: string, options: { json?: boolean }): Promise<void> {
  const { receipt, repeated } = read(file)
  // Loads the cryptography of the network, which no other way of calling this file needs.
  const { verifyReceipt } = await import('../../mesh/receipts.ts')
  const problems: ReceiptProblem[] =
    repeated === undefined
      ? verifyReceipt(receipt)
      : [{ code: 'SHAPE', message: `that is not a receipt: "${repeated}" is there twice in one object` }]
  if (problems.length > 0) {
    process.exitCode = EXIT_FAILED
    const [first] = problems
    const text = options.json ? (first?.message ?? '') : problems.map(({ message }) => message).join('\n       ')
    const hint = 'Do not trust it: ask the opener for the receipt as it was made.'
    const failure = { code: 'FORGED_RECEIPT', message: text, hint, exitCode: EXIT_FAILED, details: { problems } }
    return printFailure(failure, options.json === true)
  }
  const { vote, ballots, result, closing } = receipt as Receipt
  const { id, mesh, opener, openedAt } = vote
  print(options, { valid: true, id, mesh, opener, openedAt, ballots: ballots.length, result, closing }, () => {
    const opened = `${new Date(openedAt).toISOString()} by ${shortId(opener)} in the mesh ${harmlessly(mesh)}`
    const whole = `whole: ${plural(ballots.length, 'signature')} of voters and the opener's fit, and this is what they come to`
    return `${whole}\nopened ${opened}\n\n${describeVote(harmlessly(receipt as Receipt), shortId)}`
  })
}

/** The receipt, and a key that it has twice: other readers may take the other one. */
function read(file: string): { receipt: unknown; repeated: string | undefined } {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    if (text.length > MAX_RECEIPT_BYTES) throw new RangeError(`it has ${text.length} characters`)
    return { receipt: JSON.parse(text), repeated: repeatedKey(text) }
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read as a receipt: ${messageOf(error)}`,
      'Make one: covey vote --receipt FILE.',
    )
  }
}
