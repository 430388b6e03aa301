import { pc } from '../../lib/colours.ts'
import type { Json } from '../../lib/json.ts'
import { table } from '../output.ts'
import type { Job, JobTask, TextCapability } from './job.ts'

/** How many keywords and entities of a file fit its line. */
const SHOWN = 3
/** How much of an entity or a path is shown, in characters. */
const MAX_CELL_CHARS = 36

/** The table of the demo: a line a file, what the agents found, who did it and in how many attempts. */
export function reportTable(job: Job, nameOf: (peer: string) => string): string {
  const byFile = Map.groupBy(job.tasks, (task) => task.document.path)
  const rows = [...byFile].map(([path, tasks]) => {
    const attempts = attemptsOf(tasks)
    const tried = `${attempts} for ${tasks.length} tasks`
    return [
      shorten(path),
      cell(tasks, 'text.language', languageText),
      cell(tasks, 'text.keywords', (result) => listText(result, 'keywords', 'keyword')),
      cell(tasks, 'text.entities', (result) => listText(result, 'entities', 'text')),
      cell(tasks, 'text.sentiment', sentimentText),
      workersOf(tasks, nameOf).join(' '),
      attempts > tasks.length ? pc.yellow(tried) : tried,
    ]
  })
  return table(['file', 'language', 'keywords', 'entities', 'sentiment', 'done by', 'attempts'], rows)
}

/** The same for programs, with all that the agents said; null where a task has no result. */
export function reportJson(job: Job, nameOf: (peer: string) => string): object {
  const byFile = Map.groupBy(job.tasks, (task) => task.document.path)
  const files = [...byFile].map(([path, tasks]) => ({
    path,
    results: Object.fromEntries(tasks.map(({ capability, record }) => [capability, record?.result ?? null])),
    workers: workersOf(tasks, nameOf),
    attempts: attemptsOf(tasks),
  }))
  return { tasks: { total: job.tasks.length, done: job.done }, files }
}

const attemptsOf = (tasks: readonly JobTask[]): number =>
  tasks.reduce((sum, { record }) => sum + (record?.attempts.length ?? 0), 0)

/** Who ended them. */
const workersOf = (tasks: readonly JobTask[], nameOf: (peer: string) => string): string[] =>
  [...new Set(tasks.flatMap(({ record }) => record?.attempts.at(-1)?.worker ?? []))].map(nameOf).sort()

function cell(tasks: readonly JobTask[], capability: TextCapability, show: (result: JsonObject) => string): string {
  const record = tasks.find((task) => task.capability === capability)?.record
  if (record?.status === 'done') return show((record.result ?? {}) as JsonObject)
  return pc.red(record?.error?.message ?? 'missing')
}

type JsonObject = { readonly [key: string]: Json }

const languageText = ({ language, confidence }: JsonObject): string =>
  `${language} ${(Number(confidence) * 100).toFixed(0)} %`

const sentimentText = ({ label, score }: JsonObject): string => `${label} ${Number(score).toFixed(2)}`

function listText(result: JsonObject, key: string, field: string): string {
  const items = result[key] as readonly JsonObject[]
  return (
    items
      .slice(0, SHOWN)
      .map((item) => shorten(String(item[field])))
      .join(', ') || '-'
  )
}

/** The end of a path says more than its beginning. */
const shorten = (text: string): string => (text.length <= MAX_CELL_CHARS ? text : `…${text.slice(1 - MAX_CELL_CHARS)}`)
