import { messageOf } from '../errors.ts'
import {
  ANALYZE_FRACTION,
  CHECKPOINT_WAL_BYTES,
  FREEZE_AGE,
  HOUSEKEEPING_MS,
  VACUUM_FRACTION,
  VACUUM_ROWS,
} from '../limits.ts'

/** Runs one statement on the session while no connection has the turn. */
type RunAlone = <Row>(statement: string) => Promise<Row[]>

export interface HousekeepingOptions {
  runAlone: RunAlone
  /** Grows with every message that was executed for a client. */
  activity: () => number
  /** Reports a failed task, which the next round retries. */
  onTrouble: (message: string) => void
  everyMs?: number
}

export interface Housekeeping {
  stop(): void
  /** Runs one round now, as the timer does. */
  round(): Promise<void>
}

/**
 * Does the work of a Postgres server's background processes, which the embedded Postgres lacks because it runs in
 * single-user mode. Without it the queue's tables would grow with every job, the planner would know no sizes, transaction
 * ids would run out, and the log to be replayed after a kill would grow to a gigabyte.
 *
 * The thresholds are autovacuum's defaults. Each table is vacuumed in a separate turn.
 */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  let seen = options.activity()
  let running = false

  async function round(): Promise<void> {
    const tables = await options.runAlone<{ name: string }>(NEEDING_VACUUM)
    for (const { name } of tables) await options.runAlone(`vacuum (analyze) ${name}`)
    const [log] = await options.runAlone<{ bytes: number }>(LOG_SINCE_CHECKPOINT)
    if (log !== undefined && log.bytes > CHECKPOINT_WAL_BYTES) await options.runAlone('checkpoint')
  }

  async function tick(): Promise<void> {
    if (running || options.activity() === seen) return
    running = true
    seen = options.activity()
    try {
      await round()
    } catch (error) {
      options.onTrouble(`housekeeping of the embedded store: ${messageOf(error)}`)
    } finally {
      running = false
    }
  }

  const timer = setInterval(() => void tick(), options.everyMs ?? HOUSEKEEPING_MS)
  timer.unref()
  return { stop: () => clearInterval(timer), round }
}

const NEEDING_VACUUM = `
  select c.oid::regclass::text as name
  from pg_class c
  left join pg_stat_all_tables s on s.relid = c.oid
  where c.relkind in ('r', 'm') and (
    s.n_dead_tup > ${VACUUM_ROWS} + ${VACUUM_FRACTION} * greatest(c.reltuples, 0)
    or s.n_mod_since_analyze > ${VACUUM_ROWS} + ${ANALYZE_FRACTION} * greatest(c.reltuples, 0)
    or age(c.relfrozenxid) > ${FREEZE_AGE})
  order by s.n_dead_tup desc nulls last`

const LOG_SINCE_CHECKPOINT = `
  select (pg_current_wal_lsn() - redo_lsn)::float8 as bytes from pg_control_checkpoint()`
