/**
 * Makes src/wire from protocols/NAME/NAME.proto:
 *
 *   npm run generate              writes what changed
 *   npm run generate -- --check   writes nothing, fails if src/wire is not what it would be
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'protons'

/** Generates the codec of every protocol. Returns file name -> text. */
async function generateAll(root: string): Promise<Map<string, string>> {
  const scratch = mkdtempSync(join(tmpdir(), 'covey-generate-'))
  const codecs = new Map<string, string>()
  try {
    for (const name of readdirSync(join(root, 'protocols')).sort()) {
      const source = `protocols/${name}/${name}.proto`
      if (!existsSync(join(root, source))) continue
      await generate(join(root, source), { output: scratch, strict: true })
      codecs.set(`${name}.ts`, header(source) + withOwnRuntime(readFileSync(join(scratch, `${name}.ts`), 'utf8')))
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return codecs
}

/** What protons writes passes `undefined` where exactOptionalPropertyTypes allows none; its types are sound for us. */
const header = (source: string) =>
  `// Generated from ${source} by \`npm run generate\`: never edited by hand.\n` +
  '// @ts-nocheck The generator does not know exactOptionalPropertyTypes. The exported types are checked where they are used.\n'

/** What protons wrote, on the faster reader and writer of src/lib/protobuf.ts. */
function withOwnRuntime(text: string): string {
  const before = 'import { decodeMessage, encodeMessage, '
  if (!text.includes(before))
    throw new Error('protons imports its runtime in another way than before: look at src/wire')
  // What it makes of no bytes for each field of bytes before it reads one: one array for all does, as nobody can write into it.
  const alloc = "import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'\n"
  const ours = text.includes(alloc) ? 'decodeMessage, encodeMessage, NO_BYTES' : 'decodeMessage, encodeMessage'
  return text
    .replace(before, `import { ${ours} } from '../lib/protobuf.ts'\nimport { `)
    .replace(alloc, '')
    .replaceAll('uint8ArrayAlloc(0)', 'NO_BYTES')
}

/** The files of src/wire that are not what `codecs` says, each with what is wrong with it. */
function differences(
  folder: string,
  codecs: ReadonlyMap<string, string>,
): Map<string, 'missing' | 'stale' | 'without a protocol'> {
  const found = new Map<string, 'missing' | 'stale' | 'without a protocol'>()
  const present = existsSync(folder) ? readdirSync(folder) : []
  for (const [name, text] of codecs) {
    if (!present.includes(name)) found.set(name, 'missing')
    else if (readFileSync(join(folder, name), 'utf8') !== text) found.set(name, 'stale')
  }
  for (const name of present) if (!codecs.has(name)) found.set(name, 'without a protocol')
  return found
}

const root = join(import.meta.dirname, '..')
const wire = join(root, 'src/wire')
const codecs = await generateAll(root)
const wrong = differences(wire, codecs)

if (process.argv.includes('--check')) {
  for (const [name, what] of wrong) console.error(`src/wire/${name} is ${what}: npm run generate`)
  process.exitCode = wrong.size === 0 ? 0 : 1
} else {
  for (const [name, what] of wrong) {
    const text = codecs.get(name)
    if (text === undefined) rmSync(join(wire, name))
    else writeFileSync(join(wire, name), text)
    console.log(`src/wire/${name} was ${what}`)
  }
}
