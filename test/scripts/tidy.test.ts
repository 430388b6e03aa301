import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { MAX_FILE_LINES, ROWS } from '../../scripts/tidy/house.ts'
import { tidy } from '../../scripts/tidy/tidy.ts'

/** What tidy says of these files, as `path:line: message`. */
function findings(files: Record<string, string>): string[] {
  return tidy(new Map(Object.entries(files))).map(({ path, line, message }) => `${path}:${line}: ${message}`)
}

describe('layers', () => {
  it('lets a layer import from those above it in the list', () => {
    expect(
      findings({
        'src/lib/clock.ts': 'export interface Clock {}\n',
        'src/tasks/task.ts': "import type { Clock } from '../lib/clock.ts'\nexport type A = Clock\n",
      }),
    ).toEqual([])
  })

  it.each([
    ['an upward import', 'src/lib/a.ts', '../tasks/task.ts', 'lib may not import tasks: it is a layer above'],
    ['a sideways import', 'src/consensus/a.ts', '../messaging/b.ts', 'they share a row'],
    ['the simulated network from the real one', 'src/network/libp2p/a.ts', '../simulated/b.ts', 'they share a row'],
    [
      'the real network in a layer above it',
      'src/tasks/a.ts',
      '../network/libp2p/b.ts',
      'is imported only by mesh, cli',
    ],
    [
      'the simulated network in the composition root',
      'src/mesh/a.ts',
      '../network/simulated/b.ts',
      'only by testing.ts',
    ],
    ['the simulated network in the public API', 'src/index.ts', './network/simulated/b.ts', 'only by testing.ts'],
    ['observe from anywhere but the command line', 'src/dashboard/a.ts', '../observe/b.ts', 'is imported only by cli'],
    ['something outside of src', 'src/lib/a.ts', '../../scripts/run.mjs', 'which is outside of src'],
    ['a package in generated code', 'src/wire/a.ts', 'libp2p', 'wire may not import libp2p'],
  ])('finds %s', (_, path, specifier, message) => {
    for (const line of [
      `import { b } from '${specifier}'`,
      `import type { B } from '${specifier}'`,
      `export * from '${specifier}'`,
      `export { b } from '${specifier}'`,
      `export type C = import('${specifier}').B`,
    ]) {
      const found = findings({ [path]: `\n${line}\n` })
      expect(found).toContainEqual(expect.stringContaining(`${path}:2: `))
      expect(found.join()).toContain(message)
    }
  })

  it('finds a file that is in no layer', () => {
    expect(findings({ 'src/helpers/a.ts': 'export {}\n' })).toEqual([
      'src/helpers/a.ts:0: is in no layer: helpers is not in scripts/tidy/house.ts',
    ])
  })

  it('finds circles between files of one layer', () => {
    const found = findings({
      'src/lib/a.ts': "import './b.ts'\n",
      'src/lib/b.ts': "import './c.ts'\n",
      'src/lib/c.ts': "import './a.ts'\nimport './d.ts'\n",
      'src/lib/d.ts': 'export {}\n',
    })
    expect(found).toEqual(['src/lib/a.ts:0: imports go in a circle: src/lib/a.ts -> src/lib/b.ts -> src/lib/c.ts'])
  })

  it('lets two files of one layer know each other by type', () => {
    const types = { 'src/lib/a.ts': "import type { B } from './b.ts'\n", 'src/lib/b.ts': "import './a.ts'\n" }
    expect(findings(types)).toEqual([])
    expect(findings({ ...types, 'src/lib/a.ts': "import { type B } from './b.ts'\n" })).toHaveLength(1)
  })

  it('lists every layer once', () => {
    const units = ROWS.flat()
    expect(new Set(units).size).toBe(units.length)
  })
})

