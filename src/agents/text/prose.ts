import { MAX_PIECE_CHARS } from './limits.ts'

/** A piece of running text: sentences never reach across two of them. */
export interface Block {
  kind: 'heading' | 'paragraph' | 'item' | 'cell'
  text: string
  /** It goes on with the block before, which had reached the greatest length. */
  continued?: true
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/
const HEADING = /^ {0,3}#{1,6}(?:\s+|$)/
const UNDERLINE = /^ {0,3}(?:=+|-+)\s*$/
const RULE = /^ {0,3}(?:[-*_]\s{0,3}){3,}$/
const ITEM = /^\s{0,20}(?:[-*+•]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/
const QUOTE = /^(?: {0,3}>\s?){1,20}/
const DEFINITION = /^ {0,3}\[[^\]\n]{1,200}\]:\s+\S/
const TABLE_RULE = /^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?\s*)?$/

/**
 * What a person reads in `text`, as blocks in reading order. Markdown's marks, code fences, front matter, pictures,
 * link targets and HTML tags are left out; text without Markdown passes through almost as it is (indented lines are kept, because in
 * plain text they are not code). A line scanner and not a CommonMark parser: the parsers we measured take 30 s for 80 kB
 * of hostile emphasis marks, and this one is linear. Blocks are at most `MAX_PIECE_CHARS` long.
 */
export function proseOf(text: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  const close = (): void => {
    if (open !== undefined) addBlock(blocks, open)
    open = undefined
  }
  let fence: string | undefined
  for (const raw of bodyLines(text)) {
    const line = raw.replace(QUOTE, '')
    const mark = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined
      continue
    }
    if (mark !== undefined) {
      close()
      fence = mark
    } else if (line.trim() === '' || DEFINITION.test(line) || TABLE_RULE.test(line)) {
      close()
    } else if (open?.kind === 'paragraph' && UNDERLINE.test(line)) {
      open.kind = 'heading'
      close()
    } else if (RULE.test(line)) {
      close()
    } else if (HEADING.test(line)) {
      close()
      addBlock(blocks, { kind: 'heading', text: line.replace(HEADING, '').replace(/ #+\s*$/, '') })
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      close()
      for (const cell of line.split('|')) addBlock(blocks, { kind: 'cell', text: cell })
    } else if (ITEM.test(line)) {
      close()
      open = { kind: 'item', text: line.replace(ITEM, '') }
    } else if (open === undefined) {
      open = { kind: 'paragraph', text: line }
    } else {
      open.text += `\n${line}`
    }
  }
  close()
  return blocks
}

/** The lines without YAML front matter and HTML comments. */
function bodyLines(text: string): string[] {
  const lines = withoutComments(text).split(/\r\n|\r|\n/)
  if (lines[0]?.trimEnd() !== '---') return lines
  const end = lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line))
  // Front matter is `key: value` lines; a rule at the top of a plain text is not.
  return end > 0 && /^[\w-]+:/.test(lines[1] ?? '') ? lines.slice(end + 1) : lines
}

function withoutComments(text: string): string {
  let out = ''
  let from = 0
  for (;;) {
    const start = text.indexOf('<!--', from)
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4)
    // An unclosed comment is text.
    if (end < 0) return out + text.slice(from)
    out += text.slice(from, start)
    from = end + 3
  }
}

function addBlock(blocks: Block[], block: Block): void {
  let rest = inlineText(block.text).trim()
  let continued = false
  while (rest !== '') {
    const cut = rest.length > MAX_PIECE_CHARS ? cutBefore(rest, MAX_PIECE_CHARS) : rest.length
    blocks.push({ kind: block.kind, text: rest.slice(0, cut).trim(), ...(continued && { continued }) })
    rest = rest.slice(cut).trim()
    continued = true
  }
}

/** Where to cut so that at most `limit` units come before: after a sentence, else at a space, else between characters. */
function cutBefore(text: string, limit: number): number {
  const head = text.slice(0, limit)
  const sentence = Math.max(head.lastIndexOf('. '), head.lastIndexOf('。'))
  if (sentence > limit / 2) return sentence + 1
  const space = head.lastIndexOf(' ')
  if (space > limit / 2) return space
  const last = head.charCodeAt(limit - 1)
  return last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit
}

/** Bounds of the repetitions keep every pattern linear, also on a text of nothing but opening brackets. */
function inlineText(text: string): string {
  return (
    text
      .replace(/!\[[^[\]]{0,500}\](?:\([^()\n]{0,2000}\)|\[[^[\]]{0,200}\])/g, '')
      .replace(/\[([^[\]]{0,500})\](?:\([^()\n]{0,2000}\)|\[[^[\]]{0,200}\])/g, '$1')
      .replace(/<((?:https?|mailto):[^<>\s]{1,2000})>/gi, '$1')
      .replace(/<\/?[a-z][a-z0-9-]{0,30}(?:\s[^<>]{0,1000})?\/?>/gi, ' ')
      .replace(/`+/g, '')
      .replace(/~~/g, '')
      // Emphasis, but neither 2*3 nor 2 * 3.
      .replace(/(?<!\p{N})\*+(?=\S)|(?<=\S)\*+(?!\p{N})/gu, '')
      .replace(/(?<![\p{L}\p{N}_])_+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}.!?])_+(?![\p{L}\p{N}_])/gu, '')
      .replace(/\\([!-/:-@[-`{-~])/g, '$1')
      .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity)
      .replace(/\s+/g, ' ')
  )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" }
