import type { Db } from '@mirrorwatch/store/database'
import { countTargets, upsertTargets } from '@mirrorwatch/store/tables/targets'
import { builtinTargets } from './builtin-targets.ts'

/** Puts the built-in list of targets into a store that has none, so that a first run is useful. */
export async function seedTargets(db: Db, now: Date): Promise<void> {
  if ((await countTargets(db)) > 0) return
  const targets = await builtinTargets()
  await db.transaction().execute((trx) => upsertTargets(trx, targets, 'built-in', now))
}
