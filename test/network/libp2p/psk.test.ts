import { preSharedKey } from '@libp2p/pnet'
import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../../src/lib/errors.ts'
import { generatePsk, parsePsk } from '../../../src/network/libp2p/psk.ts'

describe('pre-shared key', () => {
  it('is in the form that libp2p takes, and another every time', () => {
    const text = generatePsk()
    expect(text).toMatch(/^\/key\/swarm\/psk\/1\.0\.0\/\n\/base16\/\n[0-9a-f]{64}\n$/)
    expect(generatePsk()).not.toBe(text)
    expect(() => preSharedKey({ psk: parsePsk(text) })()).not.toThrow()
  })

  it('survives what editors do to files', () => {
    const text = generatePsk()
    const edited = `\n${text
      .replaceAll('\n', '\r\n')
      .toUpperCase()
      .replace(/\/KEY.*\r\n.*\r\n/, '/key/swarm/psk/1.0.0/\r\n/base16/\r\n')}\n\n`
    expect(parsePsk(edited)).toEqual(parsePsk(text))
  })

  it.each([
    '',
    'secret',
    '/key/swarm/psk/1.0.0/\n/base16/\nabc',
    `/key/swarm/psk/1.0.0/\n/base64/\n${'a'.repeat(64)}`,
    `/key/swarm/psk/1.0.0/\n/base16/\n${'g'.repeat(64)}`,
    `/key/swarm/psk/1.0.0/\n/base16/\n${'a'.repeat(64)}\nmore`,
    'x'.repeat(10_000_000),
  ])('refuses what is none, and never shows it', (text) => {
    expect(() => parsePsk(text)).toThrow(InvalidInputError)
    expect(() => parsePsk(text)).toThrow('the pre-shared key is not a swarm key file')
  })
})
