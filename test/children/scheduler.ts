// Runs the scheduler of a worker process, with nothing to do, and tells on stdout of each term.
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { openRuntime } from '@mirrorwatch/pipeline/service/runtime'
import { runScheduler } from '@mirrorwatch/pipeline/service/scheduler'

const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
await using runtime = await openRuntime(readConfig(process.env, process.cwd()), { log: createLogger('warn') })
console.log('ready')
await runScheduler(runtime, stop.signal, async (term) => {
  console.log('begins')
  await new Promise((resolve) => term.addEventListener('abort', resolve, { once: true }))
  console.log('ends')
})
