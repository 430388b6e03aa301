import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidInputError } from '../lib/errors.ts'

/** This package's folder: two above this file, as it is written and as it is built. */
export const OWN_FOLDER = fileURLToPath(new URL('../..', import.meta.url))

export const CONFIG_FILE = 'covey.yaml'

/** The folder of the data directories that nobody named. */
export const nodesFolder = (home = homedir()): string => join(home, '.covey')

/** The default place of a node's data directory. */
export const dataDirectoryOf = (name: string, home = homedir()): string => join(nodesFolder(home), name)

/** The option that tells a node of this machine from others: one with a directory of its own is not found by its name. */
export const nodeOption = ({ name, data }: { name: string; data: string }): string =>
  data === dataDirectoryOf(name) ? `--name ${name}` : `--data ${data}`

/** The nearest covey.yaml from `cwd` upwards, or the one that was named. */
export function findConfigFile(named: string | undefined, cwd: string): string | undefined {
  if (named !== undefined) {
    const file = resolve(cwd, named)
    if (existsSync(file)) return file
    throw new InvalidInputError(
      `there is no configuration file ${file}`,
      'Correct --config (or COVEY_CONFIG), or leave it out.',
    )
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_FILE)
    if (existsSync(file)) return file
    if (dirname(folder) === folder) return undefined
  }
}
