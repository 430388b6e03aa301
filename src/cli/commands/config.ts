import type { Command } from 'commander'
import { SETTING_KEYS } from '../../mesh/config.ts'
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
        SETTING_KEYS.map((key) => [key, { value: settings[key] ?? null, source: sources[key] ?? 'default' }]),
      )
      print(options, values, () =>
        table(
          ['key', 'value', 'from'],
          SETTING_KEYS.map((key) => [key, text(settings[key]), sources[key] ?? 'default']),
        ),
      )
    })
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '-' : JSON.stringify(value)
