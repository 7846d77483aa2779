import { WebProblem } from '../problem.ts'

/** Returns the ETag of a finding: it changes with everything but `lastSeen` and `watched`. */
export function etagOf({ id, changedAt }: { id: number; changedAt: string }): string {
  return `"${id}-${changedAt}"`
}

const ETAG = /^"(\d+)-(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)"$/

/** Returns `changedAt` of the finding that If-Match names; undefined without one, or for `*`. @throws WebProblem 400, 412 */
export function changedAtOf(untrustedIfMatch: string | undefined, id: number): string | undefined {
  if (untrustedIfMatch === undefined || untrustedIfMatch === '*') return undefined
  const [, ofId, changedAt] = ETAG.exec(untrustedIfMatch) ?? []
  if (changedAt === undefined) throw new WebProblem(400, 'If-Match must be the ETag of the finding.')
  if (Number(ofId) !== id) throw new WebProblem(412, 'If-Match is the ETag of another finding.')
  return changedAt
}
