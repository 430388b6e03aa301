import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { ControlClient } from '../../control/client.ts'
import { CoveyError } from '../../lib/errors.ts'
import { VERSION } from '../../mesh/version.ts'
import type { Check } from '../doctor/check.ts'
import { checkClocks } from '../doctor/clocks.ts'
import { checkMulticast } from '../doctor/multicast.ts'
import { checkOwnPort, checkPeers } from '../doctor/ports.ts'
import { checkPeerVersions } from '../doctor/versions.ts'
import { EXIT_FAILED } from '../failure.ts'
import { connectNode } from '../find-node.ts'
import { type CommonOptions, examples, print, state, table } from '../output.ts'
import { nodeOption } from '../places.ts'

export function define(command: Command): void {
  command
    .addHelpText(
      'after',
      `\nExit code 1 where something failed. Without a running node only this machine is looked at.\n${examples(['covey doctor'])}`,
    )
    .action(async (options: CommonOptions) => {
      const [multicast, others] = await Promise.all([checkMulticast(), checkNode(options)])
      const checks = [multicast, ...others]
      if (checks.some((check) => check.result === 'failed')) process.exitCode = EXIT_FAILED
      print(options, checks, () =>
        table(
          ['check', 'result', 'what'],
          checks.map(({ check, result, message, hint }) => [
            check,
            state(result),
            hint === undefined ? message : `${message}${process.stdout.isTTY ? '\n' : '. '}${hint}`,
          ]),
        ),
      )
    })
}

async function checkNode(options: CommonOptions): Promise<Check[]> {
  let client: ControlClient
  try {
    client = await connectNode(options)
  } catch (error) {
    // Which of several is a question to answer; a node that does not run is a finding.
    if (!(error instanceof CoveyError && error.code === 'NOT_RUNNING')) throw error
    return [versions(undefined), { check: 'node', result: 'skipped', message: error.message, hint: error.hint }]
  }
  try {
    const status = await client.call('status', {})
    const from = Date.now()
    const peers = await client.call('peers', {})
    const asked = { from, to: Date.now() }
    return [
      versions(status),
      checkPeerVersions(peers, status.version),
      await checkOwnPort(status.addresses),
      await checkPeers(peers),
      checkClocks(peers, asked),
    ]
  } finally {
    client.close()
  }
}

/** libp2p does not export its package.json; it stands two folders above its entry. */
function libp2pVersion(): string {
  const manifest = new URL('../../package.json', import.meta.resolve('libp2p'))
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

/** Of this program, and of the node that it speaks to. */
function versions(node: { version: string; nodeVersion: string; name: string; data: string } | undefined): Check {
  const own = `covey ${VERSION}, Node ${process.versions.node}, libp2p ${libp2pVersion()}, SQLite ${process.versions.sqlite}`
  if (node === undefined || (node.version === VERSION && node.nodeVersion === process.versions.node)) {
    return { check: 'versions', result: 'ok', message: own }
  }
  const message = `${own}; but ${node.name} runs covey ${node.version} on Node ${node.nodeVersion}`
  return {
    check: 'versions',
    result: 'warning',
    message,
    hint: `Restart it: covey down ${nodeOption(node)}, then covey up.`,
  }
}
