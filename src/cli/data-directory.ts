import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { InvalidInputError, messageOf } from '../lib/errors.ts'

/** Makes the data directory, or an existing one, private. Refuses a folder that is full of somebody's other things. */
export async function prepareDataDirectory(data: string): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 })
    const names = await readdir(data)
    const ours = names.length === 0 || names.some((name) => name.startsWith('covey.'))
    if (!ours) {
      throw new InvalidInputError(
        `${data} is no data directory: it holds other files`,
        'Name an empty or a new folder with --data; it will be readable by you alone.',
      )
    }
    if (((await stat(data)).mode & 0o077) !== 0) await chmod(data, 0o700)
  } catch (error) {
    if (error instanceof InvalidInputError) throw error
    throw new InvalidInputError(`cannot use ${data}: ${messageOf(error)}`, 'Name another folder with --data.', {
      cause: error,
    })
  }
}
