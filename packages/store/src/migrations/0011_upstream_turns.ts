import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Whose turn it is to ask an upstream host. Frozen: a change is a new migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

/**
 * Unlogged: a row lives for seconds and is written with every request, and what a crash loses is one second's order. Pages
 * are left nearly empty so that every update finds room beside its row, and no index ever changes.
 */
const STATEMENTS = [
  `create unlogged table upstream_turn (
    host text collate "C" primary key,
    turn_at timestamptz not null default 'epoch',
    free_at timestamptz not null default 'epoch',
    paused_until timestamptz not null default 'epoch',
    granted boolean not null default false,
    level smallint not null default 0,
    throttled_at timestamptz not null default 'epoch'
  ) with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  `comment on table upstream_turn is 'When an upstream host may be asked again, all workers together. May be emptied at any time.'`,
  `comment on column upstream_turn.host is 'Host and port of the upstream, as in its URL.'`,
  `comment on column upstream_turn.turn_at is 'When the request may start that was last asked for.'`,
  `comment on column upstream_turn.free_at is 'When the next one may start.'`,
  `comment on column upstream_turn.paused_until is 'The host asked for silence until then (Retry-After).'`,
  `comment on column upstream_turn.granted is 'Whether the request that was last asked for got its turn, or would have had to wait too long.'`,
  `comment on column upstream_turn.level is 'How often the pace was halved, at throttled_at; one less for every minute since.'`,
  `comment on column upstream_turn.throttled_at is 'When the host last said that it is asked too often.'`,
]
