import { orNothing } from '@mirrorwatch/verify/cached-version'
import type { CompareDeps } from './subject.ts'
import type { SharedZip } from './tasks.ts'

/** Fetches the zip of another module's version into memory that threads share. Returns null if it is not available. */
export async function fetchShared(
  { proxy, sources }: Pick<CompareDeps, 'proxy' | 'sources'>,
  module: string,
  version: string,
  signal: AbortSignal,
): Promise<SharedZip | null> {
  const bytes = await orNothing(proxy.zip(module, version, signal))
  return bytes === null ? null : sources.share(module, version, bytes)
}
