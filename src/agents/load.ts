import { isAbsolute, join, resolve as resolvePath } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Agent } from '../capabilities/agent.ts'
import { describeAgents } from '../capabilities/validate.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { CoveyError, InvalidInputError, messageOf } from '../lib/errors.ts'
import { type AgentSpec, defineAgent } from './define.ts'
import { builtinTextAgents } from './text/builtin.ts'

/** How long a module may take to load, and its function to answer, in milliseconds: a node that waits longer looks dead. */
const LOAD_TIMEOUT_MS = 60_000

const BUILTIN = 'builtin:'
const BUILTINS: Readonly<Record<string, (clock: Clock) => Agent[]>> = { text: builtinTextAgents }
/** Looks like a file and not like a package. */
const FILE = /^\.{1,2}(?:[\\/]|$)|\.[cm]?[jt]s$/
/** The agent itself, several, or a function that makes them. */
const WHAT =
  'Export as default an agent, { name, capabilities, handle }, or a list of agents, or a function that returns either.'

export interface LoadOptions {
  /** Where relative paths and packages are looked for; the working directory where missing. */
  directory?: string
  clock?: Clock
}

/**
 * Loads the agents that `spec` names: a file (`./my-agent.ts`; TypeScript whose types can be stripped), a package, or
 * `builtin:text`. The module's default export, else all its other exports that look like agents, are one agent or a
 * list of them; a default export may also be a function that returns either. Throws `InvalidInputError` that names file,
 * export and field, or `CoveyError` with the code `AGENT_MODULE_FAILED` for a module that does not load.
 */
export async function loadAgents(spec: string, options: LoadOptions = {}): Promise<Agent[]> {
  const { directory = process.cwd(), clock = systemClock } = options
  if (spec.startsWith(BUILTIN)) return builtin(spec, clock)
  const url = await locate(spec, directory)
  const module = await inTime(clock, spec, importModule(spec, url))
  const found: Agent[] = []
  try {
    for (const [name, value] of exportsOf(module)) found.push(...(await agentsOf(value, `${spec}: ${name}`, clock)))
  } catch (error) {
    // A getter or a proxy of the module may throw anything.
    throw error instanceof CoveyError ? error : failed(`${spec}: reading it threw: ${messageOf(error)}`, WHAT, error)
  }
  if (found.length === 0) throw new InvalidInputError(`${spec} exports no agent`, WHAT)
  // Names differ, and there are not too many.
  describeAgents(found, spec)
  return found
}

function builtin(spec: string, clock: Clock): Agent[] {
  const name = spec.slice(BUILTIN.length)
  const make = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
  if (make !== undefined) return make(clock)
  const known = Object.keys(BUILTINS).map((key) => BUILTIN + key)
  throw new InvalidInputError(`there is no "${spec}"`, `Built in: ${known.join(', ')}.`)
}

/** The URL of the module's file. */
async function locate(spec: string, directory: string): Promise<string> {
  if (spec === '') throw new InvalidInputError('the name of an agent module is empty', 'Name a file or a package.')
  if (spec.startsWith('file:')) return spec
  if (isAbsolute(spec) || FILE.test(spec)) return pathToFileURL(resolvePath(directory, spec)).href
  const { resolve } = await import('import-meta-resolve')
  try {
    const url = resolve(spec, pathToFileURL(join(directory, 'covey')).href)
    if (url.startsWith('file:')) return url
  } catch (error) {
    const hint = `For a package: npm install ${spec}, in ${directory}. For a file, write ./${spec} with its ending.`
    throw failed(`the package "${spec}" was not found from ${directory}: ${messageOf(error)}`, hint, error)
  }
  throw new InvalidInputError(`"${spec}" is a module of Node itself, not of agents`, `For a file, write ./${spec}.ts.`)
}

async function importModule(spec: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(url)
  } catch (error) {
    throw failed(`${spec} could not be loaded: ${messageOf(error)}`, hintFor(error, spec, url), error)
  }
}

function hintFor(error: unknown, spec: string, url: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return messageOf(error).includes(`'${decodeURIComponent(new URL(url).pathname)}'`)
      ? 'There is no such file: check the path, and its ending.'
      : 'A module that it imports is missing: install it, or write the ending of the imported file.'
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return 'Agent modules are .ts, .mts, .js, .mjs or .cjs files.'
  if (code === 'ERR_UNSUPPORTED_DIR_IMPORT') return 'It is a directory: name the file in it.'
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return 'Node only strips types: enums, namespaces and parameter properties need compiling, so do without them.'
  }
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') return 'Packages must ship JavaScript: compile it.'
  if (error instanceof SyntaxError) {
    return messageOf(error).includes('outside a module')
      ? 'Call the file .mts or .mjs, or set "type": "module" in the package.json beside it.'
      : `Correct the syntax, or the name that it imports; node ${spec} shows the line.`
  }
  return `The module threw while it was loaded; node ${spec} shows where.`
}

/** The default export where there is one, else the others that look like agents: a module may export helpers besides. */
function exportsOf(module: Readonly<Record<string, unknown>>): [string, unknown][] {
  if (module.default !== undefined) return [['export default', module.default]]
  const looksLikeAgent = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && ('handle' in value || 'capabilities' in value)
  return Object.entries(module)
    .filter(([, value]) => (Array.isArray(value) ? value.some(looksLikeAgent) : looksLikeAgent(value)))
    .map(([name, value]) => [`export "${name}"`, value])
}

async function agentsOf(exported: unknown, where: string, clock: Clock): Promise<Agent[]> {
  const value = isFunction(exported) ? await call(exported, where, clock) : exported
  const specs: readonly unknown[] = Array.isArray(value) ? value : [value]
  return specs.map((spec, index) => {
    const here = Array.isArray(value) ? `${where}[${index}]` : where
    if (typeof spec !== 'object' || spec === null) {
      throw new InvalidInputError(`${here} is ${spec === null ? 'null' : `a ${typeof spec}`}, not an agent`, WHAT)
    }
    // Everything in it is checked there, whatever its type claims.
    return defineAgent(spec as AgentSpec, here)
  })
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function'
}

async function call(make: () => unknown, where: string, clock: Clock): Promise<unknown> {
  try {
    return await inTime(clock, where, Promise.resolve(make()))
  } catch (error) {
    if (error instanceof CoveyError) throw error
    throw failed(`${where} is a function, and it threw: ${messageOf(error)}`, WHAT, error)
  }
}

/** Gives up on `work` after a time, and at once where nothing is left in this process that could end it. */
async function inTime<T>(clock: Clock, what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = clock.after(LOAD_TIMEOUT_MS, () => {
    late.reject(
      failed(`${what} did not load within ${LOAD_TIMEOUT_MS} ms`, 'Load what takes long at the first task instead.'),
    )
  })
  const onIdle = (): void =>
    late.reject(
      failed(`${what} never finishes loading`, 'It waits for something that cannot happen: look at its await.'),
    )
  // Node would end the process without a word of ours.
  process.once('beforeExit', onIdle)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    timer.cancel()
    process.removeListener('beforeExit', onIdle)
  }
}

function failed(message: string, hint: string, cause?: unknown): CoveyError {
  return new CoveyError('AGENT_MODULE_FAILED', message, hint, { cause })
}
