import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` */
  url: string
  /** `METHOD path` of all requests, in order. */
  requests: string[]
  /** Bytes of all request and response bodies. */
  bytes(): number
}

/** An answer of a test's own, instead of a repository's: true where it has answered. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean

const GIT_PATH = /^\/(.+?)(?:\.git)?(\/info\/refs|\/git-upload-pack)$/

/**
 * Serves the bare repositories below `root` over smart HTTP, by git's own backend. `settings` are git configuration, which
 * comes before the repositories' own.
 */
export async function serveRepositories(
  root: string,
  intercept: Intercept = () => false,
  settings: Record<string, string> = {},
): Promise<GitServer> {
  const requests: string[] = []
  let bytes = 0
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    if (intercept(request, response)) return
    const url = new URL(request.url ?? '/', 'http://x')
    const [, repository, service] = GIT_PATH.exec(url.pathname) ?? []
    if (repository === undefined || service === undefined) {
      response.writeHead(404).end()
      return
    }
    const env = backendEnvironment(path.join(root, repository), service, url, request, settings)
    backend(env, request, response, (count) => (bytes += count))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    bytes: () => bytes,
    [Symbol.asyncDispose]: () => close(server),
  }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

function backendEnvironment(
  directory: string,
  service: string,
  url: URL,
  { method, headers }: IncomingMessage,
  settings: Record<string, string>,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    GIT_PROJECT_ROOT: directory,
    PATH_INFO: service,
    GIT_HTTP_EXPORT_ALL: '1',
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: method,
    CONTENT_TYPE: headers['content-type'] ?? '',
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    ...(headers['content-length'] && { CONTENT_LENGTH: headers['content-length'] }),
  }
  for (const [i, [key, value]] of Object.entries(settings).entries()) {
    env[`GIT_CONFIG_KEY_${i}`] = key
    env[`GIT_CONFIG_VALUE_${i}`] = value
  }
  return env
}

function backend(
  env: NodeJS.ProcessEnv,
  request: IncomingMessage,
  response: ServerResponse,
  count: (bytes: number) => void,
): void {
  const child = spawn('git', ['http-backend'], { stdio: ['pipe', 'pipe', 'ignore'], env })
  request.pipe(child.stdin)
  child.stdin.on('error', () => child.stdin.destroy())
  response.on('close', () => child.kill())
  let head = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    count(chunk.length)
    if (response.headersSent) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    sendHead(response, head.toString('latin1', 0, end))
    response.write(head.subarray(end + 4))
  })
  child.on('close', () => response.end())
}

function sendHead(response: ServerResponse, head: string): void {
  const fields = head.split('\r\n').map((line) => line.split(': ', 2) as [string, string])
  const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
  response.writeHead(Number.parseInt(status, 10), fields.filter(([name]) => name !== 'Status').flat())
}
