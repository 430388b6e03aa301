import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { bytecode } from './filter.ts'

/**
 * A local network of several machines inside this one: each host is a Linux network namespace, all are plugged into a
 * bridge in a namespace of its own. Real multicast, real TCP; nothing of it is visible outside, and the network of this
 * machine is not touched.
 */

/** Every namespace of a lab is called so, then the process id of its owner, a number, the host. */
const PREFIX = 'covey-lab'
/** Hosts of one lab: they share a /24, and each is a process or several on this one machine. */
const MAX_HOSTS = 100
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** @returns why no lab can be made here, with what to do about it; undefined if one can */
export function labUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root: sudo'
  for (const tool of ['ip', 'tc']) {
    if (spawnSync(tool, ['-V']).error !== undefined) return `there is no ${tool} here: apt-get install iproute2`
  }
  const name = `${PREFIX}-${process.pid}-probe`
  const probe = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
  if (probe.status !== 0) return `this machine allows no network namespaces: ${probe.stderr.trim()}`
  const bridge = spawnSync('ip', ['-n', name, 'link', 'add', 'name', 'br0', 'type', 'bridge'], { encoding: 'utf8' })
  command('ip', 'netns', 'del', name)
  return bridge.status === 0 ? undefined : `this kernel has no bridge: ${bridge.stderr.trim()}`
}

/** One machine of the lab. */
export class Host {
  readonly name: string
  /** IPv4, reachable from the other hosts of the lab only. */
  readonly address: string
  readonly namespace: string
  /** The last four bytes of its MAC address. */
  readonly hardware: number
  /** Its port on the switch: names of interfaces have 15 characters at most, so it is a number. */
  readonly port: string

  constructor(name: string, index: number, lab: string) {
    this.name = name
    this.address = `10.77.0.${index}`
    this.namespace = `${lab}-${name}`
    this.hardware = 0x7e000000 + index
    this.port = `port${index}`
  }

  get mac(): string {
    return `02:c0:${this.hardware.toString(16).replace(/(..)(?=.)/g, '$1:')}`
  }

  /** Starts a program on this host; its `pid` is the program's own. */
  spawn(file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.namespace, file, ...args], options)
  }

  /** The ids of the processes that run on this host. */
  processes(): number[] {
    return command('ip', 'netns', 'pids', this.namespace).split('\n').filter(Boolean).map(Number)
  }
}

export class Lab {
  readonly hosts: readonly Host[]
  static #made = 0
  readonly #name: string
  readonly #switch: string
  readonly #blocked = new Map<Host, Set<Host>>()
  readonly #loss = new Map<Host, number>()
  #destroyed = false

  private constructor(names: readonly string[]) {
    this.#name = `${PREFIX}-${process.pid}-${Lab.#made++}`
    this.#switch = `${this.#name}-switch`
    this.hosts = names.map((name, index) => new Host(name, index + 1, this.#name))
  }

  /**
   * Makes one host for each name, all connected. It goes away with `destroy()`, with the end of this process however it
   * comes, and, after a SIGKILL, when the next lab is made.
   * @param names short, of letters and digits
   */
  static create(names: readonly string[]): Lab {
    const unavailable = labUnavailable()
    if (unavailable !== undefined) throw new Error(`no lab here: ${unavailable}`)
    if (names.length > MAX_HOSTS) throw new Error(`a lab has ${MAX_HOSTS} hosts at most, not ${names.length}`)
    sweep()
    const lab = new Lab(names)
    process.once('exit', lab.destroy)
    for (const signal of SIGNALS) process.once(signal, lab.#onSignal)
    try {
      lab.#build()
    } catch (error) {
      lab.destroy()
      throw error
    }
    return lab
  }

  #build(): void {
    command('ip', 'netns', 'add', this.#switch)
    const within = ['-n', this.#switch]
    command('ip', ...within, 'link', 'add', 'name', 'br0', 'type', 'bridge')
    command('ip', ...within, 'link', 'set', 'br0', 'up')
    for (const host of this.hosts) {
      const { port, namespace } = host
      const inside = ['-n', namespace]
      command('ip', 'netns', 'add', namespace)
      command('ip', ...within, 'link', 'add', 'name', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
      command('ip', ...within, 'link', 'set', port, 'master', 'br0', 'up')
      command('tc', ...within, 'qdisc', 'add', 'dev', port, 'clsact')
      command('ip', ...inside, 'link', 'set', 'lo', 'up')
      command('ip', ...inside, 'link', 'set', 'eth0', 'address', host.mac, 'up')
      command('ip', ...inside, 'addr', 'add', `${host.address}/24`, 'brd', '+', 'dev', 'eth0')
      // mDNS and everything else that multicasts needs a way out.
      command('ip', ...inside, 'route', 'add', '224.0.0.0/4', 'dev', 'eth0')
    }
  }

  /** From now on `to` hears nothing of `from`; connections stay as they are, and silent. */
  block(from: Host, to: Host): void {
    const blocked = this.#blocked.get(to) ?? new Set()
    this.#blocked.set(to, blocked.add(from))
    this.#apply(to)
  }

  /** From now on no host of the one side hears any of the other. */
  partition(one: readonly Host[], other: readonly Host[]): void {
    for (const a of one) {
      for (const b of other) {
        this.block(a, b)
        this.block(b, a)
      }
    }
  }

  /** From now on `host` gets only a part of what is sent to it. `share` of its frames is lost, 0 to 1. */
  lose(host: Host, share: number): void {
    this.#loss.set(host, share)
    this.#apply(host)
  }

  /** Everybody hears everybody again, and nothing is lost. */
  heal(): void {
    this.#blocked.clear()
    this.#loss.clear()
    for (const host of this.hosts) this.#apply(host)
  }

  #apply(host: Host): void {
    const blocked = [...(this.#blocked.get(host) ?? [])].map(({ hardware }) => hardware)
    const program = bytecode({ blocked, loss: this.#loss.get(host) ?? 0 })
    const port = ['-n', this.#switch, 'filter']
    const place = ['dev', host.port, 'egress', 'pref', '1']
    // Without a filter there is nothing to delete, and tc calls that an error.
    if (program === undefined) spawnSync('tc', [...port, 'del', ...place])
    else command('tc', ...port, 'replace', ...place, 'handle', '1', 'bpf', 'da', 'bytecode', program)
  }

  /** Kills what runs on the hosts and takes the lab down. Idempotent; synchronous, so that it works at exit. */
  readonly destroy = (): void => {
    if (this.#destroyed) return
    this.#destroyed = true
    process.off('exit', this.destroy)
    for (const signal of SIGNALS) process.off(signal, this.#onSignal)
    remove(namespaces().filter((name) => name.startsWith(`${this.#name}-`)))
  }

  /** A signal ends the process without `exit` otherwise. */
  readonly #onSignal = (signal: (typeof SIGNALS)[number]): void => process.exit(128 + constants.signals[signal])
}

/** Removes the labs of processes that are gone. */
function sweep(): void {
  remove(namespaces().filter((name) => name.startsWith(`${PREFIX}-`) && !isAlive(Number(name.split('-')[2]))))
}

function namespaces(): string[] {
  // `name (id: 3)` a line.
  return command('ip', 'netns', 'list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter(Boolean)
}

function remove(names: readonly string[]): void {
  for (const name of names) {
    for (const pid of command('ip', 'netns', 'pids', name).split('\n').filter(Boolean)) kill(Number(pid))
    command('ip', 'netns', 'del', name)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function command(file: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${file} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`)
}
