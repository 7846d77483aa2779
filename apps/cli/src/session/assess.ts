import type { Db } from '@mirrorwatch/store/database'
import { isStoreError } from '@mirrorwatch/store/errors'
import { note } from '../output/print.ts'

/** Assesses modules again, here and now, and says so. A user who may not write findings leaves that to the service. */
export async function assessNow(db: Db, moduleIds: readonly number[]): Promise<void> {
  // Loaded here, because listing findings is more frequent than deciding.
  const { assessStage } = await import('@mirrorwatch/pipeline/stages/assess/assess')
  const deps = { db, clock: () => new Date() }
  const signal = new AbortController().signal
  const modules = moduleIds.length === 1 ? '1 module' : `${moduleIds.length} modules`
  try {
    for (const moduleId of moduleIds) await assessStage.run(deps, { moduleId, version: '' }, signal)
    note(`${modules} assessed again.`)
  } catch (error) {
    if (!isStoreError(error, 'refused')) throw error
    note(`${modules} will be assessed again by the service, as this database user may not write findings.`)
  }
}
