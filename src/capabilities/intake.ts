import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Signer } from '../lib/signer.ts'
import type { PeerId } from '../network/network.ts'
import { hashOf, isSigned, type OpenedAnnouncement, type SealedAnnouncement } from './announcement.ts'
import type { Catalogue } from './catalogue.ts'
import { MAX_ANNOUNCEMENT_BYTES, MAX_LOGGED, MAX_REMEMBERED_BAD } from './limits.ts'
import { openedBefore, openOnce } from './opened.ts'
import { compareVersions } from './version.ts'

/** Why an announcement was dropped: too many bytes, no announcement, or not signed by its owner for this mesh. */
export type DropReason = 'oversized' | 'malformed' | 'unsigned'

/** The edge of the directory: which bytes from peers are announcements worth having. Each signature is checked once. */
export class Intake {
  readonly #catalogue: Catalogue
  readonly #mesh: string
  readonly #signer: Signer
  readonly #log: Log
  /** Hashes of announcements that were bad, oldest first. */
  readonly #bad = new Map<bigint, DropReason>()
  readonly #logged = new Set<string>()
  readonly #dropped: Record<DropReason, number> = { oversized: 0, malformed: 0, unsigned: 0 }

  constructor(catalogue: Catalogue, mesh: string, signer: Signer, log: Log) {
    this.#catalogue = catalogue
    this.#mesh = mesh
    this.#signer = signer
    this.#log = log
  }

  /** How many were dropped, by reason. */
  get dropped(): Readonly<Record<DropReason, number>> {
    return this.#dropped
  }

  /** The announcement if it is good and newer than what is known, else undefined. Never throws. `from` sent it. */
  take(bytes: Uint8Array, from: PeerId): SealedAnnouncement | undefined {
    if (bytes.length > MAX_ANNOUNCEMENT_BYTES) return this.#drop('oversized', from, `${bytes.length} bytes`)
    const before = openedBefore(bytes)
    const hash = before?.hash ?? hashOf(bytes)
    if (this.#catalogue.holds(hash)) return undefined
    const bad = this.#bad.get(hash)
    if (bad) return this.#drop(bad, from, 'again')
    let opened: OpenedAnnouncement
    try {
      opened = before ?? openOnce(bytes, hash)
    } catch (error) {
      return this.#bar(hash, 'malformed', from, messageOf(error))
    }
    const known = this.#catalogue.version(opened.announcement.peer)
    if (known && compareVersions(opened, known) <= 0) return undefined
    if (!isSigned(opened, this.#mesh, this.#signer)) {
      return this.#bar(hash, 'unsigned', from, `not signed by ${opened.announcement.peer} for this mesh`)
    }
    return opened
  }

  #bar(hash: bigint, reason: DropReason, from: PeerId, text: string): undefined {
    if (this.#bad.size >= MAX_REMEMBERED_BAD) this.#bad.delete(this.#bad.keys().next().value as bigint)
    this.#bad.set(hash, reason)
    this.#drop(reason, from, text)
  }

  #drop(reason: DropReason, from: PeerId, text: string): undefined {
    this.#dropped[reason]++
    const key = `${reason} ${from}`
    if (this.#logged.has(key) || this.#logged.size >= MAX_LOGGED) return
    this.#logged.add(key)
    this.#log.warn('a bad announcement is dropped', { from, reason, text: text.slice(0, 200) })
  }
}
