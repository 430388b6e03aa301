import { pc } from '../../lib/colours.ts'
import { percent } from '../output.ts'
import type { Job } from './job.ts'
import type { Swarm } from './swarm.ts'

/** How often the picture is drawn at most, in milliseconds. */
const DRAW_EVERY_MS = 60
/** Width of the bars in characters. */
const BAR_CHARS = 30
/** Off a terminal a line is printed whenever so much more of the work is done. */
const STEP = 0.25

export interface Progress {
  /** Something has changed. */
  update(job: Job): void
  /** A line that stays. */
  say(text: string): void
  end(job: Job): void
}

/** On a terminal a live picture below what was said; elsewhere a line now and then. */
export async function showProgress(
  swarm: Swarm,
  isDead: (name: string) => boolean,
  stage: typeof process.stdout | typeof process.stderr,
): Promise<Progress> {
  return stage === process.stdout && process.stdout.isTTY ? await livePicture(swarm, isDead) : plainLines(stage)
}

async function livePicture(swarm: Swarm, isDead: (name: string) => boolean): Promise<Progress> {
  const { default: draw } = await import('log-update')
  let drawnAt = 0
  return {
    update(job) {
      if (performance.now() - drawnAt < DRAW_EVERY_MS) return
      drawnAt = performance.now()
      draw(picture(job, swarm, isDead))
    },
    say(text) {
      draw.clear()
      process.stdout.write(`${text}\n`)
    },
    end(job) {
      draw(picture(job, swarm, isDead))
      draw.done()
    },
  }
}

function plainLines(stage: { write(text: string): unknown }): Progress {
  let next = STEP
  const line = (job: Job): void => void stage.write(`${job.ended} of ${job.tasks.length} tasks have ended\n`)
  return {
    update(job) {
      if (job.ended / job.tasks.length < next) return
      next = Math.floor(job.ended / job.tasks.length / STEP) * STEP + STEP
      line(job)
    },
    say: (text) => void stage.write(`${text}\n`),
    end: () => {},
  }
}

/** A line for the whole and one for every node. */
function picture(job: Job, swarm: Swarm, isDead: (name: string) => boolean): string {
  const share = job.ended / job.tasks.length
  const total = `${bar(share)} ${percent(share)}  ${job.ended} of ${job.tasks.length} tasks`
  const lines = swarm.nodes.map(({ name, status }) => {
    const own = job.tasks.filter(
      ({ record }) => record?.status === 'done' && record.attempts.at(-1)?.worker === status.id,
    )
    const done = pc.green(`${String(own.length).padStart(3)} done`)
    const now = isDead(name) ? pc.red('killed') : pc.cyan('■'.repeat(job.heldBy(status.id).length))
    return `  ${name.padEnd(6)} ${done}  ${now}`
  })
  return [total, ...lines].join('\n')
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CHARS)
  return pc.green('█'.repeat(full)) + pc.dim('░'.repeat(BAR_CHARS - full))
}
