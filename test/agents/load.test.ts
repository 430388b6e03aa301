import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Outcome {
  agents?: { name: string; concurrency: number; capabilities: { name: string; version: string }[]; result?: unknown }[]
  error?: { name: string; code: string; message: string; hint: string; isCovey: boolean }
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covey-load-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const source = (path: string): string => new URL(`../../src/${path}`, import.meta.url).href

const load = async (spec: string, input: unknown = {}): Promise<Outcome> => (await loadEach([spec], input))[0] ?? {}

/** Loads in a process of its own: the test runner compiles what it imports, and Node's own loader is what users meet. */
async function loadEach(specs: string[], input: unknown): Promise<Outcome[]> {
  const program = `
    const { loadAgents } = await import(${JSON.stringify(source('agents/load.ts'))})
    const { CoveyError } = await import(${JSON.stringify(source('lib/errors.ts'))})
    const context = { id: '1', attempt: 1, signal: new AbortController().signal, progress() {} }
    const describe = async ({ name, concurrency, capabilities, handle }, input) => ({
      name, concurrency, capabilities, result: await handle(input, { ...context, capability: capabilities[0].name }) })
    const [specs, input] = JSON.parse(process.argv[1])
    const outcomes = []
    for (const spec of specs) {
      try {
        const agents = await loadAgents(spec)
        outcomes.push({ agents: await Promise.all(agents.map((agent) => describe(agent, input))) })
      } catch (error) {
        const { name, code, message, hint } = error
        outcomes.push({ error: { name, code, message, hint, isCovey: error instanceof CoveyError } })
      }
    }
    console.log(JSON.stringify(outcomes))`
  const args = ['--input-type=module', '-e', program, JSON.stringify([specs, input])]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome[]
}

async function file(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

describe('a module that exports agents', () => {
  it('as TypeScript, in about ten lines', async () => {
    await file(
      'shout.ts',
      `interface Input { text: string }
       export default {
         name: 'shouter',
         capabilities: ['text.shout'],
         handle: ({ text }: Input) => ({ text: text.toUpperCase() }),
       }`,
    )
    expect(await load('./shout.ts', { text: 'hey' })).toEqual({
      agents: [
        {
          name: 'shouter',
          concurrency: 1,
          capabilities: [{ name: 'text.shout', version: '1.0.0' }],
          result: { text: 'HEY' },
        },
      ],
    })
  })

  const agent = (name: string): string => `{ name: '${name}', capabilities: ['x.${name}'], handle: () => '${name}' }`
  it.each([
    ['a list', 'list.mjs', `export default [${agent('a')}, ${agent('b')}]`, ['a', 'b']],
    ['a function', 'function.mjs', `export default () => (${agent('a')})`, ['a']],
    ['an async function', 'async.mjs', `export default async () => [${agent('a')}, ${agent('b')}]`, ['a', 'b']],
    [
      'named exports and helpers',
      'named.mjs',
      `export const b = ${agent('b')}; export const helper = () => { throw 1 }`,
      ['b'],
    ],
    ['CommonJS', 'common.cjs', `module.exports = ${agent('a')}`, ['a']],
    ['a path upwards', 'sub/../up.mjs', `export default ${agent('a')}`, ['a']],
  ])('as %s', async (_, path, text, names) => {
    await file(path, text)
    const { agents, error } = await load(`./${path}`)
    expect(error).toBeUndefined()
    expect(agents?.map(({ name, result }) => [name, result])).toEqual(names.map((name) => [name, name]))
  })

  it('by absolute path and by URL', async () => {
    await file('absolute name.mjs', `export default ${agent('a')}`)
    expect((await load(join(folder, 'absolute name.mjs'))).agents).toHaveLength(1)
    expect((await load(pathToFileURL(join(folder, 'absolute name.mjs')).href)).agents).toHaveLength(1)
  })

  it('as a package beside the user, not beside covey', async () => {
    await file(
      'node_modules/covey-agent-demo/package.json',
      JSON.stringify({ name: 'covey-agent-demo', exports: { '.': { import: './main.mjs' } } }),
    )
    await file('node_modules/covey-agent-demo/main.mjs', `export default ${agent('packed')}`)
    expect((await load('covey-agent-demo')).agents?.[0]?.result).toBe('packed')
  })

  it('as builtin:text', async () => {
    const { agents } = await load('builtin:text', { text: 'Das ist ein kurzer deutscher Text.' })
    expect(agents?.[0]?.capabilities.map(({ name }) => name)).toEqual([
      'text.language',
      'text.entities',
      'text.sentiment',
      'text.keywords',
      'text.summary',
      'text.stats',
    ])
    expect(agents?.[0]?.result).toMatchObject({ language: 'de' })
  })
})

describe('a module that does not', () => {
  const failing: [string, string, string | undefined, string, RegExp, RegExp][] = [
    ['is not there', './nowhere.ts', undefined, 'AGENT_MODULE_FAILED', /nowhere\.ts/, /no such file/],
    ['is a directory', './', undefined, 'AGENT_MODULE_FAILED', /could not be loaded/, /directory/],
    [
      'is a package that is not installed',
      'covey-agent-nowhere',
      undefined,
      'AGENT_MODULE_FAILED',
      /was not found/,
      /npm install covey-agent-nowhere/,
    ],
    ['is a part of Node', 'node:fs', undefined, 'INVALID_INPUT', /Node itself/, /\.\//],
    ['is an unknown builtin', 'builtin:nonsense', undefined, 'INVALID_INPUT', /builtin:nonsense/, /builtin:text/],
    ['has no name', '', undefined, 'INVALID_INPUT', /empty/, /file or a package/],
    ['throws', './throws.mjs', `throw new Error('no model here')`, 'AGENT_MODULE_FAILED', /no model here/, /threw/],
    ['throws text', './text.mjs', `throw 'just text'`, 'AGENT_MODULE_FAILED', /just text/, /threw/],
    ['throws nothing', './null.mjs', `throw null`, 'AGENT_MODULE_FAILED', /null/, /threw/],
    ['is no JavaScript', './syntax.mjs', `\n\nexport default {{{`, 'AGENT_MODULE_FAILED', /Unexpected token/, /syntax/],
    ['is no TypeScript', './syntax.ts', `let x: = 5`, 'AGENT_MODULE_FAILED', /syntax\.ts/, /./],
    ['needs a compiler', './enum.ts', `enum A { B }; export default A`, 'AGENT_MODULE_FAILED', /enum/, /types/],
    [
      'imports what is missing',
      './imports.mjs',
      `import './gone.mjs'`,
      'AGENT_MODULE_FAILED',
      /gone\.mjs/,
      /it imports/,
    ],
    ['is called .json', './agent.json', `{}`, 'AGENT_MODULE_FAILED', /could not be loaded|was not found/, /./],
    ['exports nothing', './nothing.mjs', `const a = 1`, 'INVALID_INPUT', /exports no agent/, /as default/],
    [
      'exports only helpers',
      './helpers.mjs',
      `export const a = () => 1, b = 2`,
      'INVALID_INPUT',
      /exports no agent/,
      /as default/,
    ],
    [
      'exports a number',
      './number.mjs',
      `export default 42`,
      'INVALID_INPUT',
      /export default is a number/,
      /as default/,
    ],
    ['exports an empty list', './empty.mjs', `export default []`, 'INVALID_INPUT', /exports no agent/, /as default/],
    [
      'exports a list with a hole',
      './hole.mjs',
      `export default [null]`,
      'INVALID_INPUT',
      /export default\[0\] is null/,
      /as default/,
    ],
    [
      'exports a class',
      './class.mjs',
      `export default class A {}`,
      'AGENT_MODULE_FAILED',
      /function.*threw/,
      /as default/,
    ],
    [
      'makes agents badly',
      './maker.mjs',
      `export default async () => { throw new Error('no key') }`,
      'AGENT_MODULE_FAILED',
      /no key/,
      /as default/,
    ],
    [
      'has an agent without a name',
      './nameless.mjs',
      `export default { capabilities: ['a.b'], handle() {} }`,
      'INVALID_INPUT',
      /nameless\.mjs: export default.*"name"/,
      /Letters/,
    ],
    [
      'has two of one name',
      './two.mjs',
      `const a = { name: 'a', capabilities: ['a.b'], handle() {} }; export default [a, a]`,
      'INVALID_INPUT',
      /two\.mjs.*"a"/,
      /name of its own/,
    ],
    [
      'has a bad schema',
      './schema.mjs',
      `export default { name: 'a', capabilities: [{ name: 'a.b', input: { type: 'txt' } }], handle() {} }`,
      'INVALID_INPUT',
      /schema\.mjs.*"a\.b": "input"/,
      /JSON Schema/,
    ],
    [
      'has a getter that throws',
      './getter.mjs',
      `export default { get name() { throw new Error('gotcha') } }`,
      'AGENT_MODULE_FAILED',
      /getter\.mjs.*gotcha/,
      /./,
    ],
  ]
  const outcomes = new Map<string, Outcome>()

  beforeAll(async () => {
    for (const [, spec, text] of failing) if (text !== undefined) await file(spec, text)
    const specs = failing.map(([, spec]) => spec)
    for (const [i, outcome] of (await loadEach(specs, {})).entries()) outcomes.set(specs[i] as string, outcome)
  })

  it.each(failing)('%s', (_, spec, __, code, message, hint) => {
    const { error } = outcomes.get(spec) ?? {}
    expect(error).toMatchObject({ isCovey: true, code })
    expect(error?.message).toMatch(message)
    expect(error?.message).toContain(spec)
    expect(error?.hint).toMatch(hint)
  })

  it('says so when the package.json beside it calls it CommonJS', async () => {
    await file('cjs/package.json', JSON.stringify({ type: 'commonjs' }))
    await file('cjs/agent.ts', `import { join } from 'node:path'; export default { name: join('a') }`)
    const { error } = await load('./cjs/agent.ts')
    expect(error).toMatchObject({ isCovey: true, code: 'AGENT_MODULE_FAILED' })
    expect(error?.hint).toContain('"type": "module"')
  })

  it('never settles: it is given up after a time', async () => {
    await file('forever.mjs', `await new Promise((resolve) => setInterval(() => resolve, 1000))`)
    const program = `
      const { loadAgents } = await import(${JSON.stringify(source('agents/load.ts'))})
      const { systemClock } = await import(${JSON.stringify(source('lib/clock.ts'))})
      const waits = []
      const clock = { ...systemClock, after: (ms, fn) => { waits.push(ms); setImmediate(fn); return { cancel() {} } } }
      await loadAgents('./forever.mjs', { clock }).catch((error) => console.log(error.code, error.message, waits))
      process.exit()`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
    })
    expect(stdout).toMatch(/AGENT_MODULE_FAILED .*forever\.mjs did not load within 60000 ms \[ 60000 \]/)
  })

  it('waits for what cannot happen: that is told at once', async () => {
    await file('stuck.mjs', 'await new Promise(() => {})')
    await file('stuck-function.mjs', 'export default () => new Promise(() => {})')
    for (const name of ['stuck.mjs', 'stuck-function.mjs']) {
      const program = `
        const { loadAgents } = await import(${JSON.stringify(source('agents/load.ts'))})
        await loadAgents('./${name}').catch((error) => console.log(error.code, error.message))`
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
        cwd: folder,
      })
      expect(stdout).toMatch(/AGENT_MODULE_FAILED .* never finishes loading/)
    }
  })
})

it('costs next to nothing before a task comes: no library of the text agents is loaded', async () => {
  const program = `
    const { loadAgents } = await import(${JSON.stringify(source('agents/load.ts'))})
    await loadAgents('builtin:text')
    const { createRequire } = await import('node:module')
    const loaded = Object.keys(createRequire(process.cwd() + '/x').cache)
    console.log(JSON.stringify({ loaded, rss: process.memoryUsage().rss / 2 ** 20 }))`
  const args = ['--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  const { loaded, rss } = JSON.parse(stdout) as { loaded: string[]; rss: number }
  expect(loaded.filter((path) => /vader|nlpjs|compromise|eld|stopword/.test(path))).toEqual([])
  // A bare Node is at 45; the detector alone would add 160.
  expect(rss).toBeLessThan(110)
})
