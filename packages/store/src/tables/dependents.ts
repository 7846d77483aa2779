import { splitPathVersion } from '@mirrorwatch/gomod/paths/module-path'
import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Counts the dependents of the projects that `paths` belong to: all major versions of a module together, and of each the larger
 * of the number that was counted and the one that was imported. Every path is in the answer.
 */
export async function projectDependents(db: Db, paths: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map(paths.map((path) => [path, 0]))
  if (counts.size === 0) return counts
  const asked = [...counts.keys()]
  const bases = asked.map((path) => splitPathVersion(path).prefix)
  const begins = asked.map((path, at) => `${bases[at]}${path.startsWith('gopkg.in/') ? '.' : '/'}`)
  const { rows } = await sql<{ asked: string; dependents: number }>`
    select a.asked, sum(d.dependents)::bigint as dependents
    from unnest(${asked}::text[], ${bases}::text[], ${begins}::text[]) as a (asked, base, begin)
    cross join lateral (
      select path, max(dependents)::bigint as dependents from (
        select path, dependents from module where path = a.base
        union all select path, dependents from target where path = a.base
        union all
        select path, dependents from module
        where path >= a.begin || 'v' and path < a.begin || 'w' and substr(path, length(a.begin) + 1) ~ '^v[0-9]+$'
        union all
        select path, dependents from target
        where path >= a.begin || 'v' and path < a.begin || 'w' and substr(path, length(a.begin) + 1) ~ '^v[0-9]+$'
      ) each_path
      group by path
    ) d
    group by a.asked`.execute(db)
  for (const row of rows) counts.set(row.asked, row.dependents)
  return counts
}
