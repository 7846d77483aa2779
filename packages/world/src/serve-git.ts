import { type ChildProcess, spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename, dirname } from 'node:path'
import { CLOSED_GIT_ENVIRONMENT } from './git-command.ts'
import type { Repository } from './repositories.ts'

/** The two addresses that reading over smart HTTP needs. */
const READ_SERVICES = new Set(['/info/refs', '/git-upload-pack'])

/** Splits `github.com/o/r.git/info/refs` into repository path and what is wanted of it; null where it is not git's. */
export function splitGitPath(path: string): { repository: string; service: string } | null {
  const match =
    /^(.+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack|\/HEAD|\/objects\/.*)$/.exec(path)
  return match ? { repository: match[1] as string, service: match[2] as string } : null
}

/** Why this request may not pass, or null. Only fetching over smart HTTP is offered, as on the big code hosts. */
export function refusal(service: string, url: URL): string | null {
  if (!READ_SERVICES.has(service)) return 'only smart HTTP reads are served'
  if (service === '/info/refs' && url.searchParams.get('service') !== 'git-upload-pack')
    return 'only reads are served'
  return null
}

/** Hands one request to `git http-backend` (CGI); resolves when the answer has been sent or the client has gone. */
export async function runHttpBackend(
  repository: Repository,
  service: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Its own process group, so that upload-pack below it ends with it when the client goes away.
    detached: true,
    env: cgiEnvironment(repository, service, url, request),
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  let head = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const { status, headers } = parseCgiHead(head.subarray(0, end).toString('latin1'))
    response.writeHead(status, headers)
    if (head.length > end + 4) response.write(head.subarray(end + 4))
  })
  const finish = (): void => {
    if (!response.headersSent) response.writeHead(500)
    response.end()
    resolve()
  }
  child.once('error', finish)
  child.once('close', finish)
  response.once('close', () => endGroup(child))
  child.stdin.once('error', () => child.stdin.destroy())
  request.pipe(child.stdin)
  return promise
}

function cgiEnvironment(
  repository: Repository,
  service: string,
  url: URL,
  request: IncomingMessage,
): Record<string, string> {
  const { headers } = request
  return {
    ...CLOSED_GIT_ENVIRONMENT,
    GIT_PROJECT_ROOT: dirname(repository.directory),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.directory)}${service}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: headers['content-type'] ?? '',
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    ...(headers['content-length'] ? { CONTENT_LENGTH: headers['content-length'] } : {}),
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // It ended a moment ago, and we have not been told yet.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function parseCgiHead(head: string): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  let status = 200
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'status') status = Number.parseInt(value, 10)
    else if (colon > 0) headers[name] = value
  }
  return { status, headers }
}
