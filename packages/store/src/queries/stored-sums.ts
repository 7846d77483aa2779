import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** `h1:` hashes of a version; null where no record of the checksum database brought them. */
export interface StoredSums {
  zipSum: string | null
  goModSum: string | null
}

/** Returns the hashes of each of these versions, in their order. */
export async function storedSums(
  db: Db,
  versions: readonly { path: string; version: string }[],
): Promise<StoredSums[]> {
  const { rows } = await sql<{ zip: Buffer | null; mod: Buffer | null }>`
    select v.zip_sum as zip, v.gomod_sum as mod
    from unnest(${versions.map(({ path }) => path)}::text[], ${versions.map(({ version }) => version)}::text[])
      with ordinality as g (path, version, at)
    left join lateral (select id from module where path = g.path offset 0) m on true
    left join lateral (
      select zip_sum, gomod_sum from version where module_id = m.id and version = g.version offset 0) v on true
    order by g.at`.execute(db)
  return rows.map(({ zip, mod }) => ({ zipSum: sumText(zip), goModSum: sumText(mod) }))
}

function sumText(sum: Buffer | null): string | null {
  return sum === null ? null : `h1:${sum.toString('base64')}`
}
