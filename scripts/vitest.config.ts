import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    // What users' agents write; in tests it means the sources, so that one process never holds two copies of a class.
    alias: [
      { find: /^covey$/, replacement: source('index.ts') },
      { find: /^covey\/testing$/, replacement: source('testing.ts') },
    ],
  },
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    // A process a file: libp2p, sqlite and child processes leave nothing behind for the next file.
    pool: 'forks',
    // Two cores are the machine we promise to fit; the tests of real nodes start processes of their own beside these.
    maxWorkers: 2,
    // Real nodes on a loaded machine; a test of pure code that needs a tenth of this is a bug.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 10_000,
    // A retry would hide a race.
    retry: 0,
  },
})
