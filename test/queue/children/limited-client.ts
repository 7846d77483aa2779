// Asks one address again and again, many at once, with the clients of an ordinary worker process.
// Prints a line when it is ready, starts with the first line on standard input, and ends with the second.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { openRuntime } from '@mirrorwatch/pipeline/service/runtime'

const AT_ONCE = 6
const [url = '', name = ''] = process.argv.slice(2)
await using runtime = await openRuntime(readConfig(process.env, process.cwd()), {
  log: createLogger('error'),
})
const input = createInterface({ input: process.stdin })
const stop = new AbortController()
console.log('ready')
await once(input, 'line')
input.once('line', () => stop.abort())
await Promise.all(Array.from({ length: AT_ONCE }, askUntilStopped))
input.close()

async function askUntilStopped(): Promise<void> {
  while (!stop.signal.aborted) {
    try {
      await runtime.clients.http.request(`${url}?${name}`, { maxBytes: 1000, signal: stop.signal })
    } catch (error) {
      if (!stop.signal.aborted && !isGomodError(error, 'retry-later')) throw error
    }
  }
}
