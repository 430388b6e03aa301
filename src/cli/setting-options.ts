import type { Command } from 'commander'
import { collect, parseList } from './parse.ts'
import type { SettingFlags } from './settings.ts'

/** What `up` and `config` share. */
export interface SettingOptions extends SettingFlags {
  json?: boolean
}

export function addSettingOptions(command: Command): Command {
  return command
    .option('--name <name>', "the node's label; the host's name by default")
    .option('--mesh <name>', 'the mesh to belong to')
    .option('--config <file>', 'instead of the covey.yaml found upwards from here')
    .option('--data <dir>', 'where it keeps its identity and state; ~/.covey/NAME by default')
    .option('--listen <address>', 'HOST:PORT or a multiaddr to listen on; may be repeated', collect)
    .option('--join <address>', 'HOST:PORT or a multiaddr of another node; may be repeated', collect)
    .option('--no-mdns', 'do not look for nodes on the local network')
    .option('--agents <module>', 'a module that exports agents, or builtin:text; may be repeated', collect)
    .option('--capability <name>', 'a capability that a program offers; goes with --exec', collect)
    .option('--exec <command>', 'the program: JSON on stdin, JSON on stdout', collect)
    .option('--voters <a,b,c>', 'names of the nodes that decide on registers and locks in a new mesh', parseList)
    .option('--key <file>', 'pre-shared key of a closed mesh: covey key new > FILE')
    .option('--retention <time>', 'a member that is away for longer is evicted; 30d by default')
    .option('--preset <preset>', 'timing: local, lan or wan')
    .option('--json', 'print JSON')
}

/** The options that are settings. Commander says `mdns: true` where nobody said anything. */
export function settingFlags({
  json: _,
  detach: __,
  mdns,
  ...flags
}: SettingOptions & { detach?: boolean }): SettingFlags {
  return mdns === false ? { ...flags, mdns } : flags
}
