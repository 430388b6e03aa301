/** One thing that doctor looked at. */
export interface Check {
  check: string
  result: 'ok' | 'warning' | 'failed' | 'skipped'
  message: string
  /** What to do; missing where there is nothing to do. */
  hint?: string
}
