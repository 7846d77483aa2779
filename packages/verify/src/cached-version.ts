import { type GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import {
  type ModuleZip,
  readModuleZip,
  readZipDirectory,
  type ZipListing,
} from '@mirrorwatch/gomod/zip/module-zip'
import type { VersionInfo } from '@mirrorwatch/upstream/proxy/proxy'
import type { SumSource, VersionSource } from './sources.ts'

/** The mirror's latest answer. */
export type MirrorStatus = 'not-asked' | 'cached' | 'not-cached' | 'blocked' | 'unreachable'

export interface CachedVersionOptions {
  module: string
  version: string
  /** Null to do without the mirror. */
  proxy: VersionSource | null
  sumdb: SumSource | null
  /** The zip if the caller has it; the mirror is then not asked for it. */
  zip?: Buffer | undefined
  /** Hash from the checksum database's tiles if known; the database is then not asked. */
  recordedSum?: string | undefined
  /** True if a verdict needs the mirror's answer: its failures are thrown. Otherwise a note names them. */
  mirrorNeeded?: boolean
  signal?: AbortSignal | undefined
}

/**
 * Files that the mirror and the checksum database have of one version. Each file is fetched on first use, and at most once.
 * Methods resolve with null for a file that is not available.
 */
export class CachedVersion {
  readonly #options: CachedVersionOptions
  readonly #opened = new Map<ObjectFormat, Promise<ModuleZip>>()
  #infoAnswer: Promise<VersionInfo | null> | undefined
  #modAnswer: Promise<Buffer | null> | undefined
  #zipAnswer: Promise<Buffer | null> | undefined
  #sumAnswer: Promise<string | null> | undefined
  /** Facts for the reader: a refusal, an upstream that did not answer. */
  readonly notes: string[] = []
  status: MirrorStatus = 'not-asked'
  /** Failure that kept the mirror from answering; null if it answered. */
  failure: GomodError | null = null
  /** The mirror's record of the version; null before `info` has fetched it. */
  record: VersionInfo | null = null
  /** `h1:` in the checksum database; null before `signedSum` has fetched it. */
  recordedSum: string | null = null
  /** `h1:` of the zip; null before `openZip` has read it. */
  zipSum: string | null = null

  constructor(options: CachedVersionOptions) {
    this.#options = options
  }

  /** Fetches the mirror's record: the commit that it cached, and that commit's time. */
  info(): Promise<VersionInfo | null> {
    this.#infoAnswer ??= this.#ask('info').then((info) => {
      this.record = info
      return info
    })
    return this.#infoAnswer
  }

  mod(): Promise<Buffer | null> {
    this.#modAnswer ??= this.#ask('mod')
    return this.#modAnswer
  }

  zip(): Promise<Buffer | null> {
    const { zip } = this.#options
    this.#zipAnswer ??= zip === undefined ? this.#ask('zip') : Promise.resolve(zip)
    return this.#zipAnswer
  }

  /**
   * Fetches the zip and checks all of it.
   *
   * @throws GomodError `malformed`, `too-large`.
   */
  async openZip(objectFormat: ObjectFormat = 'sha1'): Promise<ModuleZip | null> {
    const bytes = await this.zip()
    if (bytes === null) return null
    const { module, version } = this.#options
    const opening = this.#opened.get(objectFormat) ?? readModuleZip(bytes, { module, version, objectFormat })
    this.#opened.set(objectFormat, opening)
    const opened = await opening
    this.zipSum = opened.sum
    return opened
  }

  /** Lists names, sizes and checksums of the zip's files: from the zip if it was fetched, else from its last bytes alone. */
  async listing(): Promise<ZipListing[] | null> {
    const { module, version, proxy, signal } = this.#options
    if (this.status === 'blocked') return null
    const bytes = await this.#zipAnswer
    if (bytes == null) return proxy && orNothing(proxy.zipDirectory(module, version, signal))
    return orNothing(readZipDirectory(bytes, { module, version }))
  }

  /**
   * Fetches the `h1:` that the checksum database recorded. Asks only about versions that the mirror is known to have, because
   * the database would fetch any other.
   *
   * @throws GomodError `not-trusted` if the answer is not signed.
   */
  signedSum(): Promise<string | null> {
    this.#sumAnswer ??= this.#askSumdb()
    return this.#sumAnswer
  }

  async #askSumdb(): Promise<string | null> {
    const { sumdb, module, version, signal, recordedSum } = this.#options
    if (recordedSum !== undefined) this.recordedSum = recordedSum
    else if (sumdb !== null && (this.status === 'cached' || (await this.info()) !== null)) {
      try {
        this.recordedSum = await sumdb.zipSum(module, version, signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (!isGomodError(error) || error.code === 'not-trusted') throw error
        this.notes.push(`the checksum database could not be asked: ${error.message}`)
      }
    }
    return this.recordedSum
  }

  async #ask<K extends 'info' | 'mod' | 'zip'>(
    file: K,
  ): Promise<Awaited<ReturnType<VersionSource[K]>> | null> {
    const { module, version, proxy, signal } = this.#options
    // The client has retried already, so another file would fail too.
    if (proxy === null || this.failure !== null) return null
    try {
      const answer = await proxy[file](module, version, signal)
      // A refusal is the mirror's verdict, even if it still serves other files.
      if (this.status !== 'blocked') this.status = 'cached'
      return answer as Awaited<ReturnType<VersionSource[K]>>
    } catch (error) {
      signal?.throwIfAborted()
      if (!isGomodError(error)) throw error
      this.#noteRefusal(error)
      return null
    }
  }

  #noteRefusal(error: GomodError): void {
    if (error.code === 'blocked') {
      this.status = 'blocked'
      this.notes.push('the mirror refuses this module (403): it may have been taken down')
    } else if (error.code === 'not-found' || error.code === 'gone' || error.code === 'not-cached') {
      this.status = 'not-cached'
    } else {
      this.status = 'unreachable'
      this.failure = error
      if (this.#options.mirrorNeeded === true) throw error
      this.notes.push(`the mirror could not be asked: ${error.message}`)
    }
  }
}

/** Resolves with null for a file that is not cached, refused or defective. Throws if it may be available later. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (isGomodError(error) && error.code !== 'retry-later') return null
    throw error
  }
}
