import type { Host } from '../rules/name.ts'
import { hostRelation, hostStem } from '../rules/pair.ts'
import { hashText, mix } from '../words/hash.ts'
import { withoutSeparators } from '../words/letters.ts'
import { signaturesOf } from '../words/signatures.ts'
import { HashIndex } from './hash-index.ts'

/** Finds the known hosts that an unknown one can be taken for. */
export class SimilarHosts {
  readonly #index: HashIndex<Host>

  constructor(hosts: Iterable<Host>) {
    this.#index = new HashIndex(hosts, (host) => {
      const { text } = host.word
      return [...spellingHashes(host), hashOfPart(text), hashOfPart(text.replaceAll('.', '-'))]
    })
  }

  similarTo(host: Host): Host[] {
    const { text } = host.word
    const hashes = spellingHashes(host)
    // github.com.evil.dev: a known host may be what stands before any dot.
    for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
      hashes.push(hashOfPart(text.slice(0, dot)))
    }
    const found = new Set(hashes.flatMap((hash) => this.#index.find(hash)))
    return [...found].filter((known) => hostRelation(host, known) !== null)
  }
}

/** Returns hashes that two hosts share where one is the other with an edit, other separators or another top level. */
function spellingHashes({ word }: Host): number[] {
  return [...signaturesOf(word), mix(hashText(withoutSeparators(hostStem(word.text))), STEM)]
}

function hashOfPart(text: string): number {
  return mix(hashText(text), PART)
}

const STEM = 0x165667b1
const PART = 0x3c6ef372
