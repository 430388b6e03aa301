import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
let folder: string
const started: ChildProcessWithoutNullStreams[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'covey-run-'))
})

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Starts scripts/run.mjs with a program of these lines. */
function run(program: string, ...args: string[]): ChildProcessWithoutNullStreams {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program)
  const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), relative(root, file), ...args])
  started.push(child)
  return child
}

/** Standard output, standard error, exit code. */
async function outcome(child: ChildProcessWithoutNullStreams) {
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { output, errors, code }
}

describe('scripts/run.mjs', () => {
  it('passes arguments, output and exit code, and adds not a word where all is installed', async () => {
    const child = run('console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7', '--once', 'a b', '')
    expect(await outcome(child)).toEqual({ output: '["--once","a b",""]\n', errors: '', code: 7 })
  })

  it('runs the pinned Node, also for what the program starts', async () => {
    const { output } = await outcome(
      run(`import { execFileSync } from 'node:child_process'
           console.log(process.version, execFileSync('node', ['--version'], { encoding: 'utf8' }).trim())`),
    )
    expect(output).toMatch(/^(v24\.\d+\.\d+) \1\n$/)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'hands %s on, and waits for the program to end as it likes',
    async (signal) => {
      const child = run(`process.on('${signal}', () => { console.log('bye'); process.exit(3) })
                       setInterval(() => {}, 1000)
                       console.log('up')`)
      const rest = outcome(child)
      await once(child.stdout, 'data')
      child.kill(signal)
      expect(await rest).toMatchObject({ code: 3 })
    },
  )

  it('reports death by a signal as a shell does', async () => {
    const child = run("process.kill(process.pid, 'SIGKILL')")
    expect(await outcome(child)).toMatchObject({ code: 128 + 9 })
  })
})
