import type { Agent, TaskContext } from '../../capabilities/agent.ts'
import type { Clock } from '../../lib/clock.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import { entitiesOf } from './entities.ts'
import { keywordsOf } from './keywords.ts'
import { detectLanguage } from './language.ts'
import { MAX_TEXT_CHARS } from './limits.ts'
import { Pace } from './pace.ts'
import { type Block, proseOf } from './prose.ts'
import { TEXT_CAPABILITIES } from './schemas.ts'
import { sentimentOf } from './sentiment.ts'
import { statsOf } from './stats.ts'
import { summaryOf } from './summary.ts'

/** Its work is computation on one thread: a second task only fills the pauses that the first one makes for others. */
const CONCURRENCY = 2

type Work = (text: string, blocks: readonly Block[], pace: Pace) => Promise<object>

const WORK: ReadonlyMap<string, Work> = new Map<string, Work>([
  ['text.language', (_, blocks) => detectLanguage(blocks)],
  ['text.entities', (_, blocks, pace) => entitiesOf(blocks, pace)],
  ['text.sentiment', (_, blocks, pace) => sentimentOf(blocks, pace)],
  ['text.keywords', (_, blocks, pace) => keywordsOf(blocks, pace)],
  ['text.summary', (_, blocks, pace) => summaryOf(blocks, pace)],
  ['text.stats', statsOf],
])

/**
 * The built-in text agent with its six capabilities, `text.language` to `text.stats`. Cheap to call: libraries and their
 * data are loaded when a task first needs them. Works offline; the same text gives the same answer on every node.
 */
export function builtinTextAgents(clock: Clock): Agent[] {
  return [
    {
      name: 'text',
      capabilities: TEXT_CAPABILITIES,
      concurrency: CONCURRENCY,
      async handle(input, context) {
        const work = workOf(context)
        const text = textOf(input)
        const pace = new Pace(clock, context)
        const result = await work(text, proseOf(text), pace)
        context.signal.throwIfAborted()
        context.progress(1)
        // The shapes are plain data; the published schemas say which.
        return result as Json
      },
    },
  ]
}

function workOf(context: TaskContext): Work {
  const work = WORK.get(context.capability)
  if (work !== undefined) return work
  throw new InvalidInputError(
    `the built-in text agent cannot do "${context.capability}"`,
    `It knows ${[...WORK.keys()].join(', ')}.`,
  )
}

function textOf(input: Json): string {
  const text = typeof input === 'object' && input !== null && 'text' in input ? input.text : undefined
  if (typeof text !== 'string') {
    throw new InvalidInputError('the input has no "text"', 'Give an object like { "text": "…" }.')
  }
  // The schema counts characters, of which one may take two units.
  if (text.length > 2 * MAX_TEXT_CHARS) {
    throw new InvalidInputError(
      `the text has ${text.length} characters, more than ${MAX_TEXT_CHARS}`,
      'Split it and submit the parts.',
    )
  }
  return text
}
