import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  execAgent,
  KILL_GRACE_MS,
  MAX_LINE_CHARS,
  MAX_OUTPUT_BYTES,
  QUOTED_CHARS,
  QUOTED_LINES,
} from '../../src/agents/process.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { Json } from '../../src/lib/json.ts'
import { contextFor, type RecordedContext } from './context.ts'

let folder: string
const node = `"${process.execPath}"`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covey-exec-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const agentFor = (command: string) => execAgent({ capability: 'test.run', command, clock: systemClock })
const run = async (command: string, input: Json = {}, context = contextFor('test.run')): Promise<Json> =>
  agentFor(command).handle(input, context)

async function script(name: string, source: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, source)
  return `${node} "${file}"`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // ESRCH: no such process.
    return false
  }
}

/** A process that is dead but that nobody has waited for yet answers signals, and does nothing any more. */
async function isGone(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'Z'
}

async function pidIn(file: string): Promise<number> {
  return vi.waitFor(async () => {
    const pid = Number(await readFile(join(folder, file), 'utf8'))
    expect(pid).toBeGreaterThan(0)
    return pid
  }, 10_000)
}

const reported = (context: RecordedContext): Promise<void> =>
  vi.waitFor(() => expect(context.reports.length).toBeGreaterThan(0), 10_000)

describe('a program that behaves', () => {
  it('gets the input on stdin and gives the result on stdout', async () => {
    const command = await script(
      'double.mjs',
      `let text = ''; for await (const chunk of process.stdin) text += chunk
       const { values } = JSON.parse(text)
       console.log(JSON.stringify({ doubled: values.map((value) => 2 * value) }, null, 2))`,
    )
    expect(await run(command, { values: [1, 2, 3] })).toEqual({ doubled: [2, 4, 6] })
  })

  it('is any shell command, pipes and all', async () => {
    expect(await run('cat | tr a-z A-Z | sed s/X/y/', 'xox')).toBe('yOX')
  })

  it('passes JSON values of every kind through', async () => {
    for (const value of [null, false, 0, '', 'ünï "quoted" \n', [], [1, [2]], { a: { b: null } }]) {
      expect(await run('cat', value)).toEqual(value)
    }
  })

  it('finds its task in the environment', async () => {
    const printed = await run(`printf '["%s","%s","%s"]' "$COVEY_TASK_ID" "$COVEY_CAPABILITY" "$COVEY_ATTEMPT"`)
    expect(printed).toEqual(['task-1', 'test.run', '2'])
  })

  it('reports progress as lines on stderr', async () => {
    const context = contextFor('test.run')
    const said = String.raw`0.25\n50%%\n75%% nearly there\nreading the \033[1mfile\033[0m\n\n200%% sure\nno line end`
    await run(`printf '${said}' >&2; echo null`, {}, context)
    expect(context.reports).toEqual([
      [0.25],
      [0.5],
      [0.75, 'nearly there'],
      [undefined, 'reading the file'],
      [undefined, '200% sure'],
      [undefined, 'no line end'],
    ])
  })

  it('cuts a line of progress that never ends', async () => {
    const context = contextFor('test.run')
    await run(`head -c 3000000 /dev/zero | tr '\\0' x >&2; echo 1`, {}, context)
    expect(context.reports).toEqual([[undefined, 'x'.repeat(MAX_LINE_CHARS)]])
  })

  it('may leave its input unread', async () => {
    expect(await run('exec 0<&-; echo 7', { text: 'x'.repeat(900_000) })).toBe(7)
    expect(await run('echo 8', { text: 'x'.repeat(900_000) })).toBe(8)
  })

  it('runs several at once without mixing them up', async () => {
    const agent = agentFor('cat')
    const inputs = Array.from({ length: 12 }, (_, i) => ({ i }))
    expect(await Promise.all(inputs.map((input) => agent.handle(input, contextFor('test.run'))))).toEqual(inputs)
  })
})

