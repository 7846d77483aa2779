import { CandidateWriter } from '@mirrorwatch/detect/names/candidates'
import type { AllowedName, NameIndexTarget } from '@mirrorwatch/detect/names/name-index'
import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Strength } from '@mirrorwatch/detect/types'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'

/** Everything that an index is built from; plain data, so that it can be passed to a thread. */
export interface MatchSetup {
  targets: NameIndexTarget[]
  allow: AllowedName[]
  aliases: [string, string][]
}

/** Lines that were matched together. */
export interface MatchedBlock {
  /** One candidate a line, as JSON, in the order of the lines. */
  ndjson: Uint8Array<ArrayBuffer>
  /** Valid module paths. */
  paths: number
  candidates: Record<Strength, number>
  invalid: number
  /** The first few lines that are no module paths; `line` counts from the start of the block, from 0. */
  firstInvalid: { line: number; text: string; fault: string }[]
  lines: number
}

/**
 * Text after which lines are encoded. V8 maps fresh memory for each string above 128 KB, so encoding the lines of a whole
 * block (1.5 MB) at once costs about twice as much.
 */
const ENCODED_CHARS = 1 << 15
const QUOTED_INVALID = 5
const QUOTED_CHARS = 200

/** Matcher of blocks of lines in sequence, with one index. */
export class BlockMatcher {
  readonly #index: NameIndex
  readonly #writer = new CandidateWriter()
  readonly #encoder = new TextEncoder()

  constructor({ targets, allow, aliases }: MatchSetup) {
    this.#index = new NameIndex(targets, { allow, aliases })
  }

  /** Matches module paths, one a line. Empty lines are skipped. */
  match(untrustedText: string): MatchedBlock {
    const candidates = { strong: 0, medium: 0, weak: 0, candidate: 0 }
    const firstInvalid: MatchedBlock['firstInvalid'] = []
    const untrustedLines = untrustedText.split('\n')
    let paths = 0
    let invalid = 0
    const encoded: Uint8Array[] = []
    let text = ''
    for (const [line, untrustedLine] of untrustedLines.entries()) {
      const path = untrustedLine.trim()
      if (path === '') continue
      const fault = modulePathFault(path)
      if (fault !== null) {
        invalid++
        if (firstInvalid.length < QUOTED_INVALID) {
          firstInvalid.push({ line, text: path.slice(0, QUOTED_CHARS), fault })
        }
        continue
      }
      paths++
      const found = this.#index.find(path)
      for (const { rule } of found.matches) candidates[rule.strength]++
      candidates.candidate += found.sameRepository.length
      text += this.#writer.lines(found)
      if (text.length < ENCODED_CHARS) continue
      encoded.push(this.#encoder.encode(text))
      text = ''
    }
    encoded.push(this.#encoder.encode(text))
    return {
      ndjson: joined(encoded),
      paths,
      candidates,
      invalid,
      firstInvalid,
      lines: untrustedLines.length,
    }
  }
}

/** Joins bytes in memory of their own, which can be transferred to another thread; that of `Buffer.concat` may be shared. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let end = 0
  for (const part of parts) {
    bytes.set(part, end)
    end += part.length
  }
  return bytes
}
