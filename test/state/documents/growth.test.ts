import { expect, test } from 'vitest'
import { Document } from '../../../src/state/documents/document.ts'
import { loadDocuments } from '../../../src/state/documents/libraries.ts'
import { PASS_MS } from '../../../src/state/garbage/limits.ts'
import { mostBytes } from '../../../src/state/size.ts'
import { CustodyMesh, type CustodyNode } from '../custody-mesh.ts'

/** Rounds of edits, and edits of each of two agents in one: some tens of joins in all. */
const ROUNDS = 16
const EDITS = 60
/** The agents replace words of a text of so many, each of this many characters. */
const WORDS = 20
const LETTERS = 40
/** What an edit leaves behind for good, in bytes: where the text stood that it deleted, and no more of that. */
const BYTES_AN_EDIT = 50

interface Size {
  cells: number
  events: number
  entries: number
  graves: number
}

function sizeOf({ store, custody }: CustodyNode): Size {
  const events = [...store.core.events()]
  return {
    cells: [...store.core.cells.all()].length,
    events: events.length,
    entries: events.reduce((sum, { entries }) => sum + entries.length, 0),
    graves: custody.garbage.size,
  }
}

const bytesOf = ({ store }: CustodyNode): number =>
  [...store.core.events()].reduce((sum, event) => sum + mostBytes(event), 0)

const most = (sizes: readonly Size[], name: keyof Size): number => Math.max(...sizes.map((size) => size[name]))

test('a document that is edited for ever is as many cells and writes as before, and holds nothing that was deleted', async () => {
  await loadDocuments()
  const mesh = new CustodyMesh(1, 3)
  await mesh.start()
  const documents = mesh.nodes
    .slice(0, 2)
    .map(({ state }) => new Document(state.namespace('n', { policy: 'latest' }), 'doc'))
  await mesh.settle((documents[0] as Document).write('-'.repeat(WORDS * LETTERS)))
  await mesh.converge()
  const reader = mesh.node(2)
  const sizes: Size[] = []
  const bytes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let edit = 0; edit < EDITS; edit++) {
      for (const [i, document] of documents.entries()) {
        const at = LETTERS * ((7 * edit + 3 * i + round) % WORDS)
        const letter = String.fromCharCode('a'.charCodeAt(0) + ((round + edit) % 26))
        await mesh.settle(
          document.edit((text) => {
            text.delete(at, LETTERS)
            text.insert(at, letter.repeat(LETTERS))
          }),
        )
      }
      if (edit % 10 === 0) await mesh.converge()
    }
    await mesh.live(8 * PASS_MS)
    sizes.push(sizeOf(reader))
    bytes.push(bytesOf(reader))
  }
  expect(documents[0]?.content).toBe(documents[1]?.content)
  const [early, late] = [sizes.slice(0, ROUNDS / 2), sizes.slice(ROUNDS / 2)]
  for (const name of ['cells', 'events', 'entries', 'graves'] as const) {
    expect(most(late, name), `${name}: ${JSON.stringify(sizes)}`).toBeLessThanOrEqual(most(early, name) + 4)
  }
  const edits = 2 * EDITS * (ROUNDS / 2)
  expect(Math.max(...bytes) - Math.max(...bytes.slice(0, ROUNDS / 2))).toBeLessThan(edits * BYTES_AN_EDIT)
}, 60_000)
