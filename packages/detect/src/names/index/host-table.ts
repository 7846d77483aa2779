import { HOST_STEM } from '../limits.ts'
import type { Face } from '../rules/face.ts'
import { Label } from '../rules/label.ts'
import { withoutSeparators } from '../rules/letters.ts'
import { hostRelation } from '../rules/pair.ts'
import { readableHost } from '../rules/readable-host.ts'
import { HashTable } from './hash-table.ts'
import { MOST_SIGNATURES, signaturesOf } from './signatures.ts'

/** Finds the known hosts that an unknown one resembles. Made anew when the set of hosts changes. */
export class HostTable {
  readonly #faces: Face[] = []
  readonly #signatures = new HashTable()
  readonly #scratch = new Int32Array(MOST_SIGNATURES)
  readonly #byText = new Map<string, number[]>()
  readonly #remembered = new Map<string, readonly string[]>()

  constructor(hosts: Iterable<string>) {
    for (const host of hosts) {
      const face = hostFace(host)
      const id = this.#faces.push(face) - 1
      const count = signaturesOf(face.hostLabel, this.#scratch)
      for (let i = 0; i < count; i++) this.#signatures.add(this.#scratch[i] ?? 0, id)
      const { text } = face.hostLabel
      for (const known of [text, text.replaceAll('.', '-'), `${stemOf(text)} stem`]) {
        this.#byText.set(known, [...(this.#byText.get(known) ?? []), id])
      }
    }
  }

  /** The hosts that `face`'s can be taken for. */
  near(face: Face): readonly string[] {
    const remembered = this.#remembered.get(face.host)
    if (remembered !== undefined) return remembered
    const ids = new Set<number>()
    const count = signaturesOf(face.hostLabel, this.#scratch)
    for (let i = 0; i < count; i++) {
      const signature = this.#scratch[i] ?? 0
      for (let at = this.#signatures.first(signature); at !== -1; at = this.#signatures.next(at)) {
        ids.add(this.#signatures.value(at))
      }
    }
    const shown = face.hostLabel.text
    const texts = [`${stemOf(shown)} stem`]
    for (let dot = shown.indexOf('.'); dot !== -1; dot = shown.indexOf('.', dot + 1)) {
      texts.push(shown.slice(0, dot))
    }
    for (const text of texts) for (const id of this.#byText.get(text) ?? []) ids.add(id)
    const found: string[] = []
    for (const id of ids) {
      const known = this.#faces[id]
      if (known && hostRelation(face, known) !== null) found.push(known.host)
    }
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(face.host, found)
    return found
  }
}

const MOST_REMEMBERED = 10_000

/** Equal for all hosts whose stems can be taken for one another. */
function stemOf(host: string): string {
  const stem = host.slice(0, host.lastIndexOf('.'))
  return withoutSeparators(stem.length >= HOST_STEM ? stem : host)
}

function hostFace(host: string): Face {
  const empty = new Label('')
  return {
    host,
    owner: empty,
    repository: empty,
    account: host,
    accountHash: 0,
    index: 0,
    hostLabel: new Label(readableHost(host)),
    hostKnown: true,
  }
}
