import { randomUUID } from 'node:crypto'
import { messageIdOf } from '../report/message.ts'
import type { NotifySettings } from '../settings.ts'
import { type AlertDeps, recipientsOf, sendOne } from './send.ts'

/** Outcome of a test message for one recipient. */
export interface TestResult {
  channel: 'mail' | 'slack' | 'webhook'
  recipient: string
  /** Null if the receiver took it. */
  fault: string | null
}

/** Time that one receiver may take. */
const PATIENCE_MS = 60_000

const TEXT =
  'This is a test message from mirrorwatch, sent with "mirrorwatch doctor --send-test". Reports and alerts will arrive like this one.'

/** Sends a message that says it is a test to every recipient of reports and alerts, over every channel. */
export async function sendTestMessages(
  deps: Omit<AlertDeps, 'db' | 'config'> & { config: NotifySettings },
): Promise<TestResult[]> {
  const { alertTo, reportTo } = deps.config
  const config = { ...deps.config, alertTo: [...alertTo, ...reportTo] }
  const content = {
    subject: 'mirrorwatch: test message',
    text: TEXT,
    json: JSON.stringify({ type: 'test', text: TEXT }),
    slack: JSON.stringify({ text: TEXT }),
  }
  return Promise.all(
    recipientsOf({ ...deps, config }).map(async ({ channel, recipient }): Promise<TestResult> => {
      const messageId = messageIdOf(randomUUID(), 'test', recipient, deps.mailer?.from ?? 'mirrorwatch')
      const delivery = { channel, recipient, messageId }
      try {
        await sendOne({ ...deps, config }, delivery, content, AbortSignal.timeout(PATIENCE_MS))
        return { channel, recipient, fault: null }
      } catch (error) {
        return { channel, recipient, fault: error instanceof Error ? error.message : String(error) }
      }
    }),
  )
}
