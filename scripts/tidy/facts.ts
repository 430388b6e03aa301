import { parseSync, Visitor } from 'oxc-parser'

/** One import or re-export of another module, static or dynamic, of values or of types. */
export interface Import {
  readonly specifier: string
  /** The names taken from it; none for `import 'x'`, `import * as`, `export *` and dynamic ones. */
  readonly names: readonly string[]
  readonly dynamic: boolean
  /** Of types alone: it is gone when the program runs. */
  readonly erased: boolean
  readonly line: number
}

/** A name of the language or the runtime that is used: `Date.now`, `setTimeout`, `new Date()`. */
export interface Use {
  readonly name: string
  readonly line: number
}

export interface Comment {
  readonly text: string
  readonly line: number
}

/** What the rules need to know of one source file. */
export interface Facts {
  readonly lines: number
  readonly comments: readonly Comment[]
  readonly imports: readonly Import[]
  readonly uses: readonly Use[]
  /** Lines of `catch` blocks that hold neither code nor a comment that says why. */
  readonly silentCatches: readonly number[]
  /** Lines of `new Promise((done) => setTimeout(done, ...))`. */
  readonly sleeps: readonly number[]
  /** What the parser says of it, if it is no TypeScript. */
  readonly errors: readonly string[]
}

type Program = ReturnType<typeof parseSync>['program']
type Node = Program['body'][number] | { type: string; start: number; end: number }
type Handlers = ConstructorParameters<typeof Visitor>[0]

/** Parses one JavaScript or TypeScript file. */
export function readFacts(path: string, text: string): Facts {
  const { program, comments, errors } = parseSync(path, text)
  const lineOf = lineFinder(text)
  const imports: Import[] = []
  const uses: Use[] = []
  const silentCatches: number[] = []
  const sleeps: number[] = []

  const add: AddImport = (node, specifier, { names = [], dynamic = false, erased = false }) =>
    imports.push({ specifier, names, dynamic, erased, line: lineOf(node.start) })
  const use = (node: Node, name: string) => uses.push({ name, line: lineOf(node.start) })

  new Visitor({
    ...importHandlers(add),
    ...useHandlers(use),
    CatchClause(node) {
      const { body } = node
      const explained = comments.some((comment) => comment.start >= body.start && comment.end <= body.end)
      if (body.body.length === 0 && !explained) silentCatches.push(lineOf(node.start))
    },
    NewExpression(node) {
      const [argument] = node.arguments
      const { callee } = node
      if (callee.type !== 'Identifier') return
      if (callee.name === 'Date' && node.arguments.length === 0) use(node, 'new Date()')
      if (callee.name === 'Promise' && argument !== undefined && isSleep(argument)) sleeps.push(lineOf(node.start))
    },
  }).visit(program)

  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return {
    lines,
    comments: comments.map(({ value, start }) => ({ text: value, line: lineOf(start) })),
    imports,
    uses,
    silentCatches,
    sleeps,
    errors: errors.map(({ message }) => message),
  }
}

type AddImport = (node: Node, specifier: string, how: Partial<Pick<Import, 'names' | 'dynamic' | 'erased'>>) => void

function importHandlers(add: AddImport): Handlers {
  const text = (name: { type: string; name?: string; value?: string }) => name.name ?? name.value ?? ''
  return {
    ImportDeclaration(node) {
      const names = node.specifiers.flatMap((it) => (it.type === 'ImportSpecifier' ? [text(it.imported)] : []))
      add(node, node.source.value, { names, erased: node.importKind === 'type' })
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return
      const names = node.specifiers.map((it) => text(it.local))
      add(node, node.source.value, { names, erased: node.exportKind === 'type' })
    },
    ExportAllDeclaration(node) {
      add(node, node.source.value, { erased: node.exportKind === 'type' })
    },
    ImportExpression(node) {
      // What is computed cannot be followed; that it is dynamic is known all the same.
      const known = node.source.type === 'Literal' && typeof node.source.value === 'string'
      add(node, known ? String((node.source as { value: unknown }).value) : '', { dynamic: true })
    },
    TSImportType(node) {
      add(node, node.source.value, { erased: true })
    },
  }
}

function useHandlers(use: (node: Node, name: string) => void): Handlers {
  return {
    MemberExpression(node) {
      const name = dottedName(node)
      if (name !== undefined) use(node, name.replace(/^globalThis\./, ''))
    },
    VariableDeclarator({ id, init }) {
      const object = init === null ? undefined : dottedName(init)
      if (id.type !== 'ObjectPattern' || object === undefined) return
      for (const property of id.properties) {
        const name = property.type === 'Property' && !property.computed ? dottedName(property.key) : undefined
        if (name !== undefined) use(property, `${object}.${name}`.replace(/^globalThis\./, ''))
      }
    },
    CallExpression(node) {
      if (node.callee.type === 'Identifier') use(node, node.callee.name === 'Date' ? 'Date()' : node.callee.name)
    },
  }
}

/** `globalThis.Date.now` as it is written; undefined where a part is computed. */
function dottedName(node: Node): string | undefined {
  if (node.type === 'Identifier') return (node as unknown as { name: string }).name
  if (node.type !== 'MemberExpression') return undefined
  const member = node as unknown as { object: Node; property: Node; computed: boolean }
  const object = dottedName(member.object)
  const property = member.computed ? undefined : dottedName(member.property)
  return object === undefined || property === undefined ? undefined : `${object}.${property}`
}

/** Is this the argument of `new Promise((done) => setTimeout(done, ...))`, with or without braces? */
function isSleep(argument: Node): boolean {
  if (argument.type !== 'ArrowFunctionExpression') return false
  const arrow = argument as unknown as {
    params: { name?: string }[]
    body: Node & { body?: Node[]; expression?: Node }
  }
  const only = arrow.body.type === 'BlockStatement' && arrow.body.body?.length === 1 ? arrow.body.body[0] : arrow.body
  const call = (only?.type === 'ExpressionStatement' ? (only as { expression?: Node }).expression : only) as
    | { type: string; callee?: { name?: string }; arguments?: { name?: string }[] }
    | undefined
  if (call?.type !== 'CallExpression' || call.callee?.name !== 'setTimeout') return false
  return call.arguments?.[0]?.name === arrow.params[0]?.name
}

/** Offset in UTF-16 units -> line number from 1. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
