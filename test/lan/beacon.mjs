// Calls out its name over multicast and prints what it hears, a JSON line each: node beacon.mjs NAME ADDRESS
import { createSocket } from 'node:dgram'

const GROUP = '239.77.0.1'
const PORT = 7777
const PERIOD_MS = 2
const [name, address] = process.argv.slice(2)

const socket = createSocket({ type: 'udp4', reuseAddr: true })
socket.on('message', (message) => process.stdout.write(`${message}\n`))
socket.bind(PORT, () => {
  socket.addMembership(GROUP, address)
  socket.setMulticastInterface(address ?? '')
  let count = 0
  setInterval(() => socket.send(JSON.stringify({ name, count: count++ }), PORT, GROUP), PERIOD_MS)
})
