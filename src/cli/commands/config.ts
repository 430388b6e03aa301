import type { Command } from 'commander'
import { SETTING_KEYS, type SettingKey } from '../../mesh/config.ts'
import { examples, print, table } from '../output.ts'
import { addSettingOptions, type SettingOptions, settingFlags } from '../setting-options.ts'
import { readSettings } from '../settings.ts'

export function define(command: Command): void {
  addSettingOptions(command)
    .addHelpText(
      'after',
      `\nFlag > environment (COVEY_MESH …) > covey.yaml found upwards from here > default.\n${examples(['covey config --mesh home'])}`,
    )
    .action((options: SettingOptions) => {
      const { settings, sources } = readSettings(settingFlags(options))
      const values = Object.fromEntries(
        SETTING_KEYS.map((key) => [key, { value: settings[key] ?? null, source: source(key, sources[key]) }]),
      )
      print(options, values, () =>
        table(
          ['key', 'value', 'from'],
          SETTING_KEYS.map((key) => [key, text(settings[key]), source(key, sources[key])]),
        ),
      )
    })
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '-' : JSON.stringify(value)

/** As a person would look for it: `flag --mesh`, `environment COVEY_MESH`, a file, `default`. */
function source(key: SettingKey, layer = 'default'): string {
  if (layer === 'flag') return `flag --${key === 'capabilities' ? 'capability' : key}`
  return layer === 'environment' ? `environment COVEY_${key.toUpperCase()}` : layer
}
