import { isPseudoVersion, parsePseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { type ModulePlace, tagRef } from '@mirrorwatch/gomod/tree/module-dir'
import type { RefList } from '@mirrorwatch/upstream/git/ls-refs'
import type { VerifyContext } from './context.ts'
import type { Located } from './find-repository.ts'

/** Tag or commit that the version names in the repository today. */
export type Revision =
  | { kind: 'tag'; ref: string; commit: string; place: ModulePlace }
  /** `commit`: full id, or its first 12 digits if the full id is unknown. */
  | { kind: 'pseudo'; commit: string; place: ModulePlace | null }
  | { kind: 'missing'; ref: string }

/** Finds the tag or commit of the version among the refs that the repository has. */
export function findRevision({ request, cached }: VerifyContext, { location, refs }: Located): Revision {
  const { version } = request
  if (isPseudoVersion(version)) {
    const { rev } = parsePseudoVersion(version)
    const recorded = cached.record?.origin?.hash
    const known = recorded?.startsWith(rev) ? recorded : tipWithPrefix(refs, rev)
    const [only = null, second] = location.places
    return { kind: 'pseudo', commit: known ?? rev, place: second === undefined ? only : null }
  }
  for (const place of location.places) {
    const ref = tagRef(place, version)
    const found = refs.refs.get(ref)
    if (found !== undefined) return { kind: 'tag', ref, commit: found.peeled, place }
  }
  const [place] = location.places
  return { kind: 'missing', ref: place === undefined ? version : tagRef(place, version) }
}

function tipWithPrefix({ refs }: RefList, prefix: string): string | null {
  for (const { peeled } of refs.values()) if (peeled.startsWith(prefix)) return peeled
  return null
}
