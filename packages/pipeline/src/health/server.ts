import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { PipelineError } from '../errors.ts'
import { type Logger, logAbout } from '../observe/log.ts'
import type { LoopWatch } from '../observe/loop-watch.ts'
import type { Metrics } from '../observe/metrics.ts'
import { unready } from './ready.ts'
import { createSnapshot, type SnapshotDeps } from './snapshot.ts'

/** Time limit for a client to send a request or to read the answer. */
const SLOWEST_MS = 10_000
/** Limit on connections: a scrape and a few probes are normal. Beyond it, the longest idle connection is closed. */
const MAX_CONNECTIONS = 32
/** Time for which a stopping process waits for a probe to notice: longer than the period of a usual probe. */
const NOTICE_MS = 10_000
/** Time without a probe after which none is waited for. */
const PROBED_MS = 60_000
/** Accepted form of a request id; any other is replaced. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

export interface HealthDeps extends SnapshotDeps {
  metrics: Metrics
  loops: LoopWatch
}

export interface HealthServer extends AsyncDisposable {
  url: string
  /** Resolves once a probe has read on `/readyz` that the process is stopping; soon if no probe came lately. */
  announced(): Promise<void>
}

interface Answer {
  status: number
  text: string
  type?: string
}

/**
 * Serves `/metrics` (Prometheus), `/healthz` (503 if a loop of this process is stuck: restart it) and `/readyz` (503 if the
 * store or the queue is unreachable, or the process is stopping: wait).
 *
 * @throws PipelineError `bad-config` if the process cannot listen on the address
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
  let probedAt = Number.NEGATIVE_INFINITY
  const announced = new AbortController()
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
    '/readyz': async () => {
      probedAt = performance.now()
      if (!stopping.aborted) return verdict(await unready(deps))
      announced.abort()
      return verdict(['stopping'])
    },
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
  boundConnections(server)
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
    async announced() {
      if (performance.now() - probedAt < PROBED_MS) await pauseUnlessAborted(NOTICE_MS, announced.signal)
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Closes idle connections over the limit. Refusing new ones would let slow clients keep the probes out. */
function boundConnections(server: Server): void {
  const waiting = new Set<Socket>()
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    waiting.add(socket)
    open.add(socket)
    socket.once('close', () => {
      waiting.delete(socket)
      open.delete(socket)
    })
    if (open.size <= MAX_CONNECTIONS) return
    const [longest = socket] = [...waiting, ...open]
    longest.destroy()
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.delete(socket)
    response.once('close', () => socket.destroyed || waiting.add(socket))
  })
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
    todo: code === 'EADDRINUSE' ? 'Give each process another port.' : 'Give an address of this machine.',
    cause: error,
  })
}
