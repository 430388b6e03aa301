import { closest, distance } from 'fastest-levenshtein'
import { z } from 'zod'
import { InvalidInputError } from '../lib/errors.ts'

/**
 * What a node can be told, and how the places it is told from are laid over one another. Pure: reading flags, the
 * environment and files is the command line's work.
 */

/** The longest name of a node or mesh, in characters: it is a folder, a topic and a table column. */
export const MAX_NAME_CHARS = 63

/** How many addresses, agents or commands one setting may list: more is a mistake, and every one costs a dial or a load. */
export const MAX_LIST_ITEMS = 256

/** The mesh of those who name none. */
export const DEFAULT_MESH = 'covey'

/** Timing presets: `local` is one machine, `lan` one network, `wan` anything else. */
export const PRESETS = ['local', 'lan', 'wan'] as const

/** From the most to the least talkative. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** The shortest retention, in milliseconds: some of the passes that look who is away, every ten minutes. */
const MIN_RETENTION_MS = 3_600_000

/** `36h` or `30d` in milliseconds; undefined where it is neither. */
export function retentionMs(text: string): number | undefined {
  const match = /^(\d{1,5})([hd])$/.exec(text)
  return match ? Number(match[1]) * (match[2] === 'd' ? 24 : 1) * 3_600_000 : undefined
}

const name = z
  .string()
  .max(MAX_NAME_CHARS)
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, 'letters, digits, dot, dash and underscore, beginning with a letter or digit')

const address = z.string().transform((text, context) => {
  const multiaddr = toMultiaddr(text)
  if (multiaddr !== undefined) return multiaddr
  context.addIssue({
    code: 'custom',
    message: `"${text}" is neither HOST:PORT nor a multiaddr like /ip4/192.0.2.1/tcp/4001`,
  })
  return z.NEVER
})

const list = <T extends z.ZodType>(item: T) => z.array(item).max(MAX_LIST_ITEMS)

/** The keys of `covey.yaml`. A key that is not here is an error. */
export const settingsSchema = z.strictObject({
  /** Which mesh to belong to: nodes of other meshes are never met. */
  mesh: name,
  /** The node's label. */
  name,
  /** The data directory: identity, storage, log and control socket. */
  data: z.string().min(1),
  /** Addresses to listen on, as multiaddrs. */
  listen: list(address).min(1),
  /** Addresses of nodes to connect to at start and to come back to. */
  join: list(address),
  /** Whether nodes of the same network are found by multicast. */
  mdns: z.boolean(),
  /** Agent modules to load, `builtin:text` among them. */
  agents: list(z.string().min(1)),
  /** Programs that are agents: a capability's name, and the command line that handles one task on stdin and stdout. */
  capabilities: list(z.strictObject({ name: z.string().min(1), exec: z.string().min(1) })),
  /** Names or ids of the nodes that become the voters of a new mesh, founded by the first of them when it sees all. */
  voters: list(z.string().min(1)),
  /** A file with a pre-shared key (`covey key new`): whoever has another one, or none, is never met. */
  key: z.string().min(1),
  /** A member that is away for longer is evicted: the others stop waiting for it. */
  retention: z
    .string()
    .refine((text) => (retentionMs(text) ?? 0) >= MIN_RETENTION_MS, 'a time of an hour or more: 36h, 30d'),
  preset: z.enum(PRESETS),
  /** The least important lines that are logged. */
  log: z.enum(LOG_LEVELS),
})

/** Everything but `key` has a value; no key means a mesh that is open to whoever knows its name. */
export type Settings = Omit<z.output<typeof settingsSchema>, 'key'> & { key?: string }
export type SettingKey = keyof z.output<typeof settingsSchema>
export const SETTING_KEYS = Object.keys(settingsSchema.shape) as SettingKey[]

