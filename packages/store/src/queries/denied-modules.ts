import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** A module to deny downloads of. */
export interface DeniedModule {
  module: string
  reason: string
  /** The confirmed finding, if that is why. */
  finding: number | null
  /** Id of the entry of a database of malicious packages, if that is why. */
  listedAs: string | null
}

/** Modules of one list: the public database of malicious Go modules has some thousands. */
const MAX_DENIED = 100_000

/** Returns modules with a confirmed finding of medium severity or above, and those listed as malicious, by path. */
export async function deniedModules(db: Db): Promise<DeniedModule[]> {
  const { rows } = await sql<DeniedModule>`
    select distinct on (module) module, reason, finding, "listedAs" from (
      select m.path as module, f.summary as reason, f.id as finding, null as "listedAs", 0 as source
      from finding f join module m on m.id = f.module_id
      where f.status = 'confirmed' and -f.severity_rank >= -2
      union all
      select module, summary, null, id, 1 from malicious_entry where withdrawn_at is null
    ) denied
    order by module, source, finding, "listedAs" limit ${MAX_DENIED}`.execute(db)
  return rows
}
