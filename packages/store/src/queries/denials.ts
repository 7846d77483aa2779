import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { AffectedVersions } from '../tables/malicious.ts'

/** Fields of a confirmed finding that a deny list contains. */
export interface ConfirmedDenial {
  module: string
  target: string | null
  summary: string
  finding: number
  /** Versions that its signals name. */
  versions: string[]
}

/** Findings, and entries, of one list: the public database of malicious Go modules has some thousands. */
const MAX_DENIALS = 100_000

/** Returns the confirmed findings, by module. */
export async function confirmedDenials(db: Db): Promise<ConfirmedDenial[]> {
  const { rows } = await sql<ConfirmedDenial>`
    select m.path as module, f.target, f.summary, f.id as finding,
      array(select distinct version from signal
            where finding_id = f.id and withdrawn_at is null and version <> '' order by 1) as versions
    from finding f join module m on m.id = f.module_id
    where f.status = 'confirmed' order by m.path, f.id limit ${MAX_DENIALS}`.execute(db)
  return rows
}

/** Ranks of the severities: the index of confirmed findings has the newest of each first. */
const RANKS = [0, 1, 2, 3, 4]

/**
 * Returns a text that changes with each decision, each change of a confirmed finding and each import. It does not change where
 * the feed shows a new version of a listed module.
 */
export async function denialsVersion(db: Db): Promise<string> {
  const changes = RANKS.map(
    (
      rank,
    ) => sql`(select changed_at from finding where status = 'confirmed' and -severity_rank = ${sql.lit(-rank)}
      order by changed_at desc limit 1)`,
  )
  const { rows } = await sql<{ version: string }>`
    select concat_ws(' ', (select max(id) from decision), greatest(${sql.join(changes)}),
      (select concat_ws(' ', count(*), max(imported_at)) from malicious_entry)) as version`.execute(db)
  return rows[0]?.version ?? ''
}

/** An entry of a database of malicious packages, with the versions of its module that the feed has shown. */
export interface ListedDenial {
  module: string
  summary: string
  id: string
  affected: AffectedVersions
  known: string[]
}

/**
 * Returns the entries that hold, by module. A person has the last word: an entry does not count where somebody dismissed or
 * allowed the finding that tells of it.
 */
export async function listedDenials(db: Db): Promise<ListedDenial[]> {
  const { rows } = await sql<ListedDenial>`
    select e.module, e.summary, e.id, e.affected,
      case when e.affected -> 'versions' = '[]' and e.affected -> 'ranges' = '[]' then '{}'
           else array(select v.version from version v join module m on m.id = v.module_id where m.path = e.module order by 1)
      end as known
    from malicious_entry e
    where e.withdrawn_at is null and not exists (
      select from module m join finding f on f.module_id = m.id
      join signal s on s.finding_id = f.id and s.rule = 'known-malicious' and s.withdrawn_at is null
      where m.path = e.module and f.status in ('dismissed', 'allowed'))
    order by e.module, e.id limit ${MAX_DENIALS}`.execute(db)
  return rows
}
