import { mayHaveStore } from '@mirrorwatch/pipeline/config/store-location'
import type { Store } from '@mirrorwatch/store/connect/connect'
import type { Knowledge } from '@mirrorwatch/store/queries/known-findings'

/**
 * Returns what the store knows of these modules; null if there is no store. Its code is loaded on demand, so that a check of
 * names alone starts fast.
 */
export async function knowledge(modules: readonly string[]): Promise<Knowledge | null> {
  if (!mayHaveStore(process.env, process.cwd())) return null
  const { configuration } = await import('./inputs/configuration.ts')
  const config = configuration()
  const open = async (): Promise<Store> => (await import('./session/open-store.ts')).openForReading(config)
  if (config.databaseUrl === null) {
    const { knowledgeInFolder } = await import('@mirrorwatch/store/queries/findings-memo')
    return knowledgeInFolder(config.dataDir, modules, open)
  }
  const { knowledgeOf } = await import('@mirrorwatch/store/queries/known-findings')
  await using store = await open()
  return await knowledgeOf(store.db, modules)
}
