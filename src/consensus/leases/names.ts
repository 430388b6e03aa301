/** Registers whose names begin so are covey's own: locks, semaphores, barriers, strong namespaces. */
export const RESERVED_REGISTERS = 'covey.'
