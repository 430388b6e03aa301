import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lastLines, openLogFile } from '../../src/cli/log-file.ts'
import { createLog, humanSink } from '../../src/observe/log.ts'

describe('the log', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'covey-test-'))
    file = join(folder, 'covey.log')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('writes JSON lines with scope and fields, from its level on', () => {
    const log = createLog('info', [openLogFile(file)])
    log.debug('not this')
    log.scoped('network').warn('refused', { peer: 'bob', count: 2 })
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'warn', time: expect.any(Number), scope: 'network', msg: 'refused', peer: 'bob', count: 2 },
    ])
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  it('tells people in one line', () => {
    const said: string[] = []
    createLog('info', [humanSink((text) => said.push(text))])
      .scoped('membership')
      .info('joined', { peer: 'bob' })
    expect(said).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d info {2}membership: joined peer=bob\n$/)])
  })

  it('stays bounded, keeps the newest lines, and goes on where it was', () => {
    const limit = 10_000
    for (const run of [1, 2]) {
      const log = createLog('info', [openLogFile(file, limit)])
      for (let i = 0; i < 500; i++) log.info(`line ${i} of ${run}`)
    }
    const line = Buffer.byteLength(lastLines(file, 1)[0] ?? '') + 1
    expect(statSync(file).size).toBeLessThan(limit + line)
    expect(statSync(`${file}.1`).size).toBeLessThan(limit + line)
    expect(JSON.parse(lastLines(file, 1)[0] ?? '').msg).toBe('line 499 of 2')
    expect(lastLines(file, 3)).toHaveLength(3)
    expect(lastLines(join(folder, 'none'), 3)).toEqual([])
  })
})
