// Sends the reports that are due, and stands still at one moment of it, to be killed there.

import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { createMailer } from '../../src/delivery/mailer.ts'
import { sendDueReports } from '../../src/report/send.ts'

/** Task of the sender. `stopAt` is `before` or `after`, then a kind of statement on deliveries, then its number. */
export interface SenderTask {
  store: { dataDir: string; databaseUrl?: string }
  env: Record<string, string>
  now: string
  stopAt: string | null
}

// Saves the compiled code now, because a killed process would not save it for the next one.
flushCompileCache()
const [line] = (await once(process.stdin, 'data')) as [Buffer]
const task = JSON.parse(line.toString()) as SenderTask
const config = readConfig(task.env, '/')
const store = await openStore(task.store)
const clock = (): Date => new Date(task.now)
const deps = { db: store.db.withPlugin(standingStill()), config, mailer: createMailer(config), clock }
await sendDueReports(deps)
await store.close()
process.stdin.destroy()

function standingStill(): KyselyPlugin {
  const seen = new Map<string, number>()
  const names = new WeakMap<object, string>()
  return {
    transformQuery({ node, queryId }) {
      const statement = statementOf(node)
      if (statement !== null) {
        const count = (seen.get(statement) ?? 0) + 1
        seen.set(statement, count)
        names.set(queryId, `${statement} ${count}`)
        if (task.stopAt === `before ${statement} ${count}`) {
          writeSync(1, 'here\n')
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
        }
      }
      return node
    },
    async transformResult({ result, queryId }) {
      if (task.stopAt === `after ${names.get(queryId)}`) {
        writeSync(1, 'here\n')
        await new Promise(() => {})
      }
      return result
    },
  }
}

function statementOf(node: RootOperationNode): 'plan' | 'take' | 'record' | null {
  if (node.kind === 'InsertQueryNode') return 'plan'
  if (node.kind === 'UpdateQueryNode') return 'record'
  const text = node.kind === 'RawNode' ? node.sqlFragments.join('') : ''
  return text.includes('update delivery set attempts') ? 'take' : null
}
