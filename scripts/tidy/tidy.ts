import { findCircles } from './circles.ts'
import { type Facts, type Import, readFacts } from './facts.ts'
import {
  BANS,
  CRYPTO,
  IMPORTED_ONLY_BY,
  MACHINE_BOUND,
  MAX_FILE_LINES,
  PACKAGES_ONLY,
  ROWS,
  UNCHECKED,
  UNFINISHED,
} from './house.ts'
import { missingFromLockfile } from './lockfile.ts'

/** One breach of the rules of the house. */
export interface Finding {
  readonly path: string
  /** From 1; 0 where it is about the whole file. */
  readonly line: number
  readonly message: string
}

const GENERATED = /^src\/wire\//
const SOURCE = /\.(?:ts|mts|js|mjs)$/
/** The rules' own words would break the rules. */
const RULES = /^(?:scripts\/tidy\/|test\/scripts\/tidy)/

/**
 * Checks a whole project.
 * @param files every tracked text file: path from the root, with forward slashes -> text
 * @returns what is wrong, in the order of paths and lines
 */
export function tidy(files: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = []
  const graph = new Map<string, string[]>()
  for (const [path, text] of files) {
    findings.push(...checkText(path, text))
    if (path === 'package-lock.json') {
      findings.push(...missingFromLockfile(text).map((message) => ({ path, line: 0, message })))
    }
    if (!SOURCE.test(path)) continue
    const facts = readFacts(path, text)
    findings.push(...checkSource(path, facts))
    if (path.startsWith('src/')) {
      findings.push(...checkLayers(path, facts), ...checkBans(path, facts))
      // Types are erased: two files that know each other's types do not wait for each other to load.
      const loaded = facts.imports.filter(({ erased }) => !erased)
      graph.set(
        path,
        loaded.flatMap(({ specifier }) => resolveImport(path, specifier) ?? []),
      )
    }
  }
  for (const circle of findCircles(graph)) {
    findings.push({ path: circle[0] ?? '', line: 0, message: `imports go in a circle: ${circle.join(' -> ')}` })
  }
  return findings.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
}

function checkText(path: string, text: string): Finding[] {
  if (RULES.test(path)) return []
  const findings: Finding[] = []
  text.split('\n').forEach((content, index) => {
    const report = (message: string) => findings.push({ path, line: index + 1, message })
    for (const { pattern, what } of MACHINE_BOUND) if (pattern.test(content)) report(`names ${what}`)
  })
  return findings
}

function checkSource(path: string, facts: Facts): Finding[] {
  const findings: Finding[] = []
  const report = (line: number, message: string) => findings.push({ path, line, message })
  for (const error of facts.errors) report(0, `cannot be parsed: ${error}`)
  if (facts.lines > MAX_FILE_LINES && !GENERATED.test(path)) {
    report(0, `has ${facts.lines} lines, ${MAX_FILE_LINES} at most: one noun a file`)
  }
  for (const { text, line } of facts.comments) {
    if (UNFINISHED.test(text)) report(line, 'marks unfinished work: finish it, or say in words what is not done')
    if (UNCHECKED.test(text) && !GENERATED.test(path)) report(line, 'switches the type check off')
  }
  for (const line of facts.silentCatches) report(line, 'swallows an error without a word on why that is right')
  if (path.startsWith('test/')) {
    for (const line of facts.sleeps) report(line, 'sleeps: await the condition instead')
    for (const { specifier, line } of facts.imports) {
      if (specifier === 'node:timers/promises') report(line, 'imports a sleep: await the condition instead')
    }
  }
  return findings
}

/** Upward and sideways imports, units nobody knows, units that only some may import. */
function checkLayers(path: string, facts: Facts): Finding[] {
  const from = unitOf(path)
  if (rowOf(from) === -1) return [{ path, line: 0, message: `is in no layer: ${from} is not in scripts/tidy/house.ts` }]
  return facts.imports.flatMap((it) => {
    const message = layerBreach(path, from, it)
    return message === undefined ? [] : [{ path, line: it.line, message }]
  })
}

function layerBreach(path: string, from: string, { specifier }: Import): string | undefined {
  const target = resolveImport(path, specifier)
  if (target === undefined) {
    const packages = PACKAGES_ONLY[from]
    if (packages?.every((name) => !isBelow(specifier, name)) === true) return `${from} may not import ${specifier}`
    return undefined
  }
  if (!target.startsWith('src/')) return `imports ${target}, which is outside of src`
  const to = unitOf(target)
  if (to === from) return undefined
  if (rowOf(to) >= rowOf(from)) {
    return `${from} may not import ${to}: ${rowOf(to) === rowOf(from) ? 'they share a row' : 'it is a layer above'}`
  }
  const importers = IMPORTED_ONLY_BY[to]
  if (importers !== undefined && !importers.includes(from)) return `${to} is imported only by ${importers.join(', ')}`
  return undefined
}

function checkBans(path: string, facts: Facts): Finding[] {
  const place = path.slice('src/'.length)
  const allowedIn = (places: readonly string[]) =>
    places.some((it) => (it.endsWith('/') ? place.startsWith(it) : place === it))
  const findings: Finding[] = []
  const report = (line: number, what: string, instead: string) =>
    findings.push({ path, line, message: `${what} is banned here: use ${instead}` })

  for (const ban of BANS.filter(({ allowed }) => !allowedIn(allowed))) {
    if (ban.what === 'use') {
      for (const use of facts.uses) if (ban.names.includes(use.name)) report(use.line, use.name, ban.instead)
    }
    for (const it of facts.imports) {
      const module = it.specifier
      if (ban.what === 'module' && ban.names.some((name) => isBelow(module, name))) report(it.line, module, ban.instead)
      if (ban.what === 'dynamic import' && it.dynamic) report(it.line, `import(${module})`, ban.instead)
    }
  }
  if (!allowedIn(CRYPTO.allowed)) {
    for (const it of facts.imports) {
      if (it.specifier !== CRYPTO.module) continue
      const secret = it.names.filter((name) => !(CRYPTO.names as readonly string[]).includes(name))
      if (secret.length > 0 || it.names.length === 0) {
        report(it.line, `${secret.join(', ') || 'all'} of ${CRYPTO.module}`, 'the Random and Signer ports')
      }
    }
  }
  return findings
}

/** `src/network/libp2p/node.ts` -> `network/libp2p`, `src/tasks/task.ts` -> `tasks`, `src/index.ts` -> `index.ts`. */
function unitOf(path: string): string {
  const [first = '', second] = path.slice('src/'.length).split('/')
  const nested = `${first}/${second}`
  return rowOf(nested) === -1 ? first : nested
}

function rowOf(unit: string): number {
  return ROWS.findIndex((row) => row.includes(unit))
}

/** Is it this module, or one below it? */
function isBelow(specifier: string, module: string): boolean {
  return specifier === module || specifier.startsWith(`${module}/`)
}

/** The path from the root that a relative import means; undefined for packages. */
function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return new URL(specifier, `file:///${from}`).pathname.slice(1)
}
