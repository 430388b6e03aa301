import {
  type ChangeFunction,
  DECLINED,
  type Register,
  type RegisterReading,
  type Registers,
} from '../../src/consensus/register/register.ts'

/** Registers of one process, that answer at once. */
export class LocalRegisters implements Registers {
  readonly #readings = new Map<string, RegisterReading>()

  register(name: string): Register {
    const read = (): RegisterReading => this.#readings.get(name) ?? { value: undefined, version: '0', revision: 0 }
    const update = async (change: ChangeFunction) => {
      const value = change(read())
      if (value === DECLINED) return { applied: false, reading: read() }
      const revision = read().revision + 1
      const reading = { value, version: String(revision), revision }
      this.#readings.set(name, reading)
      return { applied: true, reading }
    }
    return {
      name,
      read: async () => read(),
      write: async (value) => (await update(() => value)).reading,
      compareAndSet: (expected, value) => update(({ version }) => (version === expected ? value : DECLINED)),
      update,
    }
  }

  onHint(): () => void {
    return () => undefined
  }
}
