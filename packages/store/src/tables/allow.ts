import { sql } from 'kysely'
import type { AllowEntryTable, Db, Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow, timeText } from '../values.ts'

export interface AllowRequest {
  kind: AllowEntryTable['kind']
  /** Module path, or `host/owner` for kind `owner`. */
  module: string
  /** For kind `pair` alone. */
  target: string | null
  reason: string
  author: string
  expiresAt: TimeInput | null
}

export interface AllowEntry extends Omit<AllowRequest, 'expiresAt'> {
  id: number
  createdAt: string
  expiresAt: string | null
}

/** Allows a name; allowing it again replaces reason, author and expiry. Returns the entry's id. */
export async function allow(trx: Trx, entry: AllowRequest, now?: TimeInput): Promise<number> {
  if ((entry.kind === 'pair') !== (entry.target !== null)) {
    throw new StoreError('invalid-input', 'an allowed pair has a target, an allowed owner or path has none')
  }
  const { rows } = await sql<{ id: number }>`
    insert into allow_entry (kind, module, target, reason, author, created_at, expires_at)
    values (${entry.kind}, ${entry.module}, ${entry.target}, ${entry.reason}, ${entry.author}, ${timeOrNow(now)},
            ${entry.expiresAt === null ? null : timeText(entry.expiresAt)}::timestamptz)
    on conflict (kind, module, target) do update
    set reason = excluded.reason, author = excluded.author, created_at = excluded.created_at,
        expires_at = excluded.expires_at
    returning id`.execute(trx)
  return (rows[0] as { id: number }).id
}

/** Takes an entry back. @throws StoreError `not-found` */
export async function disallow(trx: Trx, id: number): Promise<void> {
  const { numDeletedRows } = await trx.deleteFrom('allow_entry').where('id', '=', id).executeTakeFirst()
  if (numDeletedRows === 0n) throw new StoreError('not-found', `There is no allow entry ${id}.`)
}

/** The entries that hold at `now`, in the order in which they were made. */
export async function allowedNames(db: Db, now: TimeInput): Promise<AllowEntry[]> {
  return db
    .selectFrom('allow_entry')
    .select([
      'id',
      'kind',
      'module',
      'target',
      'reason',
      'author',
      'created_at as createdAt',
      'expires_at as expiresAt',
    ])
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', timeText(now))]))
    .orderBy('id')
    .execute()
}
