import { existsSync } from 'node:fs'
import type { Store } from '@mirrorwatch/store/connect/connect'
import type { FindingLine } from '@mirrorwatch/store/queries/known-findings'
import { configuration } from './inputs/configuration.ts'

/**
 * What the store knows of these modules; nothing where there is no store. The store's code is loaded only where there is
 * one: a check of names alone must not wait for it.
 */
export async function knownFindings(modules: readonly string[]): Promise<FindingLine[]> {
  const config = configuration()
  const open = async (): Promise<Store> => (await import('./session/open.ts')).openForReading(config)
  if (config.databaseUrl === null) {
    if (!existsSync(config.dataDir)) return []
    const { findingsInFolder } = await import('@mirrorwatch/store/queries/findings-memo')
    return findingsInFolder(config.dataDir, modules, open)
  }
  const { findingsOn } = await import('@mirrorwatch/store/queries/known-findings')
  await using store = await open()
  return await findingsOn(store.db, modules)
}
