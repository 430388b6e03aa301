/** The rules of the house as data; tidy.ts applies them. */

/**
 * The layers, the lowest first: a unit imports only from rows above its own in this list, never from its own row.
 * A unit is a folder of src, a folder named here with its parent, or a file beside the folders.
 */
export const ROWS: readonly (readonly string[])[] = [
  ['lib'],
  ['wire'],
  ['storage'],
  ['network'],
  ['network/libp2p', 'network/simulated'],
  ['membership'],
  ['capabilities'],
  ['state'],
  ['messaging', 'consensus'],
  ['tasks'],
  ['agents'],
  ['mesh'],
  ['control'],
  ['gateways', 'observe'],
  ['cli', 'dashboard'],
  ['index.ts', 'testing.ts'],
]

/** Units that only these others may import: what is real or simulated is chosen where a mesh is put together. */
export const IMPORTED_ONLY_BY: Readonly<Record<string, readonly string[]>> = {
  'network/libp2p': ['mesh', 'cli', 'index.ts'],
  'network/simulated': ['testing.ts'],
  observe: ['cli'],
}

/** Units that may import nothing but these packages, beside the rows above them. */
export const PACKAGES_ONLY: Readonly<Record<string, readonly string[]>> = {
  wire: ['protons-runtime', 'uint8arraylist'],
}

/** The places that touch the real world, as paths below src. Everything else sees it through a port. */
const REAL_WORLD = ['lib/', 'storage/', 'network/libp2p/', 'agents/process.ts', 'control/', 'cli/']

/** A way out of determinism: what is banned, where it is allowed, and what to use instead. */
export interface Ban {
  readonly what: 'use' | 'module' | 'dynamic import'
  /** Exact names; a module also stands for everything below it. */
  readonly names: readonly string[]
  readonly allowed: readonly string[]
  readonly instead: string
}

export const BANS: readonly Ban[] = [
  {
    what: 'use',
    names: ['Date.now', 'Date()', 'new Date()', 'performance.now', 'process.hrtime', 'process.uptime'],
    allowed: REAL_WORLD,
    instead: 'the Clock port',
  },
  {
    what: 'use',
    names: ['setTimeout', 'setInterval'],
    allowed: REAL_WORLD,
    instead: "the Clock port's timers",
  },
  {
    what: 'use',
    names: ['setImmediate', 'process.nextTick'],
    // Virtual time moves on when every promise of the present moment has settled; only the event loop knows that.
    allowed: [...REAL_WORLD, 'network/simulated/scheduler.ts'],
    instead: "the Clock port's timers",
  },
  {
    what: 'use',
    names: ['Math.random', 'crypto.getRandomValues', 'crypto.randomUUID', 'crypto.subtle'],
    allowed: REAL_WORLD,
    instead: 'the Random and Signer ports',
  },
  {
    what: 'module',
    names: [
      'node:net',
      'node:tls',
      'node:dgram',
      'node:dns',
      'node:http',
      'node:https',
      'node:http2',
      'node:inspector',
    ],
    allowed: REAL_WORLD,
    instead: 'the Network port',
  },
  {
    what: 'module',
    names: ['node:fs', 'node:os', 'node:child_process', 'node:cluster', 'node:sqlite', 'node:readline'],
    allowed: REAL_WORLD,
    instead: 'the Storage port, or what the composition root hands down',
  },
  {
    what: 'module',
    names: ['node:timers', 'node:perf_hooks'],
    allowed: REAL_WORLD,
    instead: 'the Clock port',
  },
  {
    what: 'module',
    names: ['node:worker_threads', 'node:zlib'],
    allowed: REAL_WORLD,
    instead: 'nothing: no layer that runs in the simulator awaits a thread',
  },
  {
    what: 'module',
    names: ['libp2p', '@libp2p'],
    allowed: REAL_WORLD,
    instead: 'the Network port',
  },
  {
    what: 'dynamic import',
    names: [],
    allowed: [
      'storage/sqlite.ts',
      'agents/',
      'control/',
      'cli/',
      'dashboard/',
      'gateways/',
      'network/libp2p/',
      // What is loaded there, a simulation loads before it begins.
      'state/documents/libraries.ts',
    ],
    instead: 'a static import: no layer that runs in the simulator awaits the loader',
  },
]

/** The one module of which some names are deterministic: hashing is, keys and random bytes are not. */
export const CRYPTO = {
  module: 'node:crypto',
  names: ['createHash', 'createHmac', 'hash', 'timingSafeEqual'],
  allowed: REAL_WORLD,
} as const

/** A file of more lines holds more than one thing (lines; generated files are exempt). */
export const MAX_FILE_LINES = 400

/** What no tracked text file may hold: it would be true of one machine only. */
export const MACHINE_BOUND: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /(?<![\w.~-])\/(?:root|work|home\/[a-z]\w*|Users\/[A-Za-z]\w*)\//, what: 'a path of one machine' },
  { pattern: /https?:\/\/[\w.-]*(?:registry|artifactory|nexus|npmjs\.org|verdaccio)[\w.-]*/i, what: 'a registry host' },
  { pattern: /"resolved":\s*"https?:/, what: 'a registry address' },
]

/** Words in a comment that mark unfinished work. */
export const UNFINISHED = /\b(?:TODO|FIXME|XXX|HACK)\b/

/** Directives that switch the type check off. */
export const UNCHECKED = /@ts-(?:ignore|nocheck|expect-error)/
