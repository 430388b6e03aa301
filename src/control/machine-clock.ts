/**
 * Milliseconds on the monotonic clock of this machine, which is the same in all its processes (unlike `performance.now()`, which
 * counts from the start of each): how a node tells a program until when a lease lasts.
 */
export const machineMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000
