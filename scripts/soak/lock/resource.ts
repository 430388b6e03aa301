import { appendFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'

/** What a writer says: under which fence, who it is, and its process. */
export interface Word {
  readonly fence: number
  /** One run of the command, unlike all others. */
  readonly run: string
  readonly node: string
  readonly pid: number
}

/**
 * What a lock protects, as one would build it: it appends a line for whoever has a fence as high as any before, and refuses everybody else. What
 * it can see that nobody else can: two runs with one fence.
 */
export class FencedFile {
  readonly path: string
  readonly #file: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #highest = 0
  /** Which run each fence is of. */
  readonly #runs = new Map<number, string>()
  accepted = 0
  refused = 0
  /** What must never happen. */
  readonly breaches: string[] = []
  /** Who wrote last. */
  last: Word | undefined

  constructor(path: string, file: string) {
    this.path = path
    this.#file = file
    this.#server = createServer((socket) => this.#serve(socket))
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.path, resolve)
    })
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  /** How many runs have written something. */
  get runs(): number {
    return this.#runs.size
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A writer that is killed may leave its connection in any state.
    socket.on('error', () => socket.destroy())
    let rest = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) socket.write(this.#write(JSON.parse(line) as Word) ? 'ok\n' : 'stale\n')
    })
  }

  #write(word: Word): boolean {
    const { fence, run, node } = word
    const owner = this.#runs.get(fence)
    if (owner !== undefined && owner !== run) this.breaches.push(`fence ${fence} is of two runs: ${owner} and ${run}`)
    if (fence < this.#highest) {
      this.refused++
      return false
    }
    this.#highest = fence
    this.#runs.set(fence, run)
    this.last = word
    this.accepted++
    appendFileSync(this.#file, `${fence} ${run} ${node}\n`)
    return true
  }
}

/** Whether the lines of a file are what holders one after the other would have written: each run in one piece, fences rising. */
export function checkFile(text: string): string[] {
  const breaches: string[] = []
  let highest = 0
  const finished = new Set<string>()
  let current = ''
  for (const [i, line] of text.trimEnd().split('\n').entries()) {
    const [fence = '', run = ''] = line.split(' ')
    if (Number(fence) < highest) breaches.push(`line ${i + 1}: fence ${fence} after ${highest}`)
    if (run !== current) {
      if (finished.has(run)) breaches.push(`line ${i + 1}: ${run} writes again after somebody else`)
      finished.add(current)
    }
    highest = Number(fence)
    current = run
  }
  return breaches
}
