import type { Db } from '@mirrorwatch/store/database'
import { within } from '@mirrorwatch/upstream/http/within'
import { sql } from 'kysely'
import { asError, causes } from '../errors.ts'
import { queueName } from '../work/queue/queue-names.ts'
import type { OpenQueue } from '../work/queue/types.ts'

/** Time limit for the answer: a probe gives up after some seconds. */
const PATIENCE_MS = 2_500

/** Describes what keeps this process from working now, without passwords; returns nothing if it is ready. */
export async function unready({
  db,
  queue,
}: {
  db: Db
  queue: Pick<OpenQueue, 'counts'> | null
}): Promise<string[]> {
  const faults = await Promise.all([
    fault('store', async () => {
      await sql`select 1`.execute(db)
    }),
    fault('queue', async () => {
      await queue?.counts(queueName('inspect'))
    }),
  ])
  return faults.filter((found) => found !== null)
}

async function fault(name: string, ask: () => Promise<void>): Promise<string | null> {
  try {
    await within(PATIENCE_MS, ask())
    return null
  } catch (error) {
    return `${name}: ${causes(asError(error))}`
  }
}
