import type { RandomAccess } from '@mirrorwatch/gomod/zip/zip-source'

/** The place of a proxy's files. `file`: escaped, such as `github.com/!azure/x/@v/v1.0.0.zip`. */
export interface ProxyStore {
  fetch(file: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer>
  /** The zip for reading here and there. */
  openZip(file: string, maxBytes: number, signal?: AbortSignal): Promise<RandomAccess & AsyncDisposable>
  /** The file that names the latest version; null if only the list is there. */
  latestFile(escapedModule: string): string | null
  /** Every version that the store lists, in no order. Names are checked by the caller. */
  catalog(signal?: AbortSignal): Promise<ListedVersion[]>
}

/** A version in a list, not yet checked. */
export interface ListedVersion {
  untrustedPath: string
  untrustedVersion: string
}
