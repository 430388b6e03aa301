// Loads what bundle.ts makes; it becomes dist/load.js. Plain JavaScript for any Node >= 18: an old one must get as far as
// the message that says which it needs.
//
// A node meets its peers in code that nothing has run before, and V8 compiles each function when it is first called: a
// fifth of the CPU time until eight nodes know one another. Node's own compile cache keeps what is compiled when a module is
// loaded, before anything in it has run; here it is kept once the process has been through its start.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import zlib from 'node:zlib'

/** When the compiled code is kept, in milliseconds since the process began: peers are met, and nothing waits for us. */
const KEEP_MS = 10_000
/** A process that ends before that keeps it too if it has lived so long: a command that asks a node has run little of the code. */
const KEEP_AT_EXIT_MS = 2000
/** What is kept gives way to what is so many times as large: a process of another kind has run more of the code. */
const RICHER = 1.1
/** A checksum of source and code stands before the code. */
const HEADER_BYTES = 4

const root = dirname(fileURLToPath(import.meta.url))
/** What the names of this build's kept chunks begin with: another installation has its own. */
const prefix = `${zlib.crc32?.(root).toString(16)}-`
/** @type {Map<string, { exports: object }>} */
const modules = new Map()
/** @type {{ path: string, script: vm.Script, kept: number }[]} each with the bytes of the code that was kept and good, or 0 */
const compiled = []

/**
 * What a chunk of this build exports; it runs once in a process.
 * @param {string} path from this file's folder
 * @returns {any}
 */
export function load(path) {
  return run(join(root, path))
}

/** @param {string} path */
function run(path) {
  const known = modules.get(path)
  if (known !== undefined) return known.exports
  const chunk = { exports: {} }
  modules.set(path, chunk)
  // A script of its own has no import(): agents are modules of the user's.
  const __import = (/** @type {string} */ url) => import(url)
  const requireOther = module.createRequire(path)
  const require = (/** @type {string} */ id) =>
    id.endsWith('.cjs') && id.startsWith('.') ? run(join(dirname(path), id)) : requireOther(id)
  compile(path)(chunk.exports, require, __import, chunk, path, dirname(path))
  return chunk.exports
}

/**
 * @param {string} path
 * @returns {Function}
 */
function compile(path) {
  const bytes = readFileSync(path)
  const cachedData = read(path, bytes)
  // It is ASCII; read so, V8 keeps it at one byte a character.
  const source = bytes.toString('latin1')
  const parameters = 'exports, require, __import, module, __filename, __dirname'
  const script = new vm.Script(`(function (${parameters}) { ${source}\n})`, {
    filename: path,
    ...(cachedData && { cachedData }),
  })
  const kept = cachedData !== undefined && !script.cachedDataRejected ? cachedData.length : 0
  compiled.push({ path, script, kept })
  if (compiled.length === 1) keepLater()
  return script.runInThisContext()
}

function keepLater() {
  setTimeout(keep, Math.max(0, KEEP_MS - performance.now())).unref()
  process.once('exit', () => {
    if (performance.now() > KEEP_AT_EXIT_MS) keep()
  })
}

/** Keeps what is compiled by now, where it is more than what is kept; once. */
function keep() {
  const chunks = compiled.splice(0)
  const folder = keptIn()
  if (folder === undefined) return
  try {
    let written = false
    for (const { path, script, kept } of chunks) {
      const code = script.createCachedData()
      if (code.length < kept * RICHER) continue
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      write(join(folder, nameOf(path)), checksum(readFileSync(path), code), code)
      written = true
    }
    if (written) forgetFormerBuilds(folder)
  } catch {
    // A full disk, a folder of somebody else's, a build that was replaced: the next process compiles again, as this one did.
  }
}

/**
 * @param {string} file
 * @param {number} sum
 * @param {Buffer} code
 */
function write(file, sum, code) {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(sum)
  const next = `${file}.${process.pid}`
  writeFileSync(next, Buffer.concat([header, code]), { mode: 0o600 })
  renameSync(next, file)
}

/**
 * The code that was kept of a chunk. V8 looks whether it is its own version's, but neither whether it is damaged nor, beyond
 * the length of the source, whose it is.
 * @param {string} path
 * @param {Buffer} source
 * @returns {Buffer | undefined}
 */
function read(path, source) {
  const folder = keptIn()
  if (folder === undefined) return undefined
  try {
    const bytes = readFileSync(join(folder, nameOf(path)))
    const code = bytes.subarray(HEADER_BYTES)
    return bytes.length > HEADER_BYTES && bytes.readUInt32LE() === checksum(source, code) ? code : undefined
  } catch {
    // None was kept, or it cannot be read: it is compiled as if there were none.
    return undefined
  }
}

/** Beside what Node keeps, in a folder of this V8 and its flags; undefined where Node keeps nothing. */
function keptIn() {
  const folder = module.getCompileCacheDir?.()
  return folder === undefined ? undefined : join(folder, 'covey')
}

/**
 * @param {Buffer} source
 * @param {Buffer} code
 */
function checksum(source, code) {
  return zlib.crc32(code, zlib.crc32(source))
}

/** @param {string} path */
function nameOf(path) {
  return `${prefix}${basename(path)}`
}

/**
 * The chunks of another build of this checkout have other names.
 * @param {string} folder
 */
function forgetFormerBuilds(folder) {
  const now = new Set(['.', 'chunks', 'cli'].flatMap((below) => readdirSync(join(root, below))))
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && !now.has(name.slice(prefix.length))) rmSync(join(folder, name), { force: true })
  }
}
