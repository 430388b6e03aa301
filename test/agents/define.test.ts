import { describe, expect, it } from 'vitest'
import { type AgentSpec, defineAgent } from '../../src/agents/define.ts'
import { CoveyError } from '../../src/lib/errors.ts'
import { contextFor } from './context.ts'

const handle = () => null

describe('what is filled in', () => {
  it('is the version, where a capability is a name or has none', () => {
    const agent = defineAgent({
      name: 'a',
      capabilities: ['x.one', { name: 'x.two', tags: ['gpu'] }, { name: 'x.three', version: '2.1.0' }],
      handle,
    })
    expect(agent.capabilities).toEqual([
      { name: 'x.one', version: '1.0.0' },
      { name: 'x.two', version: '1.0.0', tags: ['gpu'] },
      { name: 'x.three', version: '2.1.0' },
    ])
    expect(agent.concurrency).toBe(1)
  })

  it('is nothing the second time', () => {
    const agent = defineAgent({ name: 'a', capabilities: ['x.one'], concurrency: 3, handle })
    expect({ ...defineAgent(agent), handle: 0 }).toEqual({ ...agent, handle: 0 })
  })

  it('keeps the owner of handle', async () => {
    class Counter implements AgentSpec {
      name = 'counter'
      capabilities = ['count.up']
      count = 0
      handle() {
        return ++this.count
      }
    }
    const agent = defineAgent(new Counter())
    await agent.handle(null, contextFor('count.up'))
    expect(await agent.handle(null, contextFor('count.up'))).toBe(2)
  })

  it('lets a handler name the shape of its input', async () => {
    const agent = defineAgent({
      name: 'shouter',
      capabilities: ['text.shout'],
      handle: ({ text }: { text: string }) => ({ text: text.toUpperCase() }),
    })
    expect(await agent.handle({ text: 'hey' }, contextFor('text.shout'))).toEqual({ text: 'HEY' })
  })
})

describe('what is refused, by name', () => {
  const good = { name: 'a', capabilities: ['x.y'], handle }
  it.each<[string, unknown, RegExp]>([
    ['no object', 7, /defineAgent: 7 was given/],
    ['null', null, /null was given/],
    ['no name', { ...good, name: undefined }, /"name"/],
    ['a name with a space', { ...good, name: 'my agent' }, /"name" is "my agent"/],
    ['no handler', { ...good, handle: undefined }, /agent "a": "handle" is missing/],
    ['a handler that is text', { ...good, handle: 'later' }, /"handle" is a string/],
    ['no capabilities', { ...good, capabilities: undefined }, /"capabilities"/],
    ['an empty list', { ...good, capabilities: [] }, /capabilities/],
    ['a capability that is a number', { ...good, capabilities: [5] }, /capability 1/],
    ['an upper-case capability', { ...good, capabilities: ['Text.Shout'] }, /capability 1.*"Text.Shout"/],
    ['the same twice', { ...good, capabilities: ['x.y', 'x.y'] }, /"x.y".*twice/],
    ['no semantic version', { ...good, capabilities: [{ name: 'x.y', version: '1' }] }, /"x.y".*"version" is "1"/],
    ['concurrency 0', { ...good, concurrency: 0 }, /"concurrency" is 0/],
    ['concurrency 1.5', { ...good, concurrency: 1.5 }, /"concurrency" is 1.5/],
    [
      'a schema that is none',
      { ...good, capabilities: [{ name: 'x.y', input: { type: 'text' } }] },
      /capability "x.y": "input".*schema/,
    ],
    [
      'a schema that points elsewhere',
      { ...good, capabilities: [{ name: 'x.y', output: { $ref: 'https://example.org/s.json' } }] },
      /capability "x.y": "output"/,
    ],
  ])('%s', (_, spec, message) => {
    const attempt = (): unknown => defineAgent(spec as AgentSpec)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(CoveyError)
    try {
      attempt()
    } catch (error) {
      expect((error as CoveyError).hint.length).toBeGreaterThan(10)
    }
  })
})
