import { type GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { type ModuleZip, readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { WebProblem } from '../../problem.ts'

/** Bytes of a zip's contents that the page reads: hashing more would keep a reader waiting. */
const MAX_CONTENT_BYTES = 64 * 1024 * 1024
/** Zips that are kept open: a reader goes from file to file. */
const MAX_OPEN = 4
const KEPT_MS = 10 * 60_000
/** Time after which the page asks the reader to try again. */
const MAX_WAIT_MS = 30_000

/** A module zip as the mirror serves it, opened for a while. */
interface Opened {
  key: string
  zip: Promise<ModuleZip>
  at: number
}

/** Zips that people look at: fetched from the mirror when asked for, and kept for a few minutes. */
export class ZipShelf {
  readonly #proxy: Pick<ProxyClient, 'zip' | 'zipDirectory'>
  readonly #clock: () => Date
  #opened: Opened[] = []

  constructor(proxy: Pick<ProxyClient, 'zip' | 'zipDirectory'>, clock: () => Date) {
    this.#proxy = proxy
    this.#clock = clock
  }

  /** Opens a version's zip. @throws WebProblem with what the mirror said */
  async open(module: string, version: string): Promise<ModuleZip> {
    const now = this.#clock().getTime()
    const key = `${module}@${version}`
    this.#opened = this.#opened.filter(({ at }) => now - at < KEPT_MS)
    const known = this.#opened.find((each) => each.key === key)
    const opened = known ?? { key, zip: this.#fetch(module, version), at: now }
    this.#opened = [opened, ...this.#opened.filter((each) => each !== opened)].slice(0, MAX_OPEN)
    try {
      return await opened.zip
    } catch (error) {
      this.#opened = this.#opened.filter((each) => each !== opened)
      throw isGomodError(error) ? problemOf(error) : error
    }
  }

  async #fetch(module: string, version: string): Promise<ModuleZip> {
    const signal = AbortSignal.timeout(MAX_WAIT_MS)
    const listing = await this.#proxy.zipDirectory(module, version, signal)
    const bytes = listing.reduce((sum, { size }) => sum + size, 0)
    if (bytes > MAX_CONTENT_BYTES) {
      throw new WebProblem(
        422,
        `The files of this zip have ${bytes} bytes together, more than the page reads.`,
      )
    }
    const zip = await this.#proxy.zip(module, version, signal)
    return readModuleZip(zip, { module, version, limits: { maxInflatedBytes: MAX_CONTENT_BYTES } })
  }
}

function problemOf(error: GomodError): WebProblem {
  if (error.code === 'retry-later')
    return new WebProblem(503, `The mirror did not answer: ${error.message}`, { 'retry-after': '30' })
  if (error.code === 'blocked') return new WebProblem(404, 'The mirror refuses this module (403).')
  if (error.code === 'not-found' || error.code === 'gone' || error.code === 'not-cached')
    return new WebProblem(404, 'The mirror does not have this version any more.')
  return new WebProblem(422, `The zip could not be read: ${error.message}`)
}
