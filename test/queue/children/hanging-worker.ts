// Takes one job and never finishes it: to be killed.

import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import type { QueueConfig } from '@mirrorwatch/pipeline/work/queue/types'

const [config = '', queueName = '', lockMs = ''] = process.argv.slice(2)
const queue = await openQueue(JSON.parse(config) as QueueConfig)
await queue.work(
  queueName,
  (job) => {
    console.log(job.id)
    return new Promise(() => setInterval(() => undefined, 1000))
  },
  { concurrency: 1, lockMs: Number(lockMs) },
)
