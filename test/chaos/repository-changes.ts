import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@mirrorwatch/store/database'
import type { RepositorySpec } from '@mirrorwatch/world/build/spec'
import type { World } from '@mirrorwatch/world/world'
import { sql } from 'kysely'

const ASK_EVERY_MS = 250
const KINDS = 5
const TAG = 'v1.0.1'
/** Keeps the commit that `TAG` named. Names no version, so that looks do not keep it. */
const KEPT = 'kept'

/**
 * What happens to the repositories of a synthetic world, by their place: of five, one has a tag rewritten, one a tag deleted and
 * put back, one is deleted and restored, one is replaced by another repository. Rounds (`test/repository-rounds.slow.test.ts`) have
 * tags that are rewritten and put back.
 */
export const REPOSITORY_CHANGES: ((
  world: World,
  repositories: readonly RepositorySpec[],
) => Promise<void>)[] = [
  async (world, repositories) => {
    for (const [at, { path }] of repositories.entries()) {
      const kind = at % KINDS
      if (kind === 0) await rewrite(world, path)
      if (kind === 1) await deleteTag(world, path)
      if (kind === 2) world.changes.deleteRepository(path)
      if (kind === 3) await world.changes.replaceRepository(another(path))
    }
  },
  async (world, repositories) => {
    for (const [at, { path }] of repositories.entries()) {
      const kind = at % KINDS
      if (kind === 1) await world.changes.change(path, [{ do: 'tag', name: TAG, target: KEPT }])
      if (kind === 2) world.changes.restoreRepository(path)
    }
  },
]

async function rewrite(world: World, path: string): Promise<void> {
  const files = { 'rewritten.txt': `${path}\n` }
  await world.changes.moveTag(path, TAG, { time: '2026-06-01T10:00:00Z', files })
}

async function deleteTag(world: World, path: string): Promise<void> {
  await world.changes.change(path, [{ do: 'tag', name: KEPT, target: TAG }])
  await world.changes.deleteTag(path, TAG)
}

function another(path: string): RepositorySpec {
  const files = { 'go.mod': `module ${path}\n`, 'another.go': 'package another\n' }
  return {
    path,
    steps: [
      { do: 'commit', time: '2026-06-01T10:00:00Z', message: 'Another', files },
      { do: 'tag', name: TAG },
    ],
  }
}

/** Makes a look at every repository due. */
export async function lookAgain(db: Db): Promise<void> {
  await sql`update repository set due_at = now()`.execute(db)
}

/**
 * Waits until every repository was looked at, and every version inspected that is due because of it. What was seen of a tag before
 * it is put back depends on that. What failed is due again at once.
 */
export async function untilSeen(db: Db): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ left: number }>`
      select (select count(*) from module where located_at is null)
        + (select count(*) from due_work where stage = 'locate')
        + (select count(*) from repository where due_at <= now() or last_error is not null)
        + (select count(*) from schedule where due_at <= now() or last_error_code is not null) as left`.execute(
      db,
    )
    if (rows[0]?.left === 0) return
    await sql`update repository set due_at = now() where last_error is not null and due_at > now()`.execute(
      db,
    )
    await sql`update schedule set due_at = now() where last_error_code is not null and due_at > now()`.execute(
      db,
    )
    await sleep(ASK_EVERY_MS)
  }
}
