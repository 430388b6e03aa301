import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const LOADER = join(import.meta.dirname, '../../scripts/load.mjs')
/** The loader keeps compiled code of a process that has lived so long, in milliseconds. */
const LIVED_MS = 2100

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'covey-load-'))
  mkdirSync(join(folder, 'chunks'))
  mkdirSync(join(folder, 'cli'))
  copyFileSync(LOADER, join(folder, 'load.js'))
  write('package.json', '{ "type": "module" }')
  write(
    'main.js',
    `import module from 'node:module'
     module.enableCompileCache(${JSON.stringify(join(folder, 'cache'))})
     const { load } = await import('./load.js')
     console.log(await load('main.cjs').answer())
     setTimeout(() => {}, Number(process.argv[2] ?? 0))`,
  )
  write('main.cjs', `exports.answer = async () => require('./chunks/a.cjs').answer()`)
  write('chunks/a.cjs', `exports.answer = () => 'first'`)
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
const run = (lives = 0): string =>
  execFileSync(process.execPath, [join(folder, 'main.js'), String(lives)], { encoding: 'utf8' }).trim()

/** The files of kept code, by the name of their chunk. */
function kept(): Map<string, string> {
  const cache = join(folder, 'cache')
  const paths = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.cjs'))
  return new Map(paths.map((path) => [path.replace(/^.*-/, ''), join(cache, path)]))
}

describe('the loader of the build', () => {
  it('runs a chunk once, however it is come by', () => {
    write('chunks/a.cjs', `globalThis.runs = (globalThis.runs ?? 0) + 1; exports.answer = () => globalThis.runs`)
    write('main.cjs', `exports.answer = () => require('./chunks/b.cjs').answer()`)
    write(
      'chunks/b.cjs',
      `const again = require('./a.cjs')
       exports.answer = async () => {
         const { load } = await __import(require('node:url').pathToFileURL(require('node:path').join(__dirname, '../load.js')))
         return load('chunks/a.cjs') === again ? again.answer() : 'another'
       }`,
    )
    expect(run()).toBe('1')
  })

  it('keeps what a long life has compiled, and nothing of a short one', () => {
    run()
    expect([...kept().keys()]).toEqual([])
    run(LIVED_MS)
    expect([...kept().keys()].sort()).toEqual(['a.cjs', 'main.cjs'])
    expect(run()).toBe('first')
  })

  it('takes no kept code for a text that has changed, though as long as before', () => {
    run(LIVED_MS)
    write('chunks/a.cjs', `exports.answer = () => 'other'`)
    expect(run()).toBe('other')
  })

  it('takes no kept code that is damaged', () => {
    run(LIVED_MS)
    const file = kept().get('a.cjs') as string
    const bytes = readFileSync(file)
    // Behind the header, whose length and versions V8 looks at itself.
    bytes.fill(0, 64)
    writeFileSync(file, bytes)
    expect(run()).toBe('first')
  })

  it('forgets what it kept of a former build', () => {
    run(LIVED_MS)
    rmSync(join(folder, 'chunks/a.cjs'))
    write('chunks/c.cjs', `exports.answer = () => 'renamed'`)
    write('main.cjs', `exports.answer = async () => require('./chunks/c.cjs').answer()`)
    run(LIVED_MS)
    expect([...kept().keys()].sort()).toEqual(['c.cjs', 'main.cjs'])
    expect(run()).toBe('renamed')
  })
})
