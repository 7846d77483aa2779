/**
 * Serves the demo world until Ctrl-C, for trying things by hand:
 *
 *     node packages/world/scripts/serve.ts [--port 9000]
 *
 * prints the environment that points mirrorwatch at it, fit for `eval` or a `.env` file, and one line for each request.
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { startWorld } from '../src/world.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
await using world = await startWorld('demo', { port: Number(values.port) })
for (const [name, value] of Object.entries(world.env)) console.log(`${name}='${value}'`)
console.log(
  `# GOPROXY=${world.proxyUrl} GOSUMDB='${world.sumdbKey} ${world.sumdbUrl}' GOFLAGS=-mod=mod go get …`,
)
world.requests.onAdd = ({ service, method, path, status, unexpected }) =>
  console.error(
    `${status} ${service} ${method} ${path}${unexpected === undefined ? '' : `  (${unexpected})`}`,
  )
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
