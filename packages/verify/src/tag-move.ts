import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import type { CachedVersion } from './cached-version.ts'

/**
 * Describes the evidence that the tag moved after the mirror cached the version; null without evidence. A commit's time can be
 * forged, so equal times prove nothing.
 */
export async function tagMove(cached: CachedVersion, { commit }: Snapshot): Promise<string | null> {
  const info = await cached.info()
  const hash = info?.origin?.hash ?? null
  if (hash !== null && hash !== commit.id)
    return `the tag named ${shortCommit(hash)} then and names ${shortCommit(commit.id)} now`
  const then = Date.parse(info?.time ?? '')
  if (hash === null && !Number.isNaN(then) && Math.floor(then / 1000) !== commit.time) {
    const now = new Date(commit.time * 1000).toISOString()
    return `the tag named a commit of ${new Date(then).toISOString()} then and names one of ${now} now`
  }
  return null
}

/** Shortens a commit's id to the usual number of digits. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 12)
}
