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
import { release } from '../release.ts'
import { receiveDirectly, sendDirectly } from './direct.ts'
import { copiesWrites, WORKSPACE_BYTES } from './transport.ts'

/** Bytes of the length in front of every noise message (libp2p specs, noise). */
const LENGTH_BYTES = 2
/** The largest noise message in bytes, its tag included: what the length can say. */
const MAX_MESSAGE_BYTES = 65_535
/** Bytes of the tag at the end of each. */
const TAG_BYTES = 16
/** The stock cipher deciphers in place what is smaller than it hands to OpenSSL; well above any such bound, in bytes. */
const IN_PLACE_BELOW_BYTES = 4096
/** What is smaller, as grants of window are, is copied before: the read that it came with can then be given back. In bytes. */
const COPY_BELOW_BYTES = 64
/** Messages that an end receives in the XX handshake: the initiator `e, ee, s, es`, the responder `e` and `s, se`. */
const HANDSHAKE_MESSAGES = { outbound: 1, inbound: 2 } as const

/** What the stock secured stream can do besides being one: the cipher of the connection. */
interface Cipher {
  /** Messages with their lengths in front, as they go onto the wire. */
  encrypt(plain: Uint8Array): Uint8ArrayList
  readonly handshake: {
    /** One message without its length. */
    encrypt(plain: Uint8Array): Uint8Array | Uint8ArrayList
    /** One message without its length; `room` may be written to. Throws where it was not made with this connection's key. */
    decrypt(sealed: Uint8Array, room?: Uint8Array): Uint8Array | Uint8ArrayList
  }
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
  if (typeof cipher.encrypt !== 'function' || typeof cipher.handshake?.decrypt !== 'function') {
    throw new Error('this version of @libp2p/noise keeps its cipher to itself: secure.ts must learn of it')
  }
  const rest = relay.detach()
  return {
    ...secured,
    connection: sendDirectly(new SecureStream(connection, cipher as Cipher, rest), { keepsList: true }),
  }
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
  /** Whether what goes down and what comes up is nobody else's. */
  readonly #owns: boolean
  /** A message that spans reads, its length in front; used again for the next. Made when first needed. */
  #partial: Buffer | undefined
  #filled = 0

  constructor(lower: MessageStream, cipher: Cipher, received: Uint8ArrayList) {
    super(lower)
    this.#cipher = cipher
    this.#owns = copiesWrites(lower)
    if (received.byteLength > 0) this.take(received)
    receiveDirectly(lower, (data) => this.take(data))
    lower.resume()
  }

  override sendData(data: Uint8ArrayList): SendResult {
    const sentBytes = data.byteLength
    const sealed = this.#seal(gather(data))
    const canSendMore = this.lower.send(sealed)
    const copied = this.#owns && sealed.byteLength <= WORKSPACE_BYTES && this.lower.writeBufferLength === 0
    if (copied) for (const part of sealed) release(part)
    return { sentBytes, canSendMore }
  }

  #seal(plain: Uint8Array): Uint8ArrayList {
    if (plain.length > MAX_MESSAGE_BYTES - TAG_BYTES) return this.#cipher.encrypt(plain)
    const sealed = this.#cipher.handshake.encrypt(plain)
    const length = Buffer.allocUnsafe(LENGTH_BYTES)
    length.writeUInt16BE(sealed.byteLength)
    return new Uint8ArrayList(length, sealed)
  }

  #open(sealed: Uint8Array): Uint8Array | Uint8ArrayList {
    if (sealed.length < TAG_BYTES) throw new Error('a message that is too short for its tag')
    const inPlace = sealed.length < IN_PLACE_BELOW_BYTES
    return this.#cipher.handshake.decrypt(sealed, inPlace ? sealed.subarray(0, sealed.length - TAG_BYTES) : undefined)
  }

  protected override take(data: Uint8Array | Uint8ArrayList): void {
    if (data instanceof Uint8Array) this.#decipher(data)
    else for (const part of data) this.#decipher(part)
  }

  /** Hands each message on before it deciphers the next, so that the answers to the first are on their way meanwhile. */
  #decipher(bytes: Uint8Array): void {
    let at = this.#filled > 0 ? this.#complete(bytes) : 0
    let inPlace = false
    while (bytes.length - at >= LENGTH_BYTES) {
      const end = at + LENGTH_BYTES + lengthAt(bytes, at)
      if (end > bytes.length) break
      const message = bytes.subarray(at + LENGTH_BYTES, end)
      const copied = message.length < COPY_BELOW_BYTES
      if (!copied && message.length < IN_PLACE_BELOW_BYTES) inPlace = true
      this.onData(this.#open(copied ? Buffer.from(message) : message))
      at = end
    }
    if (at < bytes.length) this.#keep(bytes, at, bytes.length)
    if (this.#owns && !inPlace) release(bytes)
  }

  /** Goes on with the message that is kept; returns how many of `bytes` it took. */
  #complete(bytes: Uint8Array): number {
    let at = Math.min(bytes.length, Math.max(0, LENGTH_BYTES - this.#filled))
    const partial = this.#keep(bytes, 0, at)
    if (this.#filled < LENGTH_BYTES) return at
    const whole = LENGTH_BYTES + lengthAt(partial, 0)
    const end = Math.min(bytes.length, at + whole - this.#filled)
    this.#keep(bytes, at, end)
    at = end
    if (this.#filled < whole) return at
    const message = partial.subarray(LENGTH_BYTES, whole)
    // A small one is deciphered in place, and what is handed up must not be written over by the next.
    this.#filled = 0
    this.onData(this.#open(whole < IN_PLACE_BELOW_BYTES ? Buffer.from(message) : message))
    return at
  }

  #keep(bytes: Uint8Array, from: number, to: number): Buffer {
    this.#partial ??= Buffer.allocUnsafeSlow(LENGTH_BYTES + MAX_MESSAGE_BYTES)
    this.#partial.set(bytes.subarray(from, to), this.#filled)
    this.#filled += to - from
    return this.#partial
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

/** Where the parts of a message are put side by side to be encrypted; the cipher makes a buffer of its own. */
const workspace = Buffer.allocUnsafeSlow(MAX_MESSAGE_BYTES)

function gather(data: Uint8ArrayList): Uint8Array {
  if (data.byteLength > workspace.length) return data.subarray()
  let offset = 0
  for (const part of data) {
    workspace.set(part, offset)
    offset += part.length
  }
  return workspace.subarray(0, offset)
}
