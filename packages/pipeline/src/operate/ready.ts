import { sql } from 'kysely'
import type { Runtime } from '../service/runtime.ts'
import { queueName } from '../work/sweep.ts'
import { causes } from './probe.ts'

/** A probe gives up after some seconds; the answer should be there before. */
const PATIENCE_MS = 2_500

/** What keeps this process from working now, in a person's words; empty where it is ready. Never with a password. */
export async function unready({ store, queue }: Pick<Runtime, 'store' | 'queue'>): Promise<string[]> {
  const faults = await Promise.all([
    fault('store', async () => {
      await sql`select 1`.execute(store.db)
    }),
    fault('queue', async () => {
      await queue.counts(queueName('inspect'))
    }),
  ])
  return faults.filter((found) => found !== null)
}

async function fault(name: string, ask: () => Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
  })
  try {
    await Promise.race([ask(), silence])
    return null
  } catch (error) {
    return `${name}: ${error instanceof Error ? causes(error) : String(error)}`
  } finally {
    clearTimeout(timer)
  }
}
