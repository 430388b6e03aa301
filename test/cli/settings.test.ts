import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSettings, type Surroundings } from '../../src/cli/settings.ts'
import type { ResolvedSettings } from '../../src/mesh/config.ts'

describe('settings', () => {
  let cwd: string
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'covey-test-'))
    cwd = join(root, 'a', 'b')
    mkdirSync(cwd, { recursive: true })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const around = (env: NodeJS.ProcessEnv = {}): Surroundings => ({
    env,
    cwd,
    home: '/home',
    hostname: 'box.example.org',
  })
  const read = (yaml: string | undefined, flags = {}, env: NodeJS.ProcessEnv = {}): ResolvedSettings => {
    if (yaml !== undefined) writeFileSync(join(root, 'covey.yaml'), yaml)
    return readSettings(flags, around(env))
  }

  it('has a default for everything but the key', () => {
    expect(read(undefined).settings).toEqual({
      mesh: 'covey',
      name: 'box',
      data: '/home/.covey/box',
      listen: ['/ip4/0.0.0.0/tcp/0'],
      join: [],
      mdns: true,
      agents: ['builtin:text'],
      capabilities: [],
      voters: [],
      retention: '30d',
      preset: 'lan',
      log: 'info',
    })
  })

  it('a flag beats the environment, that a file found upwards, that the default; each value remembers its source', () => {
    const yaml = 'mesh: file\nname: file\npreset: wan\nlog: debug'
    const { settings, sources } = read(yaml, { mesh: 'flag' }, { COVEY_MESH: 'environment', COVEY_NAME: 'environment' })
    expect(settings).toMatchObject({ mesh: 'flag', name: 'environment', preset: 'wan', log: 'debug', mdns: true })
    expect(sources).toMatchObject({
      mesh: 'flag',
      name: 'environment',
      preset: join(root, 'covey.yaml'),
      mdns: 'default',
    })
    expect(settings.data).toBe('/home/.covey/environment')
  })

  it('takes the nearest file only', () => {
    writeFileSync(join(cwd, 'covey.yaml'), 'name: near')
    expect(read('name: far\nmesh: far').settings).toMatchObject({ name: 'near', mesh: 'covey' })
  })

  it('an empty file says nothing', () => {
    expect(read('# nothing\n').settings.name).toBe('box')
  })

  it('paths in a file mean its folder, others the working directory; packages stay as they are', () => {
    const yaml = 'data: state\nkey: ./mesh.key\nagents: [./agent.ts, builtin:text, some-package]'
    expect(read(yaml).settings).toMatchObject({
      data: join(root, 'state'),
      key: join(root, 'mesh.key'),
      agents: [join(root, 'agent.ts'), 'builtin:text', 'some-package'],
    })
    expect(read(yaml, { data: 'here' }).settings.data).toBe(join(cwd, 'here'))
  })

  it('hosts only what is named', () => {
    expect(read(undefined, { agents: ['./a.ts'] }).settings.agents).toEqual([join(cwd, 'a.ts')])
    expect(read(undefined, { capability: ['x.y'], exec: ['cat'] }).settings).toMatchObject({
      agents: [],
      capabilities: [{ name: 'x.y', exec: 'cat' }],
    })
    expect(read('agents: [builtin:text]', { capability: ['x.y'], exec: ['cat'] }).settings.agents).toEqual([
      'builtin:text',
    ])
  })

  it('reads lists and booleans from the environment', () => {
    const { settings } = read(undefined, {}, { COVEY_JOIN: 'a.example:1, [::1]:2', COVEY_MDNS: 'no' })
    expect(settings).toMatchObject({ join: ['/dns/a.example/tcp/1', '/ip6/::1/tcp/2'], mdns: false })
  })

  it.each([
    ['mehs: x', /covey\.yaml: unknown key "mehs"/, /Did you mean "mesh"\?/],
    ['capabilities: [{ name: a.b, exce: cat }]', /unknown key "capabilities\.0\.exce"/, /Did you mean "exec"\?/],
    ['preset: slow', /covey\.yaml: "preset" is wrong/, /Correct "preset"/],
    ['listen: [nowhere]', /"listen\.0" is wrong: "nowhere" is neither HOST:PORT nor a multiaddr/, /Correct/],
    ['listen: []', /"listen" is wrong/, /Correct/],
    ['retention: 30', /"retention" is wrong/, /Correct/],
    ['retention: 0h', /"retention" is wrong: a time of an hour or more: 36h, 30d/, /Correct/],
    ['name: -x', /"name" is wrong/, /Correct/],
    ['mdns: maybe', /"mdns" is wrong/, /Correct/],
    ['data: 5', /"data" is wrong/, /Correct/],
    ['- mesh', /covey\.yaml: /, /keys with values/],
    ['mesh: "x', /covey\.yaml is not YAML: /, /Correct/],
    ['mesh: a\nmesh: b', /covey\.yaml is not YAML: /, /Correct/],
  ])('refuses %j and names the place', (yaml, message, hint) => {
    expect(() => read(yaml)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    )
  })

  it.each([
    [{ preset: 'slow' }, {}, /^--preset is wrong: /],
    [{ capability: ['x.y'] }, {}, /^1 --capability and 0 --exec/],
    [{ config: 'none.yaml' }, {}, /^there is no configuration file/],
    [{}, { COVEY_MDNS: 'maybe' }, /^COVEY_MDNS is "maybe"/],
    [{}, { COVEY_LISTEN: '99999' }, /^COVEY_LISTEN is wrong: /],
  ])('refuses flags %j and environment %j', (flags, env, message) => {
    expect(() => read(undefined, flags, env)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    )
  })
})
