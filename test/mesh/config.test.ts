import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveSettings, retentionMs, type Settings, suggest, toMultiaddr } from '../../src/mesh/config.ts'

const defaults: Settings = {
  mesh: 'covey',
  name: 'box',
  data: '/data',
  listen: ['/ip4/0.0.0.0/tcp/0'],
  join: [],
  mdns: true,
  agents: [],
  capabilities: [],
  voters: [],
  retention: '30d',
  preset: 'lan',
  log: 'info',
}

it.each([
  ['36h', 36 * 3_600_000],
  ['30d', 30 * 24 * 3_600_000],
  ['30', undefined],
  ['1.5d', undefined],
])('a retention of %s is %s ms', (text, ms) => expect(retentionMs(text)).toBe(ms))

describe('addresses', () => {
  it.each([
    ['192.0.2.1:4001', '/ip4/192.0.2.1/tcp/4001'],
    ['[2001:db8::1]:4001', '/ip6/2001:db8::1/tcp/4001'],
    ['box.local:4001', '/dns/box.local/tcp/4001'],
    [':4001', '/ip4/0.0.0.0/tcp/4001'],
    ['4001', '/ip4/0.0.0.0/tcp/4001'],
    ['/dns4/a.example/tcp/1/p2p/12D3KooWAbc', '/dns4/a.example/tcp/1/p2p/12D3KooWAbc'],
  ])('%s is %s', (text, multiaddr) => expect(toMultiaddr(text)).toBe(multiaddr))

  it.each([
    '',
    'host',
    'host:',
    'host:65536',
    'a b:1',
    '/ip4/1.2.3.4',
    '/ip4/1.2.3.4/udp/1/quic-v1',
    '2001:db8::1:4001',
  ])('%j is none', (text) => expect(toMultiaddr(text)).toBeUndefined())
})

describe('layers', () => {
  const layer = fc.record(
    { mesh: fc.constantFrom('a', 'b'), mdns: fc.boolean(), preset: fc.constantFrom('local', 'wan') },
    { requiredKeys: [] },
  )

  it('every value is that of the topmost layer that has it, and says so', () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (values) => {
        const layers = values.map((value, i) => ({ source: `layer ${i}`, values: value }))
        const { settings, sources } = resolveSettings(layers, defaults)
        for (const key of ['mesh', 'mdns', 'preset'] as const) {
          const top = values.findIndex((value) => value[key] !== undefined)
          expect(settings[key]).toBe(top < 0 ? defaults[key] : values[top]?.[key])
          expect(sources[key]).toBe(top < 0 ? 'default' : `layer ${top}`)
        }
      }),
    )
  })

  it('a key without a value says nothing', () => {
    expect(resolveSettings([{ source: 'flag', values: { mesh: undefined } }], defaults).settings.mesh).toBe('covey')
  })
})

describe('suggestions', () => {
  it('names what is near, and nothing that is not', () => {
    expect(suggest('mehs', ['mesh', 'name'])).toBe('Did you mean "mesh"? ')
    expect(suggest('colour', ['mesh', 'name'])).toBe('')
    expect(suggest('x', [])).toBe('')
  })
})
