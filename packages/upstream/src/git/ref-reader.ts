import { GomodError } from '@mirrorwatch/gomod/errors'

/** Refs kept of one answer. */
const MAX_REFS = 300_000

export interface Ref {
  /** Full name: `refs/tags/v1.0.0`, `HEAD`. */
  name: string
  /** Object of the ref: for an annotated tag the tag object. */
  id: string
  /** Peeled object, after all tags of tags: usually the commit. Equal to `id` for a lightweight tag. */
  peeled: string
}

const LENGTH_DIGITS = 4
const LENGTH = /^[0-9a-fA-F]{4}$/
const REF_LINE = /^([0-9a-f]{40}|[0-9a-f]{64}) (\S+)((?: \S+)*)$/
const PEELED = / peeled:([0-9a-f]{40}|[0-9a-f]{64})(?: |$)/

/** Adds a ref to those kept. @throws GomodError `too-large` */
export function addRef(refs: Map<string, Ref>, ref: Ref): void {
  if (refs.size >= MAX_REFS)
    throw new GomodError('too-large', `the repository has more than ${MAX_REFS} refs`)
  refs.set(ref.name, ref)
}

/**
 * Reads the answer to `ls-refs` in pieces of any size, and keeps the refs that `keep` accepts. It holds at most one packet
 * (64 KiB) besides them. An unborn HEAD has no id and is left out.
 */
export class RefReader {
  readonly #refs = new Map<string, Ref>()
  readonly #keep: (name: string) => boolean
  #rest: Buffer = Buffer.alloc(0)
  #ended = false

  constructor(keep: (name: string) => boolean) {
    this.#keep = keep
  }

  /** @throws GomodError `bad-response` where this is no list of refs, `too-large` */
  push(untrustedPiece: Buffer): void {
    const data = this.#rest.length === 0 ? untrustedPiece : Buffer.concat([this.#rest, untrustedPiece])
    let at = 0
    while (!this.#ended && at + LENGTH_DIGITS <= data.length) {
      const length = packetLength(data, at)
      if (length < LENGTH_DIGITS) {
        this.#ended = true
        break
      }
      if (at + length > data.length) break
      this.#line(data.toString('utf8', at + LENGTH_DIGITS, at + length))
      at += length
    }
    this.#rest = this.#ended ? Buffer.alloc(0) : Buffer.from(data.subarray(at))
  }

  /** Returns the refs. @throws GomodError `bad-response` where the list has no end */
  end(): Map<string, Ref> {
    if (!this.#ended) throw new GomodError('bad-response', "the server's list of refs has no end")
    return this.#refs
  }

  #line(untrustedLine: string): void {
    const line = untrustedLine.replace(/\n$/, '')
    if (line.startsWith('unborn ')) return
    const match = REF_LINE.exec(line)
    if (match === null) throw new GomodError('bad-response', 'the server answered something else than refs')
    const [, id = '', name = '', attributes = ''] = match
    if (this.#keep(name)) addRef(this.#refs, { name, id, peeled: PEELED.exec(attributes)?.[1] ?? id })
  }
}

function packetLength(data: Buffer, at: number): number {
  const digits = data.toString('latin1', at, at + LENGTH_DIGITS)
  if (!LENGTH.test(digits)) throw new GomodError('bad-response', 'the server does not speak pkt-line')
  return Number.parseInt(digits, 16)
}
