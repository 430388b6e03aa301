/**
 * What `covey lock` runs in the soak: `node writer.mjs SOCKET NODE`. It appends some lines under its fence and takes its time between them; exit
 * code 9 where it was refused.
 */
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const LINES = 8
/** Between two lines, in milliseconds: long enough for somebody to be stopped in between. */
const PAUSE_MS = 60
const REFUSED = 9

const [socketPath = '', node = ''] = process.argv.slice(2)
const word = {
  fence: Number(process.env.COVEY_FENCE),
  run: `${node}-${process.pid}-${Date.now()}`,
  node,
  pid: process.pid,
}
const socket = connect(socketPath)
const answers = createInterface({ input: socket })[Symbol.asyncIterator]()
for (let i = 0; i < LINES; i++) {
  socket.write(`${JSON.stringify(word)}\n`)
  const { value, done } = await answers.next()
  if (done || value !== 'ok') process.exit(REFUSED)
  await delay(PAUSE_MS)
}
process.exit(0)