describe('bans', () => {
  it.each([
    ['Date.now()', 'Date.now'],
    ['globalThis.Date.now', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['Date()', 'Date()'],
    ['performance.now()', 'performance.now'],
    ['Math.random()', 'Math.random'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['globalThis.setInterval(f, 1)', 'setInterval'],
    ['setImmediate(f)', 'setImmediate'],
    ['process.hrtime.bigint()', 'process.hrtime'],
    ['crypto.subtle.sign()', 'crypto.subtle'],
    ["import('./other.ts')", 'import(./other.ts)'],
    ['import(name)', 'import()'],
  ])('finds %s in a layer above the ports, and not in text or comments', (code, name) => {
    const found = findings({
      'src/tasks/a.ts': `// ${code}\nexport const text = ${JSON.stringify(code)}\nexport const a = ${code}\n`,
    })
    expect(found).toEqual([expect.stringMatching(/^src\/tasks\/a\.ts:3: /)])
    expect(found[0]).toContain(`${name} is banned here`)
    expect(findings({ 'test/tasks/a.test.ts': `export const a = ${code}\n` })).toEqual([])
  })

  it('finds what is taken out of a banned object by its name', () => {
    const text =
      'const { now, UTC: { name } } = Date\nconst { random: roll } = globalThis.Math\nexport const a = [now, name, roll]\n'
    expect(findings({ 'src/tasks/a.ts': text })).toEqual([
      expect.stringMatching(/^src\/tasks\/a\.ts:1: Date\.now is banned here/),
      expect.stringMatching(/^src\/tasks\/a\.ts:2: Math\.random is banned here/),
    ])
    expect(findings({ 'src/tasks/a.ts': 'const { now } = clock\nexport const a = now\n' })).toEqual([])
  })

  it.each([
    'node:net',
    'node:fs',
    'node:fs/promises',
    'node:os',
    'node:child_process',
    'node:zlib',
    'node:worker_threads',
  ])('finds an import of %s outside of the places that touch the real world', (module) => {
    const text = `import '${module}'\n`
    expect(findings({ 'src/mesh/a.ts': text })).toEqual([expect.stringContaining(`${module} is banned here`)])
    expect(findings({ 'src/agents/runner.ts': text })).toHaveLength(1)
    expect(findings({ 'src/agents/process.ts': text, 'src/storage/a.ts': text, 'src/cli/a.ts': text })).toEqual([])
  })

  it('finds libp2p outside of its place, also as a type', () => {
    for (const module of ['libp2p', '@libp2p/interface', '@libp2p/crypto/keys']) {
      const text = `import type { A } from '${module}'\nexport type B = A\n`
      expect(findings({ 'src/membership/a.ts': text })).toHaveLength(1)
      expect(findings({ 'src/network/libp2p/a.ts': text })).toEqual([])
    }
    expect(findings({ 'src/membership/a.ts': "import 'libp2proxy'\n" })).toEqual([])
  })

  it('lets every layer hash, and only some make keys', () => {
    expect(findings({ 'src/state/a.ts': "import { createHash } from 'node:crypto'\n" })).toEqual([])
    const keys = "import { createHash, randomBytes } from 'node:crypto'\n"
    expect(findings({ 'src/state/a.ts': keys })).toEqual([expect.stringContaining('randomBytes of node:crypto')])
    expect(findings({ 'src/state/a.ts': "import * as crypto from 'node:crypto'\n" })).toHaveLength(1)
    expect(findings({ 'src/lib/a.ts': keys })).toEqual([])
  })

  it('lets the simulator wait for promises in one file only', () => {
    const text = 'setImmediate(() => undefined)\n'
    expect(findings({ 'src/network/simulated/scheduler.ts': text })).toEqual([])
    expect(findings({ 'src/network/simulated/host.ts': text })).toHaveLength(1)
  })
})

describe('files', () => {
  it('finds a file that is too long, unless it is generated', () => {
    const line = '// line\n'
    expect(findings({ 'src/lib/a.ts': line.repeat(MAX_FILE_LINES) })).toEqual([])
    expect(findings({ 'src/lib/a.ts': line.repeat(MAX_FILE_LINES + 1) })).toHaveLength(1)
    expect(findings({ 'src/wire/a.ts': line.repeat(MAX_FILE_LINES + 1) })).toEqual([])
  })

  it('finds what would be true of one machine only, in any text file', () => {
    const registry = ['https://', 'registry.', 'example.com/a.tgz'].join('')
    expect(findings({ 'README.md': `see ${['', 'home', 'ann', 'covey'].join('/')}\n` })).toHaveLength(1)
    expect(findings({ 'package-lock.json': `{ "resolved": "${registry}" }\n` })).toHaveLength(2)
    expect(findings({ 'README.md': 'see /var/run and ./work/x and http://localhost:80/root/\n' })).toEqual([])
  })

  it('finds an optional dependency that the lockfile forgot', () => {
    const lockfile = (...names: string[]) => {
      const parent = { 'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } } }
      const packages = { ...parent, ...Object.fromEntries(names.map((name) => [name, {}])) }
      return { 'package-lock.json': JSON.stringify({ packages }) }
    }
    expect(findings(lockfile('node_modules/a-linux', 'node_modules/a/node_modules/a-darwin'))).toEqual([])
    expect(findings(lockfile('node_modules/a-linux', 'node_modules/b/node_modules/a-darwin'))).toEqual([
      expect.stringContaining('lists no a-darwin, which node_modules/a may need'),
    ])
  })

  it('finds an error that is swallowed without a reason', () => {
    expect(findings({ 'src/lib/a.ts': 'try { f() } catch {}\n' })).toEqual([expect.stringContaining('swallows')])
    expect(findings({ 'src/lib/a.ts': 'try { f() } catch { /* closed already */ }\n' })).toEqual([])
  })

  it('finds unfinished work and a type check that is switched off, in comments', () => {
    const mark = ['TO', 'DO'].join('')
    const off = ['@ts', 'ignore'].join('-')
    expect(findings({ 'src/lib/a.ts': `// ${mark} later\n/* ${off} */\n` })).toHaveLength(2)
    expect(findings({ 'src/lib/a.ts': `export const a = '${mark} ${off}'\n` })).toEqual([])
  })

  it('finds sleeps in tests', () => {
    for (const sleep of [
      'await new Promise((done) => setTimeout(done, 100))',
      'await new Promise((done) => { setTimeout(done, 100) })',
      "import { setTimeout } from 'node:timers/promises'",
    ]) {
      expect(findings({ 'test/lib/a.test.ts': `${sleep}\n` })).toEqual([expect.stringContaining('sleep')])
    }
    expect(findings({ 'test/lib/a.test.ts': 'await new Promise((done) => server.close(done))\n' })).toEqual([])
  })

  it('finds what cannot be parsed', () => {
    expect(findings({ 'src/lib/a.ts': 'export const = 1\n' })).toEqual([expect.stringContaining('cannot be parsed')])
  })

  it('finds nothing in its own files', () => {
    const names = ['tidy.ts', 'facts.ts', 'house.ts', 'circles.ts', 'lockfile.ts', 'main.ts']
    const folder = new URL('../../scripts/tidy/', import.meta.url)
    const own = names.map((name) => [
      `scripts/tidy/${name}`,
      readFileSync(fileURLToPath(new URL(name, folder)), 'utf8'),
    ])
    expect(findings(Object.fromEntries(own))).toEqual([])
  })
})
