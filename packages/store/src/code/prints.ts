import type { PackagePrint } from '@mirrorwatch/detect/prints/code-prints'
import { compareForSort } from '@mirrorwatch/gomod/paths/semver'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'

interface StoredPackage {
  id: number
  folder: string
  pieces: number
  prints: number[]
}

/**
 * Replaces a module's fingerprints by those of `version`, unless they are of a higher one, so that the order of reading does not
 * matter. A version without code replaces nothing. Packages whose code is the same keep their rows, so a release that changes
 * one package of a hundred writes one.
 */
export async function savePrints(
  trx: Trx,
  { moduleId, version, packages }: { moduleId: number; version: string; packages: readonly PackagePrint[] },
): Promise<void> {
  if (packages.length === 0) return markUnprintable(trx, moduleId, version)
  // Two workers may read two versions of one module at the same time: the second one waits here.
  const { printed_version: printed } = await trx
    .selectFrom('module')
    .select('printed_version')
    .where('id', '=', moduleId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  const { rows: known } = await sql<StoredPackage>`
    select id, folder, pieces, prints from code_package where module_id = ${moduleId} order by id`.execute(
    trx,
  )
  if (known.length > 0 && printed !== null && compareForSort(printed, version) > 0) return
  await sql`update module set printed_version = ${version} where id = ${moduleId}`.execute(trx)
  const keyOf = (each: Pick<StoredPackage, 'folder' | 'pieces' | 'prints'>): string =>
    `${each.folder}\0${each.pieces}\0${each.prints.join(' ')}`
  const wanted = new Map(packages.map((each) => [keyOf(each), each]))
  const gone = known.filter((each) => !wanted.delete(keyOf(each)))
  await deletePackages(
    trx,
    gone.map(({ id }) => id),
  )
  await sql`update code_package set version = ${version} where module_id = ${moduleId}`.execute(trx)
  await insertPackages(trx, moduleId, version, [...wanted.values()])
}

async function deletePackages(trx: Trx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    delete from code_print c using (
      select id, unnest(prints) as print from code_package where id = any(${[...ids]}::bigint[])
    ) p where c.print = p.print and c.package_id = p.id`.execute(trx)
  await sql`delete from code_package where id = any(${[...ids]}::bigint[])`.execute(trx)
}

async function insertPackages(
  trx: Trx,
  moduleId: number,
  version: string,
  packages: readonly PackagePrint[],
): Promise<void> {
  if (packages.length === 0) return
  // An array of arrays of different lengths is no array to Postgres, so each package's prints are given as text.
  await sql`
    with added as (
      insert into code_package (module_id, version, folder, pieces, prints)
      select ${moduleId}::bigint, ${version}, folder, pieces, prints::bigint[]
      from unnest(${packages.map(({ folder }) => folder)}::text[], ${packages.map(({ pieces }) => pieces)}::integer[],
                  ${packages.map(({ prints }) => `{${prints.join(',')}}`)}::text[]) as p (folder, pieces, prints)
      returning id, prints
    )
    insert into code_print (print, package_id)
    select distinct u.print, a.id from added a cross join lateral unnest(a.prints) as u (print) order by 1, 2`.execute(
    trx,
  )
}

/** Notes that a version has no code, or none to be had. Fingerprints of another version stay. */
export async function markUnprintable(trx: Trx, moduleId: number, version: string): Promise<void> {
  await sql`
    update module set printed_version = ${version}
    where id = ${moduleId} and printed_version is null`.execute(trx)
}

/** A module some of whose code is in the module asked about. */
export interface CodeMatch {
  moduleId: number
  path: string
  /** The version that was fingerprinted. */
  version: string
  /** Modules that require it. */
  dependents: number
  /** Its packages that are in common: pieces, and prints in common. */
  found: { pieces: number; shared: number }[]
  /** Pieces of all its packages. */
  total: number
}

/** Packages read of one print: one that more packages have is common, and says nothing. */
const MOST_PACKAGES_OF_A_PRINT = 100
/** Prints that a package must have in common to count. */
const MIN_SHARED = 2

/**
 * Finds the modules whose code is in a module that has these pieces, most code first: the question "what is this made of?"
 * without names, files or checksums. An answer is a candidate: compare the contents.
 */
export async function modulesWithin(
  db: Db,
  { pieces, moduleId, limit }: { pieces: readonly number[]; moduleId: number; limit: number },
): Promise<CodeMatch[]> {
  if (pieces.length === 0) return []
  const { rows } = await sql<CodeMatch>`
    with shared as (
      select h.package_id, count(*)::integer as shared
      from unnest(${[...pieces]}::bigint[]) as u (print)
      cross join lateral (
        select package_id from code_print where print = u.print
        order by package_id limit ${MOST_PACKAGES_OF_A_PRINT}
      ) h
      group by h.package_id having count(*) >= ${MIN_SHARED}
    ), found as (
      select p.module_id, max(p.version) as version,
        sum(p.pieces * s.shared::numeric / cardinality(p.prints)) as common,
        json_agg(json_build_object('pieces', p.pieces, 'shared', s.shared) order by p.id) as found
      from shared s join code_package p on p.id = s.package_id
      where p.module_id <> ${moduleId}
      group by p.module_id order by common desc, p.module_id limit ${limit}
    )
    select f.module_id as "moduleId", m.path, f.version, m.dependents, f.found,
      (select sum(a.pieces)::bigint from code_package a where a.module_id = f.module_id) as total
    from found f join module m on m.id = f.module_id order by f.common desc, f.module_id`.execute(db)
  return rows
}
