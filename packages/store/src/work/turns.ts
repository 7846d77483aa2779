import {
  MAX_THROTTLE_LEVEL,
  THROTTLE_RECOVERY_MS,
  THROTTLE_SETTLE_MS,
  type Turn,
  type TurnRequest,
} from '@mirrorwatch/upstream/limits/turns'
import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Turns of the workers to send requests to a host. All times are the database's, so that no machine's clock matters. */

/** The halvings that still hold. */
const LEVEL = sql`greatest(0, u.level - floor(extract(epoch from clock_timestamp() - u.throttled_at) * 1000 / ${sql.lit(THROTTLE_RECOVERY_MS)}))`

/** Takes the next turn at a host: one atomic statement (two for a host that was never asked). */
export async function takeTurn(db: Db, request: TurnRequest): Promise<Turn> {
  const turn = await updateTurn(db, request)
  if (turn !== null) return turn
  await sql`insert into upstream_turn (host) values (${request.host}) on conflict do nothing`.execute(db)
  return (await updateTurn(db, request)) ?? { granted: false, waitMs: request.spacingMs }
}

async function updateTurn(db: Db, request: TurnRequest): Promise<Turn | null> {
  const { host, spacingMs, requests, maxWaitMs, pauseMs } = request
  const { rows } = await sql<Turn>`
    update upstream_turn u
    set (turn_at, free_at, granted) = (
      select t.at,
        case when t.at - t.now <= t.most then t.at + t.step * ${requests}::float8 else u.free_at end,
        t.at - t.now <= t.most
      from (
        select s.now, s.step, make_interval(secs => ${maxWaitMs / 1000}::float8) as most,
          greatest(s.now, u.paused_until, s.now + make_interval(secs => ${pauseMs / 1000}::float8),
            u.free_at + s.step * (${requests}::float8 - 1)) as at
        from (
          select clock_timestamp() as now,
            make_interval(secs => ${spacingMs / 1000}::float8 * power(2, ${LEVEL})::float8) as step
        ) s
      ) t
    )
    where host = ${host}
    returning granted, greatest(0, ceil(extract(epoch from turn_at - clock_timestamp()) * 1000))::float8 as "waitMs"`.execute(
    db,
  )
  return rows[0] ?? null
}

/** Milliseconds for which the host still wants silence. */
export async function pausedMs(db: Db, host: string): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select greatest(0, ceil(extract(epoch from paused_until - clock_timestamp()) * 1000))::float8 as ms
    from upstream_turn where host = ${host} and paused_until > clock_timestamp()`.execute(db)
  return rows[0]?.ms ?? 0
}

/** Halves the pace at a host for a while, and keeps silent towards it for `pauseMs`. */
export async function throttleHost(db: Db, host: string, pauseMs: number): Promise<void> {
  const settled = sql`u.throttled_at < clock_timestamp() - make_interval(secs => ${THROTTLE_SETTLE_MS / 1000}::float8)`
  const until = sql`clock_timestamp() + make_interval(secs => ${pauseMs / 1000}::float8)`
  await sql`
    insert into upstream_turn as u (host, paused_until, level, throttled_at)
    values (${host}, ${until}, 1, clock_timestamp())
    on conflict (host) do update set
      paused_until = greatest(u.paused_until, ${until}),
      level = case when ${settled} then least(${MAX_THROTTLE_LEVEL}, ${LEVEL} + 1) else u.level end,
      throttled_at = case when ${settled} then clock_timestamp() else u.throttled_at end`.execute(db)
}

/** Deletes the rows of hosts that received no request for a day. */
export async function forgetIdleHosts(db: Db): Promise<void> {
  await sql`
    delete from upstream_turn
    where greatest(free_at, paused_until, throttled_at) < clock_timestamp() - interval '1 day'`.execute(db)
}
