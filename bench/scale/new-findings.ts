// What a new finding costs, with the indexes that searches read and without them.

import type { Signal } from '@mirrorwatch/detect/finding'
import type { Db } from '@mirrorwatch/store/database'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { sql } from 'kysely'
import { NOW, pathOf } from './paths.ts'

const FINDINGS = 2_000
const NAMED: Signal = {
  rule: 'name-medium',
  version: null,
  evidence: { nameRule: 'owner-affix', target: 'x', distance: 1, reason: 'an affix', targetDependents: 9 },
}

/** Indexes of searches for part of a path, each with what the list would need in its place. */
const SEARCH_INDEXES = [
  sql`drop index finding_search_text`,
  sql`drop index finding_order`,
  sql`create index on finding ((-severity_rank), changed_at, id)`,
]

/** Tells the time for each new finding. All of it is taken back. */
export async function saveNewFindings(db: Db): Promise<void> {
  const withIndexes = await perFinding(db, [])
  const without = await perFinding(db, SEARCH_INDEXES)
  console.log(
    `a new finding: ${withIndexes.toFixed(2)} ms, ${(withIndexes - without).toFixed(2)} ms of them for the search by part of a path`,
  )
}

async function perFinding(db: Db, changes: readonly ReturnType<typeof sql>[]): Promise<number> {
  const trx = await db.startTransaction().execute()
  try {
    for (const change of changes) await change.execute(trx)
    const { rows } = await sql<{
      id: number
    }>`select id from module order by id desc limit ${FINDINGS}`.execute(trx)
    const began = performance.now()
    for (const { id } of rows) {
      const draft = {
        target: pathOf(id + 7),
        severity: 'low' as const,
        summary: 'a name',
        signals: [NAMED],
        because: [],
      }
      await saveFindings(trx, id, [draft], NOW)
    }
    // The index of parts keeps a list of new entries, which a later insert merges.
    if (changes.length === 0) await sql`select gin_clean_pending_list('finding_search_text')`.execute(trx)
    return (performance.now() - began) / FINDINGS
  } finally {
    await trx.rollback().execute()
  }
}
