import { DEFAULT_DATA_DIR, storeOfCheckout } from '@mirrorwatch/pipeline/config/store-location'
import type { Store } from '@mirrorwatch/store/connect/connect'
import type { Knowledge } from '@mirrorwatch/store/queries/known-findings'
import { note } from './output/print.ts'

/**
 * Returns what the store that the environment names knows of these modules; null if it names none. Its code is loaded on demand,
 * so that a check of names alone starts fast.
 */
export async function knowledge(modules: readonly string[]): Promise<Knowledge | null> {
  const found = storeOfCheckout(process.env, process.cwd())
  if (found === 'unnamed') {
    note(`The store in ${DEFAULT_DATA_DIR} is not used: a checkout may have brought it.`)
    note(`  Set MIRRORWATCH_DATA_DIR=${DEFAULT_DATA_DIR} if it is yours.`)
  }
  if (found !== 'named') return null
  const { checkoutConfiguration } = await import('./inputs/configuration.ts')
  const config = checkoutConfiguration()
  const open = async (): Promise<Store> => (await import('./session/open-store.ts')).openForReading(config)
  if (config.databaseUrl === null) {
    const { knowledgeInFolder } = await import('@mirrorwatch/store/queries/findings-memo')
    return knowledgeInFolder(config.dataDir, modules, open)
  }
  const { knowledgeOf } = await import('@mirrorwatch/store/queries/known-findings')
  await using store = await open()
  return await knowledgeOf(store.db, modules)
}