/** One place that settings come from, already parsed: a file, the environment, the flags. */
export interface SettingsLayer {
  /** As a person would name it: `flag --mesh` is `flag`, a file is its path. */
  source: string
  /** What a person writes there for a key, where that is not the key itself: `--listen`. */
  written?(key: string): string
  values: unknown
}

export interface ResolvedSettings {
  settings: Settings
  /** Where each value came from: a layer's `source`. */
  sources: Partial<Record<SettingKey, string>>
}

/**
 * Lays the layers over one another, the first one on top; a value is taken whole from the topmost layer that has it.
 * Throws `InvalidInputError` naming the layer and the key at the first wrong one.
 */
export function resolveSettings(layers: readonly SettingsLayer[], defaults: Settings): ResolvedSettings {
  const sources: Partial<Record<SettingKey, string>> = {}
  let settings: Settings = { ...defaults }
  for (const key of SETTING_KEYS) if (defaults[key] !== undefined) sources[key] = 'default'
  for (const layer of [...layers].reverse()) {
    const values = checkLayer(layer)
    settings = { ...settings, ...values }
    for (const key of Object.keys(values) as SettingKey[]) sources[key] = layer.source
  }
  return { settings, sources }
}

const partialSchema = settingsSchema.partial()

function checkLayer({ source, values, written }: SettingsLayer): Partial<Settings> {
  const result = partialSchema.safeParse(withoutUndefined(values))
  if (result.success) return withoutUndefined(result.data) as Partial<Settings>
  // A misspelt key is why another one is missing.
  const issue = result.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? result.error.issues[0]
  const place = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') {
    const wrong = issue.keys[0] ?? ''
    const known = place === '' ? SETTING_KEYS : ['name', 'exec']
    throw new InvalidInputError(
      `${source}: unknown key "${place === '' ? '' : `${place}.`}${wrong}"`,
      `${suggest(wrong, known)}Known keys: ${known.join(', ')}.`,
    )
  }
  if (written && place !== '') {
    const name = written(String(issue?.path[0]))
    throw new InvalidInputError(`${name} is wrong: ${issue?.message}`, `Correct ${name}.`)
  }
  throw new InvalidInputError(
    place === '' ? `${source}: ${issue?.message}` : `${source}: "${place}" is wrong: ${issue?.message}`,
    place === '' ? `It must hold keys with values: ${SETTING_KEYS.join(', ')}.` : `Correct "${place}" there.`,
  )
}

function withoutUndefined(values: unknown): unknown {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return values
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** `Did you mean "mesh"? `, or nothing where no known word is near. */
export function suggest(wrong: string, known: readonly string[]): string {
  if (known.length === 0) return ''
  const near = closest(wrong, known)
  // More than two typing errors, or half of a short word, is another word.
  return distance(wrong, near) <= Math.min(2, wrong.length / 2) ? `Did you mean "${near}"? ` : ''
}

/** The only transport is TCP; the part after the port names the peer. */
const TCP_MULTIADDR = /^\/(ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/\d{1,5}(\/p2p\/[1-9A-HJ-NP-Za-km-z]+)?$/

/** `HOST:PORT`, `:PORT` or `PORT` as a TCP multiaddr; a multiaddr as it is; anything else is undefined. */
export function toMultiaddr(text: string): string | undefined {
  if (text.startsWith('/')) return TCP_MULTIADDR.test(text) ? text : undefined
  const match = /^(?:\[(?<ip6>[0-9a-f:]+)\]:|(?<host>[a-z0-9.-]*):)?(?<port>\d{1,5})$/i.exec(text)
  const port = Number(match?.groups?.port)
  if (!match || port > 65535) return undefined
  const { ip6, host } = match.groups ?? {}
  if (ip6 !== undefined) return `/ip6/${ip6}/tcp/${port}`
  if (host === undefined || host === '') return `/ip4/0.0.0.0/tcp/${port}`
  return /^[\d.]+$/.test(host) ? `/ip4/${host}/tcp/${port}` : `/dns/${host}/tcp/${port}`
}
