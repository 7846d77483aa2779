import { ownersOf, parseOwner } from '@mirrorwatch/gomod/paths/owner'
import { type RawBuilder, sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { AllowEntryTable } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow, timeText } from '../values.ts'
import { askForAssessment } from '../work/due.ts'

export interface AllowRequest {
  kind: AllowEntryTable['kind']
  /** Module path; for kind `owner` an owner as a person writes it. */
  module: string
  /** Set for kind `pair` only. */
  target: string | null
  reason: string
  author: string
  expiresAt: TimeInput | null
  /** The decision on findings that makes it, so that both are taken back at once. */
  decisionId?: number | null
}

export interface AllowEntry extends Omit<AllowRequest, 'expiresAt' | 'decisionId'> {
  id: number
  createdAt: string
  expiresAt: string | null
}

/** An entry that was saved or removed, and the known modules that are assessed again for it. */
export interface AllowChange {
  id: number
  moduleIds: number[]
}

type Scope = Pick<AllowRequest, 'kind' | 'module'>

/**
 * Returns true where an entry is about a module. Owners are compared as `ownersOf` knows them: vanity hosts by their domain,
 * GitLab's nested groups by the outermost. Letter case does not count.
 */
export function isAbout({ kind, module }: Scope, path: string): boolean {
  if (kind === 'owner') return ownersOf(path).includes(parseOwner(module))
  return module.toLowerCase() === path.toLowerCase()
}

/** Allows a name. Allowing it again replaces reason, author and expiry. The modules it is about are assessed again. */
export async function allow(trx: Trx, request: AllowRequest, now?: TimeInput): Promise<AllowChange> {
  if ((request.kind === 'pair') !== (request.target !== null)) {
    throw new StoreError('invalid-input', 'an allowed pair has a target, an allowed owner or path has none')
  }
  const module = request.kind === 'owner' ? parseOwner(request.module) : request.module
  const { kind, target, reason, author, expiresAt, decisionId = null } = request
  const { rows } = await sql<{ id: number }>`
    insert into allow_entry (kind, module, target, reason, author, decision_id, created_at, expires_at)
    values (${kind}, ${module}, ${target}, ${reason}, ${author}, ${decisionId}::bigint, ${timeOrNow(now)},
            ${expiresAt === null ? null : timeText(expiresAt)}::timestamptz)
    on conflict (kind, module, target) do update
    set reason = excluded.reason, author = excluded.author, decision_id = excluded.decision_id, created_at = excluded.created_at,
        expires_at = excluded.expires_at, ended_at = null
    returning id`.execute(trx)
  const { id } = rows[0] as { id: number }
  return { id, moduleIds: await assessAgain(trx, [{ kind, module }], now) }
}

/** Removes an entry. The modules it was about are assessed again, and findings that it allowed ask for a second look. @throws StoreError `not-found` */
export async function disallow(trx: Trx, id: number, now?: TimeInput): Promise<AllowChange> {
  const entry = await trx
    .deleteFrom('allow_entry')
    .where('id', '=', id)
    .returning(['kind', 'module', 'decision_id'])
    .executeTakeFirst()
  if (entry === undefined) throw new StoreError('not-found', `There is no allow entry ${id}.`)
  if (entry.decision_id !== null) await lookAgain(trx, entry.decision_id, now)
  return { id, moduleIds: await assessAgain(trx, [entry], now) }
}

async function lookAgain(trx: Trx, decisionId: number, now?: TimeInput): Promise<void> {
  await trx
    .updateTable('finding')
    .set({ new_evidence_at: timeOrNow(now), changed_at: timeOrNow(now) })
    .where('decision_id', '=', decisionId)
    .where('status', '=', 'allowed')
    .execute()
}

/** Has the modules assessed again whose entries have expired since the last call. Returns how many entries those were. */
export async function endExpiredEntries(db: Db, now: TimeInput): Promise<number> {
  const expired = db
    .selectFrom('allow_entry')
    .select('id')
    .where('expires_at', '<=', timeText(now))
    .where('ended_at', 'is', null)
  // Asked every few seconds: without an expired entry, nothing is locked or written.
  if ((await expired.limit(1).executeTakeFirst()) === undefined) return 0
  return db.transaction().execute(async (trx) => {
    const ended = await trx
      .updateTable('allow_entry')
      .set({ ended_at: timeText(now) })
      .where('id', 'in', expired)
      .returning(['kind', 'module'])
      .execute()
    await assessAgain(trx, ended, now)
    return ended.length
  })
}

/**
 * Marks every module that an entry is about and that has a finding, or is being assessed now: any other reads the entries when
 * it is first assessed.
 */
async function assessAgain(trx: Trx, scopes: readonly Scope[], now?: TimeInput): Promise<number[]> {
  if (scopes.length === 0) return []
  const isByPath = scopes.every(({ kind }) => kind !== 'owner')
  const candidates = isByPath ? modulesByPath(scopes.map(({ module }) => module.toLowerCase())) : ALL_ASSESSED
  const { rows } = await sql<{ id: number; path: string }>`${candidates}`.execute(trx)
  const moduleIds = rows
    .filter(({ path }) => scopes.some((scope) => isAbout(scope, path)))
    .map(({ id }) => id)
  await askForAssessment(trx, moduleIds, now)
  return moduleIds
}

/** An owner may have modules at several hosts, so no index finds them: 0.5 s of CPU at 300,000 findings. */
const ALL_ASSESSED = sql`
  select m.id, m.path from module m
  where m.id in (select module_id from finding union select module_id from due_work where stage = 'assess')`

/** Finds modules by the trigram index of findings, which starts each text with the module's path in lower case. */
function modulesByPath(lowerPaths: readonly string[]): RawBuilder<unknown> {
  const patterns = lowerPaths.map((path) => `${path.replaceAll(/[\\%_]/g, String.raw`\$&`)}\n%`)
  return sql`
    select m.id, m.path from finding_search s join finding f on f.id = s.finding_id join module m on m.id = f.module_id
    where s.text like any(${patterns}::text[])
    union
    select m.id, m.path from due_work d join module m on m.id = d.module_id
    where d.stage = 'assess' and lower(m.path) = any(${lowerPaths}::text[])`
}

const COLUMNS = [
  'id',
  'kind',
  'module',
  'target',
  'reason',
  'author',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const

/** The entries that hold at `now`, in the order in which they were made. */
export async function allowedNames(db: Db, now: TimeInput): Promise<AllowEntry[]> {
  return db
    .selectFrom('allow_entry')
    .select(COLUMNS)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', timeText(now))]))
    .orderBy('id')
    .execute()
}

/** All entries, the expired ones included, in the order in which they were made. */
export async function listAllowEntries(db: Db): Promise<AllowEntry[]> {
  return db.selectFrom('allow_entry').select(COLUMNS).orderBy('id').execute()
}
