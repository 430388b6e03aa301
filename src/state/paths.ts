/**
 * The cells of a key, by their paths. The first character says what a cell is part of; what begins otherwise belongs to a
 * later version of covey, and is carried without being read.
 *
 * | path                      | cell                                       | value                           |
 * | ------------------------- | ------------------------------------------ | ------------------------------- |
 * | (empty)                   | a register; the root of a merged value     | the value                       |
 * | `/a/b`                    | a leaf of a merged value, a JSON Pointer   | the leaf; `{}` an empty object  |
 * | `+PEER.EPOCH`             | one replica's part of a counter            | its sum, a whole number         |
 * | `=ELEMENT`                | an element of a set, as canonical JSON     | `true`                          |
 * | `~GENERATION`             | a document lives                           | `true`                          |
 * | `~GENERATION/u/ID`        | an update of a document                    | bytes of a Yjs update           |
 * | `~GENERATION/c/ID`        | updates joined into one                    | bytes of a Yjs update           |
 *
 * A key is of one type. Where writers who did not know of each other made two of it, it is everywhere of the one that stands
 * first in this table, and the other shows again when that one is deleted.
 */
export const POINTER_PREFIX = '/'
export const COUNTER_PREFIX = '+'
export const ELEMENT_PREFIX = '='
export const DOCUMENT_PREFIX = '~'
