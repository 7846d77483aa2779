import { compare, isValid } from '@mirrorwatch/gomod/paths/semver'
import type { AffectedVersions } from '@mirrorwatch/store/tables/malicious'

/**
 * Returns the known versions of a module that an entry covers; null if it covers every version, known or not. Versions are in
 * Go's form (`v1.2.3`); OSV omits the `v`.
 *
 * @see https://ossf.github.io/osv-schema/#evaluation
 */
export function affectedVersions(affected: AffectedVersions, known: readonly string[]): string[] | null {
  if (isEveryVersion(affected)) return null
  const listed = new Set(affected.versions.map(withV))
  return known.filter(
    (version) => listed.has(version) || affected.ranges.some(({ events }) => isInRange(version, events)),
  )
}

function isEveryVersion({ versions, ranges }: AffectedVersions): boolean {
  if (versions.length === 0 && ranges.length === 0) return true
  return ranges.some(({ events }) => {
    const [first, ...more] = events
    return first?.introduced === '0' && more.length === 0
  })
}

type Event = AffectedVersions['ranges'][number]['events'][number]

/** Returns true if the version is affected: the last event at or below it decides. */
function isInRange(version: string, events: readonly Event[]): boolean {
  if (!isValid(version)) return false
  const points = events
    .flatMap((event) => pointOf(event))
    .toSorted((a, b) => (a.at === null ? -1 : b.at === null ? 1 : compare(a.at, b.at)))
  let inside = false
  for (const { at, kind } of points) {
    const order = at === null ? 1 : compare(version, at)
    if (order < 0) break
    if (kind === 'introduced') inside = true
    else if (kind === 'fixed' || order > 0) inside = false
  }
  return inside
}

interface Point {
  /** Null for the beginning. */
  at: string | null
  kind: keyof Event
}

function pointOf(event: Event): Point[] {
  const kinds = ['introduced', 'fixed', 'last_affected'] as const
  return kinds.flatMap((kind): Point[] => {
    const text = event[kind]
    if (text === undefined) return []
    if (kind === 'introduced' && text === '0') return [{ at: null, kind }]
    return isValid(withV(text)) ? [{ at: withV(text), kind }] : []
  })
}

function withV(version: string): string {
  return version.startsWith('v') ? version : `v${version}`
}
