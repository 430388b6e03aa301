import { describe, expect, it } from 'vitest'
import { describeAgent, describeAgents } from '../../src/capabilities/validate.ts'

const good = { name: 'summarizer', capabilities: [{ name: 'text.summary', version: '1.0.0' }] }
const withCapability = (fields: object): unknown => ({
  name: 'a',
  capabilities: [{ name: 'text.summary', version: '1.0.0', ...fields }],
})

function deep(levels: number): object {
  return levels === 0 ? {} : { not: deep(levels - 1) }
}

describe('describeAgent', () => {
  it('keeps what travels and adds the default concurrency', () => {
    const agent = { ...good, handle: () => null, other: 1 }
    expect(describeAgent(agent, 'here')).toEqual({ ...good, concurrency: 1 })
  })

  it('keeps every field of a capability, as a copy', () => {
    const input = { type: 'object' }
    const fields = { description: 'Shortens.', input, output: { type: 'string' }, tags: ['gpu', 'eu-west'] }
    const described = describeAgent(withCapability(fields), 'here')
    expect(described.capabilities[0]).toEqual({ name: 'text.summary', version: '1.0.0', ...fields })
    input.type = 'string'
    expect(described.capabilities[0]?.input).toEqual({ type: 'object' })
  })

  it.each(['1.0.0', '0.0.1', '2.1.0-beta.1', '1.0.0+build.5'])('takes the version %s', (version) => {
    expect(describeAgent(withCapability({ version }), 'here').capabilities[0]?.version).toBe(version)
  })

  it.each(['text', 'text.summary', 'text.to-speech', 'a1.b2_c'])('takes the capability name %s', (name) => {
    expect(describeAgent(withCapability({ name }), 'here').capabilities[0]?.name).toBe(name)
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, './my-agent.ts: missing was given'],
    ['a function', () => 1, './my-agent.ts: a function was given'],
    ['a list', [good], './my-agent.ts: a list that breaks the rule was given'],
    ['no name', { capabilities: [] }, './my-agent.ts: "name" is missing'],
    ['a name with spaces', { ...good, name: 'my agent' }, './my-agent.ts: "name" is "my agent"'],
    ['a long name', { ...good, name: 'x'.repeat(65) }, `"name" is "${'x'.repeat(57)}..."`],
    ['no capability', { name: 'a', capabilities: [] }, 'agent "a": 0 capabilities'],
    ['capabilities that are none', { name: 'a', capabilities: 'text' }, '"capabilities" is "text"'],
    ['concurrency 0', { ...good, concurrency: 0 }, '"concurrency" is 0'],
    ['concurrency 1.5', { ...good, concurrency: 1.5 }, '"concurrency" is 1.5'],
    ['concurrency NaN', { ...good, concurrency: Number.NaN }, '"concurrency" is NaN'],
    ['a capability of upper case', withCapability({ name: 'Text.Summary' }), 'capability 1: "name" is "Text.Summary"'],
    ['an empty part', withCapability({ name: 'text..summary' }), '"name" is "text..summary"'],
    ['a version v1', withCapability({ version: 'v1.0.0' }), 'capability 1 "text.summary": "version" is "v1.0.0"'],
    ['a version of two numbers', withCapability({ version: '1.0' }), '"version" is "1.0"'],
    ['a description that is none', withCapability({ description: 7 }), '"description" is 7'],
    ['a schema that is none', withCapability({ input: 'string' }), '"input": "string" was given'],
    ['a bigint in a schema', withCapability({ input: { minimum: 1n } }), '"input": the schema is not plain JSON'],
    [
      'a large schema',
      withCapability({ output: { title: 'x'.repeat(17_000) } }),
      '"output": the schema has 17012 bytes',
    ],
    ['a deep schema', withCapability({ input: deep(100) }), '"input": the schema is nested too deeply'],
    ['a tag with a space', withCapability({ tags: ['eu west'] }), '"tags" is a list that breaks the rule'],
    ['too many tags', withCapability({ tags: Array.from({ length: 33 }, (_, n) => `t${n}`) }), '"tags"'],
    [
      'a capability twice',
      { name: 'a', capabilities: [...good.capabilities, ...good.capabilities] },
      'the capability "text.summary" is there twice',
    ],
  ])('refuses %s and says where', (_, value, message) => {
    expect(() => describeAgent(value, './my-agent.ts')).toThrow(message)
    expect(() => describeAgent(value, './my-agent.ts')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })

  it('refuses a schema that is a circle', () => {
    const circle: Record<string, unknown> = {}
    circle.not = circle
    expect(() => describeAgent(withCapability({ input: circle }), 'here')).toThrow('nested too deeply')
  })
})

describe('describeAgents', () => {
  it('refuses two of one name, and too many', () => {
    expect(() => describeAgents([good, good], 'node alice')).toThrow('node alice: two agents are called "summarizer"')
    const many = Array.from({ length: 65 }, (_, n) => ({ ...good, name: `a${n}` }))
    expect(() => describeAgents(many, 'node alice')).toThrow('node alice: 65 agents')
  })
})
