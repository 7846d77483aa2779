import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { SourceReader } from './source-reader.ts'
import type { SharedZip } from './tasks.ts'

/** A version's zip; null where there is none to be had. */
export async function fetchShared(
  { proxy, sources }: { proxy: ProxyClient; sources: SourceReader },
  module: string,
  version: string,
  signal: AbortSignal,
): Promise<SharedZip | null> {
  const bytes = await orNothing(proxy.zip(module, version, signal))
  return bytes === null ? null : sources.share(module, version, bytes)
}

/** Not cached, refused, or not sound: there is nothing to compare with. What may be there later is an error. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (isGomodError(error) && error.code !== 'retry-later') return null
    throw error
  }
}
