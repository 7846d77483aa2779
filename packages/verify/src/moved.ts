import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import type { Look } from './look.ts'

/** `tag-moved` where the mirror's record proves that the tag named something else when the version was cached. */
export async function differing(
  look: Look,
  snapshot: Snapshot,
): Promise<{ verdict: 'differs' | 'tag-moved' }> {
  return { verdict: (await moveOf(look, snapshot)) === null ? 'differs' : 'tag-moved' }
}

export async function reasonOf(look: Look, snapshot: Snapshot, what: string): Promise<string> {
  const move = await moveOf(look, snapshot)
  return move === null ? what : `${what}; ${move}`
}

/** How the tag is known to have moved; null where nothing shows it. A commit's time can be forged, so equality proves nothing. */
export async function moveOf(look: Look, { commit }: Snapshot): Promise<string | null> {
  const info = await look.info()
  const hash = info?.origin?.hash ?? null
  if (hash !== null && hash !== commit.id)
    return `the tag named ${short(hash)} then and names ${short(commit.id)} now`
  const then = Date.parse(info?.time ?? '')
  if (hash === null && !Number.isNaN(then) && Math.floor(then / 1000) !== commit.time) {
    const now = new Date(commit.time * 1000).toISOString()
    return `the tag named a commit of ${new Date(then).toISOString()} then and names one of ${now} now`
  }
  return null
}

/** As many digits of a commit's id as people write. */
export function short(commit: string): string {
  return commit.slice(0, 12)
}
