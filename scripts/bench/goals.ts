/** A number that a benchmark must reach, and whether it did. */
export interface Goal {
  text: string
  value: number
  reached: boolean
}

export function printGoals(goals: readonly Goal[]): void {
  for (const { text, value, reached } of goals) {
    console.log(`${reached ? 'reached' : 'missed '}  ${value.toFixed(2).padStart(8)}  ${text}`)
  }
  const reached = goals.filter((goal) => goal.reached).length
  console.log(`${reached} of ${goals.length} goals reached`)
}

/** The upper one of the two in the middle where their number is even; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
