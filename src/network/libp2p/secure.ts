import type {
  AbortOptions,
  ConnectionEncrypter,
  MessageStream,
  StreamCloseEvent,
  StreamMessageEvent,
} from '@libp2p/interface'
import { type NoiseComponents, type NoiseInit, noise } from '@libp2p/noise'
import { AbstractMessageStream, type SendResult } from '@libp2p/utils'
import { Uint8ArrayList } from 'uint8arraylist'
import { direct } from './direct.ts'

/** Bytes of the length in front of every noise message (libp2p specs, noise). */
const LENGTH_BYTES = 2
/** Messages that an end receives in the XX handshake: the initiator `e, ee, s, es`, the responder `e` and `s, se`. */
const HANDSHAKE_MESSAGES = { outbound: 1, inbound: 2 } as const

/** What the stock secured stream can do besides being one: the cipher of the connection. */
interface Cipher {
  /** Messages with their lengths in front, as they go onto the wire. */
  encrypt(plain: Uint8Array): Uint8ArrayList
  /** One message without its length. Throws where it was not made with this connection's key. */
  decrypt(sealed: Uint8Array): Uint8ArrayList
}

/**
 * libp2p's noise, which does the handshake and the ciphers; only what carries its messages afterwards is ours. The stock
 * stream ends every read by throwing an error inside, and passes each message through three lists.
 */
export function secure(init: NoiseInit): (components: NoiseComponents) => ConnectionEncrypter {
  const make = noise(init)
  return (components) => {
    const stock = make(components)
    const inbound = stock.secureInbound.bind(stock)
    const outbound = stock.secureOutbound.bind(stock)
    stock.secureInbound = (connection, options) => take(connection, 'inbound', (relay) => inbound(relay, options))
    stock.secureOutbound = (connection, options) => take(connection, 'outbound', (relay) => outbound(relay, options))
    return stock
  }
}

async function take<T extends { connection: MessageStream }>(
  connection: MessageStream,
  direction: keyof typeof HANDSHAKE_MESSAGES,
  handshake: (relay: MessageStream) => Promise<T>,
): Promise<T> {
  const relay = new HandshakeRelay(connection, HANDSHAKE_MESSAGES[direction])
  const secured = await handshake(relay)
  const cipher = secured.connection as MessageStream & Partial<Cipher>
  if (typeof cipher.encrypt !== 'function' || typeof cipher.decrypt !== 'function') {
    // A noise that keeps its cipher to itself goes on as it is, over the relay.
    relay.passAll()
    return secured
  }
  const rest = relay.detach()
  return { ...secured, connection: direct(new SecureStream(connection, cipher as Cipher, rest)) }
}

/** A stream on top of another: what goes down and what ends is the same for both of ours. */
abstract class UpperStream extends AbstractMessageStream {
  protected readonly lower: MessageStream

  constructor(lower: MessageStream) {
    super({ log: lower.log, direction: lower.direction })
    this.lower = lower
    lower.addEventListener('message', this.#onMessage)
    lower.addEventListener('drain', this.#onDrain)
    lower.addEventListener('remoteCloseWrite', this.#onRemoteCloseWrite)
    lower.addEventListener('close', this.#onClose)
  }

  protected abstract take(data: Uint8Array | Uint8ArrayList): void

  protected unhook(): void {
    this.lower.removeEventListener('message', this.#onMessage)
    this.lower.removeEventListener('drain', this.#onDrain)
    this.lower.removeEventListener('remoteCloseWrite', this.#onRemoteCloseWrite)
    this.lower.removeEventListener('close', this.#onClose)
  }

  sendReset(error: Error): void {
    this.lower.abort(error)
  }

  sendPause(): void {
    this.lower.pause()
  }

  sendResume(): void {
    this.lower.resume()
  }

  close(options?: AbortOptions): Promise<void> {
    return this.lower.close(options)
  }

  readonly #onMessage = ({ data }: StreamMessageEvent): void => {
    try {
      this.take(data)
    } catch (error) {
      this.abort(error as Error)
    }
  }

  readonly #onDrain = (): void => {
    this.safeDispatchEvent('drain')
  }

  readonly #onRemoteCloseWrite = (): void => {
    this.onRemoteCloseWrite()
  }

  readonly #onClose = ({ error, local }: StreamCloseEvent): void => {
    if (error === undefined) this.onTransportClosed()
    else if (local) this.abort(error)
    else this.onRemoteReset()
  }
}

/** Passes exactly the messages of the handshake to noise and holds what comes after them, which is not noise's any more. */
class HandshakeRelay extends UpperStream {
  #messages: number
  #held = new Uint8ArrayList()

  constructor(lower: MessageStream, messages: number) {
    super(lower)
    this.#messages = messages
  }

  override sendData(data: Uint8ArrayList): SendResult {
    const sentBytes = data.byteLength
    return { sentBytes, canSendMore: this.lower.send(data) }
  }

  /** Ends the relay; returns what it held. The lower stream is paused then. */
  detach(): Uint8ArrayList {
    this.unhook()
    return this.#held
  }

  passAll(): void {
    this.#messages = Number.POSITIVE_INFINITY
    this.take(new Uint8ArrayList())
    this.lower.resume()
  }

  protected override take(data: Uint8Array | Uint8ArrayList): void {
    this.#held.append(data)
    while (this.#messages > 0 && this.#held.byteLength >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#held.getUint16(0)
      if (this.#held.byteLength < end) return
      this.#messages--
      const message = this.#held.subarray(0, end)
      this.#held.consume(end)
      // Before noise sees the last one and the secured stream is made, nothing more may come in.
      if (this.#messages === 0) this.lower.pause()
      this.onData(message)
    }
  }
}

/** Noise messages on a connection after the handshake. */
class SecureStream extends UpperStream {
  readonly #cipher: Cipher
  #partial: Uint8Array | undefined

  constructor(lower: MessageStream, cipher: Cipher, received: Uint8ArrayList) {
    super(lower)
    this.#cipher = cipher
    if (received.byteLength > 0) this.take(received)
    this.lower.resume()
  }

  override sendData(data: Uint8ArrayList): SendResult {
    const sentBytes = data.byteLength
    return { sentBytes, canSendMore: this.lower.send(this.#cipher.encrypt(gather(data))) }
  }

  protected override take(data: Uint8Array | Uint8ArrayList): void {
    const fresh = data.subarray()
    const bytes = this.#partial === undefined ? fresh : Buffer.concat([this.#partial, fresh])
    const plain = new Uint8ArrayList()
    let at = 0
    while (bytes.length - at >= LENGTH_BYTES) {
      const start = at + LENGTH_BYTES
      const end = start + (((bytes[at] as number) << 8) | (bytes[at + 1] as number))
      if (bytes.length < end) break
      plain.append(this.#cipher.decrypt(bytes.subarray(start, end)))
      at = end
    }
    this.#partial = at < bytes.length ? bytes.subarray(at) : undefined
    if (plain.byteLength > 0) this.onData(plain)
  }
}

/** Where the parts of a message are put side by side to be encrypted; the cipher makes a buffer of its own. */
const workspace = Buffer.allocUnsafeSlow(64 * 1024)

function gather(data: Uint8ArrayList): Uint8Array {
  if (data.byteLength > workspace.length) return data.subarray()
  let offset = 0
  for (const part of data) {
    workspace.set(part, offset)
    offset += part.length
  }
  return workspace.subarray(0, offset)
}