describe('a program that fails', () => {
  it('fails with its exit code and its last lines', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`)
    const failure = run(`printf '${lines.join('\\n')}\\n' >&2; exit 3`)
    await expect(failure).rejects.toMatchObject({
      code: 'PROGRAM_FAILED',
      message: expect.stringMatching(/exit code 3: line 15 \| line 16 \| line 17 \| line 18 \| line 19$/),
    })
    expect(lines.length).toBeGreaterThan(QUOTED_LINES)
  })

  it('fails although it printed a result', async () => {
    await expect(run('echo 1; exit 1')).rejects.toMatchObject({ code: 'PROGRAM_FAILED' })
  })

  it('quotes what a Node program threw, not its stack', async () => {
    const command = await script('throws.mjs', `function deep() { throw new TypeError('the cat is out') } deep()`)
    await expect(run(command)).rejects.toMatchObject({ message: expect.stringContaining('TypeError: the cat is out') })
  })

  it('names the signal that ended it', async () => {
    await expect(run('kill -SEGV $$')).rejects.toMatchObject({ message: expect.stringContaining('SIGSEGV') })
  })

  it('does not exist', async () => {
    await expect(run('no-such-command-anywhere --flag')).rejects.toMatchObject({
      code: 'PROGRAM_FAILED',
      message: expect.stringContaining('exit code 127'),
      hint: expect.stringContaining('did not find it'),
    })
  })

  it('cannot be executed', async () => {
    await writeFile(join(folder, 'plain.txt'), 'not a program')
    await expect(run(`"${join(folder, 'plain.txt')}"`)).rejects.toMatchObject({
      hint: expect.stringContaining('chmod +x'),
    })
  })

  it('cannot be started at all', async () => {
    await expect(run('echo 1 \0')).rejects.toMatchObject({ code: 'PROGRAM_NOT_STARTED' })
  })

  it('prints no JSON: the error quotes how it began', async () => {
    const failure = run('echo Hello, I am not JSON; head -c 5000 /dev/zero | tr "\\0" y')
    await expect(failure).rejects.toMatchObject({
      code: 'PROGRAM_PRINTED_NO_JSON',
      message: expect.stringContaining('printed no JSON: "Hello, I am not JSON'),
      hint: expect.stringContaining('standard output'),
    })
    await failure.catch((error: Error) => expect(error.message.length).toBeLessThan(3 * QUOTED_CHARS))
  })

  it('prints nothing', async () => {
    await expect(run('true')).rejects.toMatchObject({ message: expect.stringContaining('printed nothing') })
  })

  it('prints without end: it is stopped and its output not kept', async () => {
    const before = process.memoryUsage().arrayBuffers
    await expect(run(`echo $$ > "${folder}/endless"; exec yes '[1,2,3]'`)).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      message: expect.stringContaining(String(MAX_OUTPUT_BYTES)),
    })
    expect(await isGone(await pidIn('endless'))).toBe(true)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MAX_OUTPUT_BYTES)
  })
})

describe('a program that hangs', () => {
  it('is ended when the task is taken back', async () => {
    const context = contextFor('test.run')
    const running = run('echo ready >&2; sleep 600', {}, context)
    await reported(context)
    context.abort(new Error('the deadline is over'))
    await expect(running).rejects.toThrow('the deadline is over')
  })

  it('is killed when it does not heed SIGTERM', async () => {
    const context = contextFor('test.run')
    const stubborn = await script(
      'stubborn.mjs',
      `import { writeFileSync } from 'node:fs'
       process.on('SIGTERM', () => console.error('no'))
       setInterval(() => {}, 1000)
       writeFileSync('${folder}/stubborn', String(process.pid))
       console.error('ready')`,
    )
    const running = run(stubborn, {}, context)
    await reported(context)
    const before = performance.now()
    context.abort()
    await expect(running).rejects.toThrow('taken back')
    expect(performance.now() - before).toBeGreaterThanOrEqual(KILL_GRACE_MS - 50)
    expect(context.reports).toContainEqual([undefined, 'no'])
    expect(await isGone(await pidIn('stubborn'))).toBe(true)
  })

  it('takes the children of its shell with it', async () => {
    const context = contextFor('test.run')
    const running = run(`sleep 600 & echo $! > "${folder}/child"; echo ready >&2; wait`, {}, context)
    await reported(context)
    const child = await pidIn('child')
    expect(isAlive(child)).toBe(true)
    context.abort()
    await expect(running).rejects.toThrow('taken back')
    await vi.waitFor(async () => expect(await isGone(child)).toBe(true), 5_000)
  })

  it('is not even started when the task was taken back before', async () => {
    const context = contextFor('test.run')
    context.abort()
    await expect(run(`echo 1 > "${folder}/started"; echo 1`, {}, context)).rejects.toThrow('taken back')
    await expect(readFile(join(folder, 'started'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not count when only a child of it hangs: the child is ended, the result is taken', async () => {
    expect(await run(`sleep 600 & echo $! > "${folder}/orphan"; echo '"done"'`)).toBe('done')
    const orphan = await pidIn('orphan')
    await vi.waitFor(async () => expect(await isGone(orphan)).toBe(true), 5_000)
  })

  it('does not wait for a child that left the group and holds the pipes', async () => {
    // The program ends only once its child is in a session of its own.
    const leaver = `setsid sh -c 'echo $$ > "${folder}/escaped"; exec sleep 600' &`
    const escaped = `${leaver} until [ -s "${folder}/escaped" ]; do sleep 0.01; done; echo '"done"'`
    expect(await run(escaped)).toBe('done')
    process.kill(await pidIn('escaped'), 'SIGKILL')
  })
})

it('leaves no program behind when its process ends, even by an exception', async () => {
  const source = (path: string) => new URL(`../../src/${path}`, import.meta.url).href
  const command = await script(
    'dies.mjs',
    `import { execAgent } from '${source('agents/process.ts')}'
     import { systemClock } from '${source('lib/clock.ts')}'
     const agent = execAgent({
       capability: 'a.b', command: 'echo $$ > "${folder}/left"; echo ready >&2; sleep 600; true', clock: systemClock })
     const progress = () => { throw new Error('dies of this') }
     agent.handle({}, { id: '1', capability: 'a.b', attempt: 1, signal: new AbortController().signal, progress })`,
  )
  await expect(run(command)).rejects.toMatchObject({ message: expect.stringContaining('dies of this') })
  const left = await pidIn('left')
  await vi.waitFor(async () => expect(await isGone(left)).toBe(true), 5_000)
})
