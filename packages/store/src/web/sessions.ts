import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** A browser that is signed in. */
export interface WebSession {
  name: string
  role: 'reader' | 'triage'
  via: 'link' | 'token' | 'oidc'
  /** The token that signed in, else null. */
  tokenId: string | null
}

/** Saves a session until `expiresAt`, and deletes those that have ended by `now`. */
export async function saveSession(
  db: Db,
  idHash: Buffer,
  session: WebSession,
  { now, expiresAt }: { now: TimeInput; expiresAt: TimeInput },
): Promise<void> {
  await db.deleteFrom('web_session').where('expires_at', '<=', timeText(now)).execute()
  await db
    .insertInto('web_session')
    .values({
      id_hash: idHash,
      name: session.name,
      role: session.role,
      via: session.via,
      token_id: session.tokenId,
      created_at: now,
      expires_at: expiresAt,
    })
    .execute()
}

/** Returns the session that has not ended at `now`, or null. */
export async function findSession(db: Db, idHash: Buffer, now: TimeInput): Promise<WebSession | null> {
  const row = await db
    .selectFrom('web_session')
    .select(['name', 'role', 'via', 'token_id as tokenId'])
    .where('id_hash', '=', idHash)
    .where('expires_at', '>', timeText(now))
    .executeTakeFirst()
  return row ?? null
}

export async function endSession(db: Db, idHash: Buffer): Promise<void> {
  await db.deleteFrom('web_session').where('id_hash', '=', idHash).execute()
}

/** Notes that a token was used. */
export async function noteTokenUse(db: Db, tokenId: string, name: string, now: TimeInput): Promise<void> {
  await sql`
    insert into token_use (token_id, name, last_used_at) values (${tokenId}, ${name}, ${timeText(now)}::timestamptz)
    on conflict (token_id) do update set name = excluded.name, last_used_at = excluded.last_used_at`.execute(
    db,
  )
}
