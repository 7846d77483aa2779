import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Search for part of a module's or a target's path. A text that few findings have is looked up in the trigram index, and its
 * matches are sorted. One that many have would make the index collect all of them: of 1,000,000 findings, a common word took
 * 0.6 to 1.2 s. Then the list is read in its order instead, which meets a page of matches soon.
 */

/** Texts that the trigram index can find. */
const INDEXED = /[\p{L}\p{N}]{3,}/gu
/** Parts of a text whose matches are estimated. */
const MAX_ESTIMATED = 3

/** Matches up to which the index is asked. Collecting and sorting them takes 20 ms. */
const MAX_SORTED = 2_500

/**
 * Findings that one page of a list looks at, where it is read in its order. Reading them takes 20 ms. A text that is not
 * looked up in the index is in one of four hundred findings, so this many have a page of matches.
 */
export const MAX_LOOKED_AT = 20_000

/** Returns true if a text is best found by reading a list in its order: many findings have it, or the index has no part of it. */
export async function isWalked(db: Db, search: string): Promise<boolean> {
  const parts = indexedParts(search)
  if (parts.length === 0) return true
  // The planner's estimates come from a sample: they cost the same whether none or all have the text. The index looks at
  // all rows that have every part.
  const longest = parts.toSorted((a, b) => b.length - a.length).slice(0, MAX_ESTIMATED)
  const scans = longest.map((part) => sql`select from finding_search where text like ${patternOf(part)}`)
  const { rows } = await sql<{ 'QUERY PLAN': { Plan: Plan }[] }>`
    explain (format json) ${sql.join(scans, sql` union all `)}`.execute(db)
  const estimates = (rows[0]?.['QUERY PLAN'] ?? []).flatMap((explained) => estimatesOf(explained.Plan))
  return Math.min(...estimates) > MAX_SORTED
}

interface Plan {
  'Relation Name'?: string
  'Plan Rows': number
  Plans?: Plan[]
}

/** Returns the rows that each scan of a table is expected to find. */
function estimatesOf(plan: Plan): number[] {
  return [
    ...(plan['Relation Name'] === undefined ? [] : [plan['Plan Rows']]),
    ...(plan.Plans ?? []).flatMap(estimatesOf),
  ]
}

/** Returns the condition that `finding f` has a text, letter case apart, for few matches. */
export function foundByIndex(search: string): RawBuilder<unknown> {
  return indexedParts(search).length === 0
    ? hasText(search)
    : sql`f.id in (select finding_id from finding_search where text like ${patternOf(search)})`
}

/** Returns the condition that `f` has a text, by looking. */
export function hasText(search: string): RawBuilder<unknown> {
  return sql`strpos(f.search_text, ${search.toLowerCase()}) > 0`
}

/** Returns the parts of a text that the index can look for: it knows letters and digits alone. */
function indexedParts(search: string): string[] {
  return search.match(INDEXED) ?? []
}

function patternOf(search: string): string {
  return `%${search.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}
