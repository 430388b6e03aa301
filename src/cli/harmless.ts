import type { ControlClient } from '../control/client.ts'

/**
 * Text without control characters, save line feeds and tabs: descriptions, progress and errors are other nodes' words, and
 * could otherwise move the cursor or rewrite what stands on the terminal.
 */
export const harmless = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, '')

/** The client with every text that it returns made harmless. */
export function harmlessClient(client: ControlClient): ControlClient {
  return {
    closed: client.closed,
    close: () => client.close(),
    call: async (method, params, options) => harmlessly(await client.call(method, params, options)),
    stream: async (method, params, listener, options) =>
      harmlessly(await client.stream(method, params, (item) => listener(harmlessly(item)), options)),
    onTask: (listener) => client.onTask((record) => listener(harmlessly(record))),
  }
}

/** The same value with all its texts made harmless. */
export function harmlessly<T>(value: T): T {
  if (typeof value === 'string') return harmless(value) as T
  if (Array.isArray(value)) return value.map(harmlessly) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [harmless(key), harmlessly(item)])) as T
}
