import { canonicalJson } from './canonical.ts'
import type { Json } from './json.ts'
import type { SequentialModel } from './linearizability.ts'

/** What is asked of one value. `value` undefined deletes it. */
export type RegisterCall =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: Json | undefined }
  | { readonly kind: 'compareAndSet'; readonly expected: RegisterExpectation; readonly value: Json | undefined }
  /** `change` is pure; it returns what the value becomes, or null to leave it as it is. `name` is for people. */
  | {
      readonly kind: 'update'
      readonly name: string
      readonly change: (current: RegisterContent) => { readonly value: Json | undefined } | null
    }

/** Under which condition a compare-and-set writes: the value is this one, or it is the result of that change. */
export type RegisterExpectation = { readonly value: Json | undefined } | { readonly revision: number }

export interface RegisterContent {
  readonly value: Json | undefined
  /** How many changes there were. */
  readonly revision: number
}

/** What came back: the value after the call. */
export interface RegisterAnswer {
  readonly value: Json | undefined
  /** Whether a change was made; of a read without meaning. */
  readonly applied?: boolean
  /** Where the object tells it. */
  readonly revision?: number
}

export interface RegisterModelOptions {
  /**
   * Whether changes are counted (default true). Say false where answers tell no revisions: fewer states then differ, and
   * the search is faster.
   */
  revisions?: boolean
}

/** One linearizable value: read, write, delete, compare-and-set, update. It begins with nothing in it. */
export function registerModel({
  revisions = true,
}: RegisterModelOptions = {}): SequentialModel<RegisterContent, RegisterCall, RegisterAnswer> {
  return {
    initial: { value: undefined, revision: 0 },
    step(state, call, answer) {
      const change = changeOf(state, call)
      const next = change ? { value: change.value, revision: state.revision + 1 } : state
      if (!answer) return next
      if (call.kind !== 'read' && answer.applied !== undefined && answer.applied !== (change !== null)) return undefined
      if (revisions && answer.revision !== undefined && answer.revision !== next.revision) return undefined
      return text(answer.value) === text(next.value) ? next : undefined
    },
    isRead: ({ kind }, { applied }) => kind === 'read' || applied === false,
    key: ({ value, revision }) => (revisions ? `${text(value)} (revision ${revision})` : text(value)),
  }
}

function changeOf(state: RegisterContent, call: RegisterCall): { readonly value: Json | undefined } | null {
  switch (call.kind) {
    case 'read':
      return null
    case 'write':
      return call
    case 'compareAndSet':
      return isMet(call.expected, state) ? call : null
    case 'update':
      return call.change(state)
  }
}

function isMet(expected: RegisterExpectation, { value, revision }: RegisterContent): boolean {
  if ('revision' in expected) return expected.revision === revision
  return text(expected.value) === text(value)
}

const text = (value: Json | undefined): string => (value === undefined ? 'nothing' : canonicalJson(value))
