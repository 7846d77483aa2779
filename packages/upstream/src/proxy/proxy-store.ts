import type { RandomAccess } from '@mirrorwatch/gomod/zip/zip-source'

/** Where a proxy's files lie. `file`: escaped, such as `github.com/!azure/x/@v/v1.0.0.zip`. */
export interface ProxyStore {
  fetch(file: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer>
  /** The zip for reading here and there. */
  openZip(file: string, maxBytes: number, signal?: AbortSignal): Promise<RandomAccess & AsyncDisposable>
  /** The file that says which version is the latest; null where there is none and the list must do. */
  latestFile(escapedModule: string): string | null
  /** Every version that the store lists, in no order. Names are checked by the caller. */
  catalog(signal?: AbortSignal): Promise<ListedVersion[]>
}

/** A version in a list, not yet checked. */
export interface ListedVersion {
  untrustedPath: string
  untrustedVersion: string
}
