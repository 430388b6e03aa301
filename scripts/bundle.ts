/**
 * Bundles src with everything it depends on: `node scripts/bundle.ts OUTPUT`, part of the build. Measured on two cores:
 * a node is up after 0.2 s of CPU time and holds 95 MB; from single files, of which libp2p alone has hundreds, it takes
 * 0.5 s and 131 MB. The public API and the command share their chunks, so that a class exists once in a process.
 */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type RolldownOutput, rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const output = process.argv[2]
if (output === undefined) throw new Error('usage: node scripts/bundle.ts OUTPUT')

const source = (path: string) => join(root, 'src', path)
// A thread is started by its file's address, seen from a chunk: './NAME-worker.js'.
const workers = globSync('**/*-worker.ts', { cwd: join(root, 'src') })
const build = await rolldown({
  input: {
    index: source('index.ts'),
    testing: source('testing.ts'),
    'cli/main': source('cli/main.ts'),
    ...Object.fromEntries(workers.map((path) => [`chunks/${basename(path, '.ts')}`, source(path)])),
  },
  platform: 'node',
  // What our dependencies get wrong inside is not ours to fix; the type check says what is wrong with us.
  logLevel: 'silent',
})
/**
 * What is loaded together, and all that it imports, is one file, unless a group further up has it: a node process then loads
 * 12 files and not 50, each of which has to be resolved, read and linked.
 */
const GROUPS = {
  // The thread that holds the storage needs little, and must not load a node for it.
  base: /\/src\/(lib\/errors|storage\/(check|failure|packing))\.ts$/,
  cli: /\/src\/cli\/(find-node|output|program)\.ts$/,
  mesh: /\/src\/(agents\/(define|load)|mesh\/create)\.ts$/,
  host: /\/src\/network\/libp2p\/host\.ts$/,
  process: /\/src\/cli\/(commands\/up|node-process)\.ts$/,
}
const groups = Object.entries(GROUPS).map(([name, test], i, { length }) => ({ name, test, priority: length - i }))
const { output: files } = await build.generate({
  format: 'esm',
  chunkFileNames: 'chunks/[name]-[hash].js',
  comments: false,
  codeSplitting: { groups },
})
for (const file of files) {
  const path = join(output, file.fileName)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, file.type === 'chunk' ? oneByte(file.code) : file.source)
}
writeFileSync(join(output, 'THIRD-PARTY.md'), notice(files))

/**
 * The same program with every character in one byte: V8 keeps a source that has a single wider one, a dash in a comment, at two
 * bytes a character, for as long as the process lives. Such characters stand in literals alone, where an escape means them.
 */
function oneByte(code: string): string {
  return code.replace(/[\u0100-\uffff]/g, (wide) => `\\u${wide.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What the licences of the bundled packages ask for: their names and texts. */
function notice(files: RolldownOutput['output']): string {
  const modules = files.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
  const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []))
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const text = ['LICENSE', 'LICENSE.md', 'LICENSE-MIT', 'LICENCE', 'license', 'LICENSE.txt', 'COPYING']
      .map((file) => join(folder, file))
      .find(existsSync)
    return `## ${name} ${version} (${license})\n\n${text === undefined ? '' : readFileSync(text, 'utf8').trim()}\n`
  })
  return `# Packages that are part of this build\n\n${parts.join('\n')}`
}

/** The folder of the package that a file in node_modules is of; undefined for our own. */
function packageFolder(id: string): string | undefined {
  if (!id.includes('/node_modules/')) return undefined
  let folder = dirname(id)
  // A package may have package.json files inside that only say which module format is used there.
  while (!/\/node_modules\/(?:@[^/]+\/)?[^/]+$/.test(folder)) folder = dirname(folder)
  return folder
}
