import type { Trx } from '@mirrorwatch/store/database'
import { saveTagChanges } from '@mirrorwatch/store/repositories/events'
import { saveModuleRepositories } from '@mirrorwatch/store/repositories/repositories'

/**
 * Saves two looks, a day apart, at the repository of a module whose version v1.0.0 is known: its tag moved from `aaaaaaaaaaaa` to
 * `bbbbbbbbbbbb`.
 */
export async function moveTag(trx: Trx, moduleId: number, url: string): Promise<void> {
  const firstSeenAt = '2026-11-02T10:00:00Z'
  await saveModuleRepositories(trx, [{ moduleId, url, tagPrefix: '' }], firstSeenAt)
  const { id } = await trx
    .selectFrom('repository')
    .select('id')
    .where('url', '=', url)
    .executeTakeFirstOrThrow()
  const change = { kind: 'tag-moved', tag: 'v1.0.0', from: 'a'.repeat(40), to: 'b'.repeat(40) } as const
  await saveTagChanges(trx, id, [change], { lastSeenAt: '2026-11-01T10:00:00Z', firstSeenAt })
}
