import type { ConnectionProtector, MessageStream } from '@libp2p/interface'
import { preSharedKey } from '@libp2p/pnet'

/**
 * What the stream cipher of pnet (xsalsa20 4.x) is given at once, in bytes. Its WebAssembly memory holds 640 KiB for all
 * connections together; once it must grow, every other connection makes it grow again with its next message, until it
 * cannot and throws.
 */
const MAX_CIPHER_BYTES = 64 * 1024

/** A stream cipher and the slot that it has in that memory. */
interface Xor {
  update(data: Uint8Array): Uint8Array
  final(): void
}

/**
 * libp2p's pre-shared key, with two things that it lacks: large sends are cut to what its cipher can take, and a closed
 * connection gives its slots back, of which there are some thousands.
 */
export function protector(psk: Uint8Array): () => ConnectionProtector {
  const make = preSharedKey({ psk })
  return () => {
    const stock = make()
    const protect = stock.protect.bind(stock)
    stock.protect = async (connection, options) => tame(await protect(connection, options))
    return stock
  }
}

function tame(box: MessageStream): MessageStream {
  const ciphers = box as MessageStream & { maxMessageSize?: number; inboundXor?: Xor; outboundXor?: Xor }
  ciphers.maxMessageSize = MAX_CIPHER_BYTES
  box.addEventListener('close', () => {
    ciphers.inboundXor?.final()
    ciphers.outboundXor?.final()
    // What still comes or goes now has no connection any more.
    ciphers.inboundXor = ciphers.outboundXor = { update: () => new Uint8Array(0), final() {} }
  })
  return box
}
