import assert from 'node:assert/strict'
import type { Db } from '@mirrorwatch/store/database'
import { sql } from 'kysely'

/**
 * Everything that a scan leaves, by natural keys and without times of the clock: equal for equal work. With `history` false
 * only what holds in the end: a service looks at some versions before, and at others after it knows that they are watched.
 */
export type Snapshot = Record<string, unknown[]>

export async function snapshot(db: Db, { history = true } = {}): Promise<Snapshot> {
  const newest = history
    ? 'true'
    : 'not exists (select from inspection j where (j.module_id, j.version) = (i.module_id, i.version) and j.id > i.id)'
  const standing = history
    ? 'true'
    : 'exists (select from signal s where s.finding_id = f.id and s.withdrawn_at is null)'
  const holding = history ? 'true' : 's.withdrawn_at is null'
  const rows = async (query: string): Promise<unknown[]> => (await sql.raw(query).execute(db)).rows
  const told = async (query: string): Promise<unknown[]> => (await rows(query)).map(withoutTimes)
  return {
    modules:
      await rows(`select path, first_cached_at, last_cached_at, version_count, latest_version, dependents, declared_path,
      matched_at is not null as matched, blocked_at is not null as blocked from module order by path`),
    versions:
      await rows(`select m.path, v.version, v.cached_at from version v join module m on m.id = v.module_id
      order by m.path, v.version`),
    requirements:
      await rows(`select m.path, r.path as requires from requirement r join module m on m.id = r.module_id
      order by m.path, r.path`),
    targets: await rows('select path, dependents, source from target order by path'),
    candidates: await rows(`select m.path, c.target, c.rule, c.strength, c.distance, c.reason from candidate c
      join module m on m.id = c.module_id order by m.path, c.target, c.rule`),
    inspections:
      await rows(`select m.path, i.version, i.verdict, i.expected_sum, i.repository_sum, i.commit_id, i.reason, i.files
      from inspection i join module m on m.id = i.module_id where ${newest} order by m.path, i.version, i.id`),
    comparisons: await rows(`select m.path, c.version, c.target, c.target_version, c.result from comparison c
      join module m on m.id = c.module_id order by m.path, c.version, c.target, c.target_version`),
    fingerprints:
      await rows(`select m.path, p.version, p.files, p.bytes, md5(p.listing) as listing from fingerprint p
      join module m on m.id = p.module_id order by m.path, p.version`),
    features:
      await rows(`select m.path, p.feature from fingerprint_feature p join module m on m.id = p.module_id
      order by m.path, p.feature`),
    prints: await rows(`select m.path, p.version, p.folder, p.pieces, p.prints from code_package p
      join module m on m.id = p.module_id order by m.path, p.folder`),
    readings:
      await rows(`select m.path, r.version, r.due_at is null as done, md5(r.pieces) as pieces, r.unusual from code_reading r
      join module m on m.id = r.module_id order by m.path, r.version`),
    questions: await rows(
      "select m.path, c.version from due_work c join module m on m.id = c.module_id where c.stage = 'copies' order by m.path, c.version",
    ),
    repositories:
      await rows(`select url, state, moved_to, encode(head, 'hex') as head, tags, attempts, last_error, md5(t.packed) as packed
      from repository r left join repository_tags t on t.repository_id = r.id order by url`),
    events: await rows(`select r.url, e.kind, e.tag, e.from_value, e.to_value from repository_event e
      join repository r on r.id = e.repository_id order by r.url, e.tag, e.id`),
    findings: await told(`select m.path, f.target, f.severity, f.status, f.summary, f.because from finding f
      join module m on m.id = f.module_id where ${standing}
      order by m.path, f.target`),
    signals:
      await told(`select m.path, f.target, s.rule, s.version, s.evidence, s.withdrawn_at is null as holds from signal s
      join finding f on f.id = s.finding_id join module m on m.id = f.module_id where ${holding}
      order by m.path, f.target, s.rule, s.version`),
    pending: await rows(
      "select m.path from due_work p join module m on m.id = p.module_id where p.stage = 'assess' order by m.path",
    ),
    failed:
      await rows(`select m.path, s.version, s.last_error from schedule s join module m on m.id = s.module_id
      where s.last_error_code is not null order by m.path, s.version`),
  }
}

/** Evidence tells when something was seen. */
function withoutTimes(row: unknown): unknown {
  const times = /\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: UTC|Z))?/g
  return JSON.parse(JSON.stringify(row).replaceAll(times, 'TIME')) as unknown
}

/** Rows of each side that a message shows, and how much of each. */
const SHOWN = 10
const SHOWN_CHARS = 400

/**
 * Throws where two snapshots differ, with the rows that only one of them has. A general comparison of thousands of rows of
 * many lines takes more memory to describe a difference than the machine has.
 */
export function assertSame(actual: Snapshot, expected: Snapshot): void {
  const differences: string[] = []
  for (const table of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const [are, shouldBe] = [linesOf(actual[table]), linesOf(expected[table])]
    differences.push(...described(table, 'more', without(are, shouldBe)))
    differences.push(...described(table, 'missing', without(shouldBe, are)))
  }
  assert.ok(differences.length === 0, `the rows differ\n${differences.join('\n')}`)
}

function linesOf(rows: readonly unknown[] = []): string[] {
  return rows.map((row) => JSON.stringify(row))
}

/** Returns `lines` without one equal line for each of `others`. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0
    counts.set(line, count - 1)
    return count <= 0
  })
}

function described(table: string, what: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const shown = lines.slice(0, SHOWN).map((line) => `    ${line.slice(0, SHOWN_CHARS)}`)
  return [`  ${table}: ${lines.length} rows ${what}`, ...shown]
}
