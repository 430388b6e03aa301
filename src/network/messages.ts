import { pipe } from 'it-pipe'
import type { Channel } from './rpc.ts'

/**
 * The messages of a channel, each decoded when it is read. What `decode` throws ends the reading, and a reader that stops
 * early breaks the channel, as with the channel itself. Further steps are composed on it with `pipe`.
 */
export function messages<T>(channel: Channel, decode: (bytes: Uint8Array) => T): AsyncGenerator<T> {
  return pipe(channel, async function* decoded(source) {
    for await (const bytes of source) yield decode(bytes)
  })
}
