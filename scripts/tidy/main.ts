/** Checks the rules of the house on this checkout: `node scripts/tidy/main.ts`. Exit code 1 if one is broken. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tidy } from './tidy.ts'

const root = join(import.meta.dirname, '../..')

// What git tracks and what it would: a new file is checked before it is committed.
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
const files = new Map<string, string>()
for (const path of listed.toString().split('\0')) {
  if (path === '' || !existsSync(join(root, path))) continue
  const bytes = readFileSync(join(root, path))
  // A file with a zero byte is no text.
  if (!bytes.includes(0)) files.set(path, bytes.toString())
}

const findings = tidy(files)
for (const { path, line, message } of findings) console.error(`${path}${line === 0 ? '' : `:${line}`}: ${message}`)
console.log(`${files.size} files, ${findings.length} findings`)
process.exitCode = findings.length === 0 ? 0 : 1
