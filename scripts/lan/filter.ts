/**
 * What happens to the frames that a switch port hands to its host, as a classic BPF program for `tc filter ... bpf da
 * bytecode`. The kernel's netem is not everywhere; this needs nothing but the clsact qdisc. See bpf(4) and tc-bpf(8).
 */
export interface PortRules {
  /** Frames from these hosts are dropped: the last four bytes of their MAC addresses. */
  readonly blocked: readonly number[]
  /** The share of all other frames that is dropped at random, 0 to 1. */
  readonly loss: number
}

/** Instructions as tc reads them: opcode, jump if true, jump if false, operand. */
const loadWord = (offset: number) => `32 0 0 ${offset}`
const dropIfEqual = (value: number) => [`21 0 1 ${value}`, DROP]
const dropUnlessAbove = (value: number) => [`37 1 0 ${value}`, DROP]

/** TC_ACT_OK and TC_ACT_SHOT of linux/pkt_cls.h. */
const PASS = '6 0 0 0'
const DROP = '6 0 0 2'
/** Where the last four bytes of a frame's source address are. */
const SOURCE_ADDRESS = 8
/** A load from here is a random number of 32 bits: SKF_AD_OFF + SKF_AD_RANDOM of linux/filter.h. */
const RANDOM = 2 ** 32 - 0x1000 + 56

/** @returns the program, or undefined if every frame passes */
export function bytecode({ blocked, loss }: PortRules): string | undefined {
  const program: string[] = []
  if (blocked.length > 0) program.push(loadWord(SOURCE_ADDRESS), ...blocked.flatMap(dropIfEqual))
  if (loss > 0) program.push(loadWord(RANDOM), ...dropUnlessAbove(Math.floor(loss * (2 ** 32 - 1))))
  if (program.length === 0) return undefined
  program.push(PASS)
  return [program.length, ...program].join(',')
}
