import type { Store } from '@mirrorwatch/store/connect/connect'
import { installationId } from '@mirrorwatch/store/connect/installation'
import { createPostgresTurns } from '@mirrorwatch/store/work/postgres-turns'
import { createFallbackTurns } from '@mirrorwatch/upstream/limits/fallback-turns'
import { createRedisTurns } from '@mirrorwatch/upstream/limits/redis-turns'
import type { Turns } from '@mirrorwatch/upstream/limits/turns'
import type { Config } from '../config/config.ts'
import type { Logger } from '../observe/log.ts'

/** Creates the turns that all workers share: on Redis if configured, with the store as fallback; else in the store. */
export async function createConfiguredTurns(config: Config, store: Store, log: Logger): Promise<Turns> {
  const inStore = createPostgresTurns(store.db)
  if (config.redisUrl === null) return inStore
  const prefix = `mirrorwatch-${await installationId(store.db)}`
  // The queue logs an outage of Redis; what follows from it is logged below.
  const inRedis = createRedisTurns(config.redisUrl, prefix, () => {})
  return createFallbackTurns(inRedis, inStore, {
    onFallback: (error) =>
      log.warn({ err: error }, 'rate limits: Redis does not answer, using the store at half the pace'),
  })
}
