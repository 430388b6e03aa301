#!/usr/bin/env node
import module from 'node:module'

/** Where the mesh runs: libp2p and node:sqlite want it. */
const MIN_NODE_MAJOR = 24

// Nothing but Node's own modules above this line: an older Node must reach the message, and the cache what follows.
if (Number(process.versions.node.split('.')[0]) < MIN_NODE_MAJOR) {
  process.stderr.write(
    `error: covey needs Node ${MIN_NODE_MAJOR} or later, and this is ${process.versions.node}\n` +
      '       Install it from https://nodejs.org, or put the one that came with covey in front: node_modules/.bin/node.\n',
  )
  process.exitCode = 1
} else {
  module.enableCompileCache()
  const { main } = await import('./program.ts')
  await main(process.argv.slice(2))
}
