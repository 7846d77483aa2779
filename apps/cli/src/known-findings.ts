import { existsSync } from 'node:fs'
import type { FindingLine } from '@mirrorwatch/store/known-findings'
import { configuration } from './config-only.ts'

/**
 * What the store knows of these modules; nothing where there is no store. The store's code is loaded only where there is
 * one: a check of names alone must not wait for it.
 */
export async function knownFindings(modules: readonly string[]): Promise<FindingLine[]> {
  const config = configuration()
  if (config.databaseUrl === null && !existsSync(config.dataDir)) return []
  const [{ openForReading }, { findingsOn }] = await Promise.all([
    import('./config.ts'),
    import('@mirrorwatch/store/known-findings'),
  ])
  await using store = await openForReading(config)
  return await findingsOn(store.db, modules)
}
