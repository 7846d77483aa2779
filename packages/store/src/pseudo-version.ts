import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'

/**
 * Returns a condition: the version names a commit and no tag. For well-formed versions of the feed alone, of which nothing else
 * ends in a time and twelve digits of a commit.
 */
export function isPseudoVersion(version: ReturnType<typeof sql.ref>): RawBuilder<boolean> {
  return sql<boolean>`${version} ~ '[-.][0-9]{14}-[0-9a-f]{12}(\\+incompatible)?$'`
}
