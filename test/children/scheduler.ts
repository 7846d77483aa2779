// Runs the scheduler of a worker process, with nothing to do, and tells on stdout of each term.
import { readConfig } from '@mirrorwatch/pipeline/config'
import { createLogger } from '@mirrorwatch/pipeline/log'
import { openRuntime } from '@mirrorwatch/pipeline/runtime'
import { runScheduler } from '@mirrorwatch/pipeline/scheduler'

const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
await using runtime = await openRuntime(readConfig(process.env, process.cwd()), { log: createLogger('warn') })
console.log('ready')
await runScheduler({ ...runtime, db: runtime.store.db }, stop.signal, async (term) => {
  console.log('begins')
  await new Promise((resolve) => term.addEventListener('abort', resolve, { once: true }))
  console.log('ends')
})
