import {
  type InspectionFacts,
  type InspectionRecord,
  readInspectionFacts,
} from '@mirrorwatch/detect/records/inspection-record'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { jsonText, timeText } from '../values.ts'

export interface InspectionRow extends InspectionRecord {
  moduleId: number
}

export interface StoredInspection extends Omit<InspectionRow, 'facts'> {
  id: number
  /** Null where another release wrote them in a form that this one does not know. */
  facts: InspectionFacts | null
  firstSeenAt: string
  lastSeenAt: string
  /** Looks with this outcome in a row. */
  times: number
}

/** Class of the advisory locks that keep two inspections of one version apart. */
const INSPECTION_LOCK = 7_301_101

/**
 * Records the outcome of one look: a new row where it differs from the version's latest in anything but time, else
 * `lastSeenAt` and `times` of that row. Two at once for one version wait for each other.
 */
export async function saveInspection(
  trx: Trx,
  row: InspectionRow,
  now: TimeInput,
): Promise<{ changed: boolean }> {
  const at = sql`${timeText(now)}::timestamptz`
  await sql`select pg_advisory_xact_lock(${INSPECTION_LOCK}, hashtext(${`${row.moduleId}@${row.version}`}))`.execute(
    trx,
  )
  const files = jsonText(row.files)
  const notes = jsonText(row.notes)
  const facts = jsonText(row.facts)
  const again = await sql`
    update inspection i
    set last_seen_at = greatest(i.last_seen_at, ${at}), times = i.times + 1
    from (
      select id from inspection
      where module_id = ${row.moduleId} and version = ${row.version}
      order by id desc limit 1
    ) latest
    where i.id = latest.id
      and (i.verdict, i.expected_sum, i.repository_sum, i.repository, i.commit_id, i.reason)
          is not distinct from
          (${row.verdict}::text, ${row.expectedSum}::text, ${row.repositorySum}::text, ${row.repository}::text,
           ${row.commit}::text, ${row.reason}::text)
      and i.files = ${files}::jsonb and i.notes = ${notes}::jsonb
      and i.observations = ${facts}::jsonb`.execute(trx)
  if (again.numAffectedRows === 1n) return { changed: false }
  await sql`
    insert into inspection (module_id, version, first_seen_at, last_seen_at, verdict, expected_sum, repository_sum,
                            repository, commit_id, reason, files, notes, observations)
    values (${row.moduleId}, ${row.version}, ${at}, ${at}, ${row.verdict}, ${row.expectedSum}, ${row.repositorySum},
            ${row.repository}, ${row.commit}, ${row.reason}, ${files}::jsonb, ${notes}::jsonb,
            ${facts}::jsonb)`.execute(trx)
  return { changed: true }
}

const COLUMNS = sql`
  id, module_id as "moduleId", version, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", times, verdict,
  expected_sum as "expectedSum", repository_sum as "repositorySum", repository, commit_id as commit, reason,
  files, notes, observations as facts`

/** The latest inspection of every inspected version of a module, by version text. */
export async function inspectionsOf(db: Db, moduleId: number): Promise<StoredInspection[]> {
  const { rows } = await sql<UnreadRow>`
    select distinct on (version) ${COLUMNS}
    from inspection where module_id = ${moduleId}
    order by version, id desc`.execute(db)
  return rows.map(withReadFacts)
}

/**
 * The differences that earlier inspections showed and a later one has replaced, one of each version: the latest in which the
 * code acts on import, else the latest.
 */
export async function pastDifferencesOf(db: Db, moduleId: number): Promise<StoredInspection[]> {
  const { rows } = await sql<UnreadRow>`
    select distinct on (version) ${COLUMNS}
    from inspection i
    where module_id = ${moduleId} and verdict in ('differs', 'tag-moved')
      and exists (select from inspection l where l.module_id = i.module_id and l.version = i.version and l.id > i.id)
    order by version, (
      jsonb_path_exists(observations, '$.added.uses[*] ? (@.onImport == true)')
      or jsonb_path_exists(observations, '$.added.imported[*].uses[*]')
      or jsonb_path_exists(observations, '$.added.imported[*] ? (@.refused == true)')
    ) desc, id desc`.execute(db)
  return rows.map(withReadFacts)
}

/** Every outcome that a version ever had, oldest first. */
export async function inspectionHistory(
  db: Db,
  moduleId: number,
  version: string,
): Promise<StoredInspection[]> {
  const { rows } = await sql<UnreadRow>`
    select ${COLUMNS} from inspection
    where module_id = ${moduleId} and version = ${version} order by id`.execute(db)
  return rows.map(withReadFacts)
}

type UnreadRow = Omit<StoredInspection, 'facts'> & { facts: unknown }

function withReadFacts(row: UnreadRow): StoredInspection {
  return { ...row, facts: readInspectionFacts(row.facts) }
}

/**
 * The repositories that these modules were found to come from, by their addresses and where those redirect to. Only the verdict
 * `same` proves it: a page or a redirect can name any repository.
 *
 * @param version of which alone the repositories are asked for
 */
export async function provenRepositories(
  db: Db,
  moduleIds: readonly number[],
  version: string | null = null,
): Promise<{ moduleId: number; urls: string[] }[]> {
  if (moduleIds.length === 0) return []
  const { rows } = await sql<{ moduleId: number; urls: string[] }>`
    select i.module_id as "moduleId", array_agg(distinct u.url) as urls
    from inspection i
    cross join lateral (values (i.repository), (i.observations ->> 'movedTo')) as u (url)
    where i.module_id = any(${moduleIds}::bigint[]) and u.url is not null and i.verdict = 'same'
      and (${version}::text is null or i.version = ${version})
    group by i.module_id`.execute(db)
  return rows
}
