import { once } from 'node:events'
import { createGzip, type Gzip } from 'node:zlib'
import { SEVERITIES, type Severity, severityRank } from '@mirrorwatch/detect/severity'

/**
 * GitHub's limits on SARIF (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 * A file beyond one of them is rejected as a whole. Our files have one run, one location a result and two tags a rule.
 */
export const SARIF_LIMITS = {
  /** Code scanning shows the 5,000 most severe of them. */
  results: 25_000,
  /** Characters of a rule's name. */
  nameChars: 255,
  /** Characters of a rule's descriptions. The page has no stated limit on messages; the same one keeps files small. */
  textChars: 1024,
  /** Bytes of the compressed file: 10 MB, less what the compressor holds back while it is measured. */
  gzipBytes: 9_500_000,
} as const

interface Kept {
  text: string
  /** Place in the order in which results came. */
  at: number
}

/** Keeps the most severe of any number of results, as text. Results that are set aside count least. */
export class MostSevere {
  readonly #kept: Kept[][] = Array.from({ length: 2 * SEVERITIES.length }, () => [])
  #came = 0
  #count = 0

  /** Number of results that came. */
  get came(): number {
    return this.#came
  }

  add(severity: Severity, isSetAside: boolean, text: string): void {
    const place = severityRank(severity) + (isSetAside ? SEVERITIES.length : 0)
    this.#kept[place]?.push({ text, at: this.#came++ })
    if (++this.#count <= SARIF_LIMITS.results) return
    this.#kept.findLast((same) => same.length > 0)?.pop()
    this.#count--
  }

  /** Returns the results that fit into a file, in the order in which they came. */
  async results(head: string): Promise<string[]> {
    using size = new GzipSize()
    await size.add(head)
    const fitting: Kept[] = []
    for (const each of this.#kept.flat()) {
      if ((await size.add(`${each.text},\n`)) > SARIF_LIMITS.gzipBytes) break
      fitting.push(each)
    }
    return fitting.toSorted((a, b) => a.at - b.at).map(({ text }) => text)
  }
}

/** Measures how large texts are when they are compressed together. */
class GzipSize implements Disposable {
  readonly #gzip: Gzip = createGzip()
  #bytes = 0

  constructor() {
    this.#gzip.on('data', (piece: Buffer) => (this.#bytes += piece.length))
  }

  /** Adds a text. Returns the size so far, which lags behind by the compressor's window. */
  async add(text: string): Promise<number> {
    if (!this.#gzip.write(text)) await once(this.#gzip, 'drain')
    return this.#bytes
  }

  [Symbol.dispose](): void {
    this.#gzip.destroy()
  }
}
