import type { OnImport } from '@mirrorwatch/detect/go/report/imported'
import type { ImportedModule } from '@mirrorwatch/detect/go/types'
import type { Db } from '@mirrorwatch/store/database'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { CachedVersion } from '@mirrorwatch/verify/cached-version'
import type { Reading } from './reading.ts'
import type { SourceReader } from './source-reader.ts'
import type { SharedZip } from './tasks.ts'

export interface CompareDeps {
  db: Db
  proxy: ProxyClient
  sources: SourceReader
}

/** An imported module, with what it imports and requires in turn. */
export interface ReadModule extends Pick<OnImport, 'imports' | 'requires'> {
  module: ImportedModule
}

/** Version whose code is read and compared, with the clients that fetch other modules. */
export interface Subject {
  deps: CompareDeps
  cached: CachedVersion
  zip: SharedZip
  reading: Reading
  /** Imported modules already read, by path, version and packages: several comparisons ask about the same ones. */
  imported: Map<string, Promise<ReadModule | null>>
  signal: AbortSignal
}

/** Starts the reading of one version. Returns null if the mirror has no zip of it. */
export async function openSubject(
  deps: CompareDeps,
  cached: CachedVersion,
  { module, version, signal }: { module: string; version: string; signal: AbortSignal },
): Promise<Subject | null> {
  const bytes = await cached.zip()
  if (bytes === null) return null
  const zip = await deps.sources.share(module, version, bytes)
  return { deps, cached, zip, reading: deps.sources.begin(signal), imported: new Map(), signal }
}
