import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Random } from '../../src/lib/random.ts'

/** Rows that were acknowledged before a kill and are not there after it, and what was seen on the way. */
export interface KillReport {
  rounds: number
  /** Rows that a writer printed, each after its commit was acknowledged. */
  acknowledged: number
  /** Rows found at the last start; those on their way at a kill may be among them. */
  found: number
  lost: string[]
}

/** The most rows that a writer may acknowledge before it is killed: 0 kills it while it opens the store. */
const MAX_ROWS_BEFORE_KILL = 400

/**
 * Starts a process that writes rows into `directory` and prints each once it is acknowledged, kills it with SIGKILL at a
 * random moment, and starts the next, which first says what it finds. Rejects when a writer fails in any other way.
 */
export async function killRounds(directory: string, rounds: number, random: Random): Promise<KillReport> {
  const acknowledged = new Set<string>()
  const report: KillReport = { rounds, acknowledged: 0, found: 0, lost: [] }
  for (let round = 0; round <= rounds; round++) {
    // The last one only says what it finds.
    const killAfter = round === rounds ? undefined : random.below(MAX_ROWS_BEFORE_KILL)
    const { found, printed } = await run(directory, round, killAfter)
    if (found) {
      for (const key of acknowledged) if (!found.has(key)) report.lost.push(`${key}, missing in round ${round}`)
      report.found = found.size
    }
    for (const key of printed) acknowledged.add(key)
  }
  report.acknowledged = acknowledged.size
  return report
}

interface Life {
  /** Undefined if it was killed before it could say. */
  found: Set<string> | undefined
  printed: string[]
}

function run(directory: string, round: number, killAfter: number | undefined): Promise<Life> {
  const script = fileURLToPath(new URL('./kill-writer.ts', import.meta.url))
  const last = killAfter === undefined
  const child = spawn(process.execPath, [script, directory, String(round), last ? 'look' : 'write'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const life: Life = { found: undefined, printed: [] }
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors += data
  })
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('found')) life.found = new Set(line.split(' ').slice(1))
    else life.printed.push(line)
    if (!last && life.printed.length >= killAfter) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' || (last && code === 0)) resolve(life)
      else reject(new Error(`a writer ended with ${code ?? signal} in round ${round}: ${errors}`))
    })
  })
}
