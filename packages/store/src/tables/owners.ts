import { sql } from 'kysely'
import type { Db } from '../database.ts'

export interface OwnerStats {
  modules: number
  firstCachedAt: string | null
}

/**
 * How many modules live under `owner` (`github.com/spf13`, or a host) and since when. Reads one range of the path index;
 * stops counting at `atMost`, for hosts have millions.
 */
export async function ownerStats(db: Db, owner: string, atMost = 10_000): Promise<OwnerStats> {
  // In byte order `0` follows `/`: everything that begins with `owner/` lies between the two.
  const { rows } = await sql<OwnerStats>`
    select count(*) as modules, min(first_cached_at) as "firstCachedAt"
    from (
      select first_cached_at from module
      where (path >= ${`${owner}/`} and path < ${`${owner}0`}) or path = ${owner}
      limit ${atMost}
    ) m`.execute(db)
  return rows[0] ?? { modules: 0, firstCachedAt: null }
}
