import type { RegisterReading } from '../../../src/consensus/register/register.ts'

/** All that anybody was told of registers: a revision is one value and one version, for ever and for everybody. */
export class Readings {
  readonly #byName = new Map<string, Map<number, RegisterReading>>()
  readonly #latest = new Map<string, RegisterReading>()
  readonly #fail: (what: string) => void

  constructor(fail: (what: string) => void) {
    this.#fail = fail
  }

  note(name: string, reading: RegisterReading): void {
    const known = this.#byName.get(name) ?? new Map<number, RegisterReading>()
    this.#byName.set(name, known)
    const before = known.get(reading.revision)
    if (!before) known.set(reading.revision, reading)
    else if (text(before) !== text(reading)) {
      this.#fail(`revision ${reading.revision} of ${name} was ${text(before)} and is ${text(reading)}`)
    }
    const latest = this.#latest.get(name)
    if (!latest || latest.revision < reading.revision) this.#latest.set(name, reading)
  }

  /** The newest that anybody was told. */
  latest(name: string): RegisterReading | undefined {
    return this.#latest.get(name)
  }

  at(name: string, revision: number): RegisterReading | undefined {
    return this.#byName.get(name)?.get(revision)
  }
}

const text = ({ value, version }: RegisterReading): string => `${JSON.stringify(value)} (${version})`
