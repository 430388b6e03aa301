import { readFileSync, statSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { dirname, isAbsolute, resolve } from 'node:path'
import { parse } from 'yaml'
import { InvalidInputError, messageOf } from '../lib/errors.ts'
import {
  DEFAULT_MESH,
  MAX_NAME_CHARS,
  type ResolvedSettings,
  resolveSettings,
  type Settings,
  type SettingsLayer,
} from '../mesh/config.ts'
import { dataDirectoryOf, findConfigFile } from './places.ts'

/** The largest configuration file, in bytes: people write them. */
const MAX_CONFIG_BYTES = 1024 * 1024

/** What can be said about a node on the command line. */
export interface SettingFlags {
  config?: string
  mesh?: string
  name?: string
  data?: string
  listen?: string[]
  join?: string[]
  mdns?: boolean
  agents?: string[]
  capability?: string[]
  voters?: string[]
  exec?: string[]
  key?: string
  retention?: string
  preset?: string
}

/** Where to look; handed in so that a test needs no other process. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  cwd: string
  home: string
  hostname: string
}

export const surroundings = (): Surroundings => ({
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  hostname: hostname(),
})

/**
 * The effective configuration: flag > environment > the nearest covey.yaml from the working directory upwards > default.
 * Relative paths mean the file's folder in a file, else the working directory. Throws `InvalidInputError` that names the
 * place and the key.
 */
export function readSettings(flags: SettingFlags, around: Surroundings = surroundings()): ResolvedSettings {
  const layers: SettingsLayer[] = [
    { source: 'flag', written: flagName, values: absolute(flagValues(flags), around.cwd) },
    { source: 'environment', written: variableName, values: absolute(environmentValues(around.env), around.cwd) },
  ]
  const file = findConfigFile(flags.config ?? around.env.COVEY_CONFIG, around.cwd)
  if (file !== undefined) layers.push({ source: file, values: absolute(readYaml(file), dirname(file)) })
  const resolved = resolveSettings(layers, defaults(around))
  const { settings, sources } = resolved
  if (sources.data === 'default') settings.data = dataDirectoryOf(settings.name, around.home)
  // A node that names what it hosts hosts that and nothing else.
  if (sources.agents === 'default' && settings.capabilities.length > 0) settings.agents = []
  return resolved
}

function defaults(around: Surroundings): Settings {
  return {
    mesh: DEFAULT_MESH,
    name: nameOfHost(around.hostname),
    data: '',
    listen: ['/ip4/0.0.0.0/tcp/0'],
    join: [],
    mdns: true,
    agents: ['builtin:text'],
    capabilities: [],
    voters: [],
    retention: '30d',
    preset: 'lan',
    log: 'info',
  }
}

/** The host's name as a node's: without its domain, and with nothing that names may not hold. */
function nameOfHost(host: string): string {
  const name = (host.split('.')[0] ?? '').replaceAll(/[^a-z0-9_-]/gi, '-').replace(/^[^a-z0-9]+/i, '')
  return name.slice(0, MAX_NAME_CHARS) || 'node'
}

function flagValues({ config: _, capability = [], exec = [], ...flags }: SettingFlags): Record<string, unknown> {
  if (capability.length !== exec.length) {
    throw new InvalidInputError(
      `${capability.length} --capability and ${exec.length} --exec do not pair`,
      'Give each capability its program: --capability text.shout --exec "./shout.sh".',
    )
  }
  const capabilities = capability.map((name, i) => ({ name, exec: exec[i] }))
  return { ...flags, ...(capabilities.length > 0 ? { capabilities } : {}) }
}

const flagName = (key: string): string => (key === 'capabilities' ? '--capability' : `--${key}`)

const variableName = (key: string): string => `COVEY_${key.toUpperCase()}`

const BOOLEANS: Record<string, boolean> = { true: true, 1: true, yes: true, false: false, 0: false, no: false }

/** Lists are separated by commas. Variables of the same prefix that mean something else are left alone. */
function environmentValues(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const list = (text: string | undefined): string[] | undefined => text?.split(',').map((item) => item.trim())
  const { COVEY_MDNS: mdns } = env
  if (mdns !== undefined && BOOLEANS[mdns] === undefined) {
    throw new InvalidInputError(`COVEY_MDNS is "${mdns}"`, 'Set it to true or false.')
  }
  return {
    mesh: env.COVEY_MESH,
    name: env.COVEY_NAME,
    data: env.COVEY_DATA,
    listen: list(env.COVEY_LISTEN),
    join: list(env.COVEY_JOIN),
    mdns: mdns === undefined ? undefined : BOOLEANS[mdns],
    agents: list(env.COVEY_AGENTS),
    voters: list(env.COVEY_VOTERS),
    key: env.COVEY_KEY,
    retention: env.COVEY_RETENTION,
    preset: env.COVEY_PRESET,
    log: env.COVEY_LOG,
  }
}

function readYaml(file: string): unknown {
  if (statSync(file).size > MAX_CONFIG_BYTES) {
    throw new InvalidInputError(`${file} is larger than ${MAX_CONFIG_BYTES} bytes`, 'Is it the right file?')
  }
  try {
    return parse(readFileSync(file, 'utf8')) ?? {}
  } catch (error) {
    const [reason] = messageOf(error).split('\n')
    throw new InvalidInputError(`${file} is not YAML: ${reason}`, 'Correct it there.', { cause: error })
  }
}

/** Paths in `values` made absolute. What is of the wrong type stays for the schema to refuse. */
function absolute(values: unknown, base: string): unknown {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return values
  const path = (value: unknown): unknown => (typeof value === 'string' && value !== '' ? resolve(base, value) : value)
  const module = (value: unknown): unknown =>
    typeof value === 'string' && (value.startsWith('.') || isAbsolute(value)) ? resolve(base, value) : value
  const { data, key, agents } = values as Record<string, unknown>
  return {
    ...values,
    ...(data === undefined ? {} : { data: path(data) }),
    ...(key === undefined ? {} : { key: path(key) }),
    ...(Array.isArray(agents) ? { agents: agents.map(module) } : {}),
  }
}
