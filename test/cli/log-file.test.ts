import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lastLines, openLogFile } from '../../src/cli/log-file.ts'

describe('the log file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'covey-log-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Mounts a small disk of its own in `folder`; the reason if that cannot be done here. */
  const mount = (options: string): string | undefined => {
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {
      encoding: 'utf8',
    })
    return status === 0 ? undefined : `no tmpfs can be mounted here: ${error?.message ?? stderr}`
  }

  it('is no failure of who logs where the disk takes no more', () => {
    // Every write to it finds no space left.
    const sink = openLogFile('/dev/full')
    for (let i = 0; i < 1000; i++) sink.write(`${'a line'.repeat(100)}\n`)
  })

  it('goes on when there is room again', (context) => {
    const reason = mount('size=16k')
    if (reason) return context.skip(reason)
    try {
      const file = join(folder, 'covey.log')
      const sink = openLogFile(file)
      for (let i = 0; i < 100; i++) sink.write(`${'a line'.repeat(100)}\n`)
      expect(spawnSync('mount', ['-o', 'remount,size=1m', folder]).status).toBe(0)
      sink.write('room again\n')
      expect(lastLines(file, 1)).toEqual(['room again'])
    } finally {
      // Its file stays open until the process ends.
      spawnSync('umount', ['-l', folder])
    }
  })

  it('on a disk that can only be read is refused as the store is', (context) => {
    const reason = mount('ro')
    if (reason) return context.skip(reason)
    try {
      expect(() => openLogFile(join(folder, 'covey.log'))).toThrow(
        expect.objectContaining({ code: 'DATA_READ_ONLY', message: expect.stringContaining(folder) }),
      )
    } finally {
      spawnSync('umount', [folder])
    }
  })
})
