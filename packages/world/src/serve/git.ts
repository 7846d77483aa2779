import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { CLOSED_GIT_ENVIRONMENT } from '../build/git-command.ts'
import type { Repository } from '../build/repositories.ts'

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

/**
 * Answers one request by `git upload-pack`, as `git http-backend` would: that one starts two processes more for every
 * request, which is most of what serving a small repository costs. Resolves when the answer has been sent or the client has
 * gone.
 */
export async function runUploadPack(
  repository: Repository,
  service: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const protocol = String(request.headers['git-protocol'] ?? '')
  if (service !== '/info/refs') {
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
    return answer(response, RESULT, uploadPack(repository, protocol, []), body)
  }
  // What protocol 2 says first is the same for every repository of the same settings: which refs there are is asked later.
  if (/(?:^|:)version=2(?:$|:)/.test(protocol)) {
    response.writeHead(200, { 'content-type': ADVERTISEMENT, 'cache-control': 'no-cache' })
    response.end(await capabilitiesOf(repository, protocol))
    return
  }
  const child = uploadPack(repository, protocol, ['--advertise-refs'])
  return answer(response, ADVERTISEMENT, child, null, Buffer.from('001e# service=git-upload-pack\n0000'))
}

const ADVERTISEMENT = 'application/x-git-upload-pack-advertisement'
const RESULT = 'application/x-git-upload-pack-result'

function uploadPack({ directory }: Repository, protocol: string, options: readonly string[]): GitChild {
  return spawn('git', ['upload-pack', '--stateless-rpc', ...options, directory], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Its own process group, so that pack-objects below it ends with it when the client goes away.
    detached: true,
    env: { ...CLOSED_GIT_ENVIRONMENT, GIT_PROTOCOL: protocol },
  })
}

type GitChild = ChildProcessByStdio<Writable, Readable, null>

const capabilities = new WeakMap<Repository, Promise<Buffer>>()

function capabilitiesOf(repository: Repository, protocol: string): Promise<Buffer> {
  let known = capabilities.get(repository)
  if (known === undefined) {
    const child = uploadPack(repository, protocol, ['--advertise-refs'])
    child.stdin.end()
    known = buffer(child.stdout)
    capabilities.set(repository, known)
  }
  return known
}

function answer(
  response: ServerResponse,
  type: string,
  child: GitChild,
  input: Readable | null,
  before = Buffer.alloc(0),
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  child.stdout.on('data', (chunk: Buffer) => {
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' })
      response.write(before)
    }
    response.write(chunk)
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
  if (input === null) child.stdin.end()
  else input.once('error', () => endGroup(child)).pipe(child.stdin)
  return promise
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
