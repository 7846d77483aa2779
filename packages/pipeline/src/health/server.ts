import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { PipelineError } from '../errors.ts'
import { type Logger, logAbout } from '../observe/log.ts'
import type { LoopWatch } from '../observe/loop-watch.ts'
import type { Metrics } from '../observe/metrics.ts'
import { unready } from './ready.ts'
import { createSnapshot, type SnapshotDeps } from './snapshot.ts'

/** A client that takes longer to ask, or to read the answer, is cut off. */
const SLOWEST_MS = 10_000
/** More at once are refused: a scrape and a probe or two is what comes. */
const MAX_CONNECTIONS = 32
/** What a given request id may look like; another one is made up. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

export interface HealthDeps extends SnapshotDeps {
  metrics: Metrics
  loops: LoopWatch
}

export interface HealthServer extends AsyncDisposable {
  url: string
}

interface Answer {
  status: number
  text: string
  type?: string
}

/**
 * Serves `/metrics` (Prometheus), `/healthz` (503 where a loop of this process is stuck: restart it) and `/readyz` (503 where
 * the store or the queue is away, or the process is stopping: wait).
 *
 * @throws PipelineError `bad-config` where the address cannot be listened on
 */
export async function serveHealth(
  deps: HealthDeps,
  listen: { host: string; port: number },
  stopping: AbortSignal,
): Promise<HealthServer> {
  const { registry } = deps.metrics
  const own = new Registry()
  collectDefaultMetrics({ register: own })
  const snapshot = createSnapshot(deps, own)
  const routes: Record<string, () => Promise<Answer>> = {
    '/metrics': async () => {
      await snapshot()
      const text = `${await registry.metrics()}\n${await own.metrics()}`
      return { status: 200, text, type: registry.contentType }
    },
    '/healthz': () => {
      const stuck = deps.loops.stuck()
      return Promise.resolve(verdict(stuck.map((loop) => `${loop}: has not come round in time`)))
    },
    '/readyz': async () => verdict(stopping.aborted ? ['stopping'] : await unready(deps)),
  }
  const server = createServer(
    { requestTimeout: SLOWEST_MS, headersTimeout: SLOWEST_MS },
    (request, response) => {
      const given = request.headers['x-request-id']
      const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
      response.setHeader('x-request-id', id)
      logAbout({ request: id }, () => void handle(deps.log, routes, request, response))
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(SLOWEST_MS)
  try {
    server.listen(listen.port, listen.host)
    await once(server, 'listening')
  } catch (error) {
    throw cannotListen(listen, error)
  }
  const { address, port, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function handle(
  log: Logger,
  routes: Record<string, () => Promise<Answer>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined
  try {
    const answer = await answerTo(request.method, route)
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'text/plain; charset=utf-8' })
    response.end(request.method === 'HEAD' ? undefined : answer.text)
    log.debug({ path: route === undefined ? null : path, status: answer.status }, 'answered')
  } catch (error) {
    log.error({ err: error, path }, 'could not answer')
    response.writeHead(500).end('internal error\n')
  }
}

async function answerTo(
  method: string | undefined,
  route: (() => Promise<Answer>) | undefined,
): Promise<Answer> {
  if (route === undefined) return { status: 404, text: 'There is /metrics, /healthz and /readyz.\n' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'GET only\n' }
  return route()
}

function verdict(faults: readonly string[]): Answer {
  return faults.length === 0 ? { status: 200, text: 'ok\n' } : { status: 503, text: `${faults.join('\n')}\n` }
}

function cannotListen({ host, port }: { host: string; port: number }, error: unknown): PipelineError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new PipelineError('bad-config', `Cannot listen on ${host}:${port} (MIRRORWATCH_LISTEN): ${code}`, {
    todo: code === 'EADDRINUSE' ? 'Give each process a port of its own.' : 'Give an address of this machine.',
    cause: error,
  })
}
