import { type RawBuilder, sql } from 'kysely'

/** The time that the synthetic store was last written. */
export const NOW = '2026-11-24T20:00:00Z'

/** Names of repositories: the first words make most names, as they do among real ones. */
const WORDS = (
  'go api client server utils cli sdk service common terraform-provider kit proto logger config auth gateway bolt redis kafka ' +
  'metrics cache queue parser router crypto storage agent operator plugin template worker zookeeper'
).split(' ')
const OWNERS = 450_001

/** Returns the path of module `n`. */
export function pathOf(n: number): string {
  return `github.com/owner${n % OWNERS}/${WORDS[wordOf(n)] ?? ''}-${n}`
}

/** Returns the path of the module whose number an SQL expression gives. */
export function pathSql(n: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(select 'github.com/owner' || x % ${sql.lit(OWNERS)} || '/' ||
    (${sql.lit(`{${WORDS.join(',')}}`)}::text[])[1 + x * 7919 % 1009 * (x * 7919 % 1009) * ${sql.lit(WORDS.length)} / 1018081] || '-' || x
    from (select (${n})::bigint as x) p)`
}

/** Squares an even spread, so that the first words are the most frequent. */
function wordOf(n: number): number {
  const spread = (n * 7919) % 1009
  return Math.floor((spread * spread * WORDS.length) / 1_018_081)
}
