// Prints the count of a test run as one line, from the test runner's own JSON report: node scripts/count.mjs REPORT
// Plain JavaScript for any Node >= 18. Exit code 1 if there is no report, a failure in it, or no test at all.
import { readFileSync } from 'node:fs'

const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = read(process.argv[2] ?? '')
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/** @param {string} path */
function read(path) {
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 }
  try {
    return { ...none, ...JSON.parse(readFileSync(path, 'utf8')) }
  } catch (error) {
    // The runner stopped before it could write one: that is what the zeros say.
    console.error(`no test report: ${error instanceof Error ? error.message : error}`)
    return none
  }
}
