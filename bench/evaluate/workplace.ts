import { type ChildProcess, execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type GitServer, serveRepositories } from '@mirrorwatch/testing/git/git-http-server'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { answerIndex } from '@mirrorwatch/world/serve/index-pages'

/** Vanity paths whose repository the folder holds: what their hosts' go-import pages say. */
const VANITY: Readonly<Record<string, string>> = {
  'go.uber.org/zap': 'github.com/uber-go/zap',
  'go.uber.org/multierr': 'github.com/uber-go/multierr',
  'go.etcd.io/bbolt': 'github.com/etcd-io/bbolt',
  'sigs.k8s.io/yaml': 'github.com/kubernetes-sigs/yaml',
}
const VANITY_HOSTS = [...new Set(Object.keys(VANITY).map((module) => module.split('/')[0] ?? ''))]

/** Modules given to one `go mod download`. */
const DOWNLOADS_AT_ONCE = 20

/** A temporary folder with code hosts, an index and a module proxy, all on loopback. */
export interface Workplace extends AsyncDisposable {
  root: string
  feed: IndexFeed
  /** Returns the folder of the repository `github.com/owner/name`. */
  repository(path: string): string
  link(repository: string, directory: string): void
  /** Has the go command make zips; answers with the version that it resolved to, or why it could not. */
  download(wanted: readonly string[]): Promise<Map<string, { version: string } | { error: string }>>
  mirrorwatch(args: string[]): Promise<{ code: number; stdout: string; stderr: string }>
}

export async function openWorkplace(): Promise<Workplace> {
  const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-evaluate-'))
  const hosts = path.join(root, 'hosts')
  const feed = new IndexFeed()
  const server = await serveRepositories(hosts, (request, response) => answer(feed, request, response), {
    'uploadpack.allowFilter': 'true',
    'safe.directory': '*',
  })
  const repository = (name: string): string => path.join(hosts, name)
  return {
    root,
    feed,
    repository,
    link(name, directory) {
      mkdirSync(path.dirname(repository(name)), { recursive: true })
      symlinkSync(path.resolve(directory), repository(name))
    },
    download: (wanted) => downloadAll(server, root, wanted),
    mirrorwatch: (args) => mirrorwatch(server, root, args),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      if (process.env['KEEP'] === undefined) rmSync(root, { recursive: true, force: true })
      else console.log(`kept: ${root}`)
    },
  }
}

/** Serves the index and go-import pages. The go command requests these pages through this server as its HTTP proxy. */
function answer(feed: IndexFeed, request: IncomingMessage, response: ServerResponse): boolean {
  const url = new URL(request.url ?? '/', 'http://index')
  if (url.hostname === 'index' && url.pathname === '/index') {
    const { status, body } = answerIndex(feed, new URL(`http://index/${url.search}`))
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    return true
  }
  if (url.searchParams.get('go-get') !== '1') return false
  const asked = url.hostname === 'index' ? url.pathname.slice(1) : url.hostname + url.pathname
  const module = Object.keys(VANITY).find((known) => asked === known || asked.startsWith(`${known}/`))
  if (module === undefined) response.writeHead(404).end()
  else response.end(`<meta name="go-import" content="${module} git https://${VANITY[module]}">`)
  return true
}

async function downloadAll(
  server: GitServer,
  root: string,
  wanted: readonly string[],
): Promise<Map<string, { version: string } | { error: string }>> {
  const results = new Map<string, { version: string } | { error: string }>()
  for (let i = 0; i < wanted.length; i += DOWNLOADS_AT_ONCE) {
    const batch = wanted.slice(i, i + DOWNLOADS_AT_ONCE)
    for (const { Path, Version, Query, Error } of await download(server, root, batch)) {
      const key = batch.find((each) => each === `${Path}@${Query ?? Version}`) ?? `${Path}@${Version}`
      results.set(key, Error === undefined ? { version: Version } : { error: Error })
    }
  }
  return results
}

interface Downloaded {
  Path: string
  Version: string
  Query?: string
  Error?: string
}

async function download(server: GitServer, root: string, batch: readonly string[]): Promise<Downloaded[]> {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: path.join(root, 'home'),
    GOPATH: path.join(root, 'go'),
    GOMODCACHE: path.join(root, 'mod'),
    GOCACHE: path.join(root, 'build'),
    GOPROXY: 'direct',
    GOSUMDB: 'off',
    GOFLAGS: '-mod=mod -modcacherw',
    GOINSECURE: VANITY_HOSTS.join(','),
    // Pages of vanity hosts come from here; nothing else is reached.
    HTTP_PROXY: server.url,
    HTTPS_PROXY: 'http://127.0.0.1:1',
    NO_PROXY: '127.0.0.1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${server.url}github.com/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/',
  }
  mkdirSync(path.join(root, 'home'), { recursive: true })
  const { stdout, stderr } = await run('go', ['mod', 'download', '-json', ...batch], { cwd: root, env })
  const objects = stdout.split(/(?<=^\})\n/m).filter((text) => text.trim() !== '')
  if (objects.length === 0) throw new Error(`go mod download said nothing but: ${stderr}`)
  return objects.map((text) => JSON.parse(text) as Downloaded)
}

function mirrorwatch(
  server: GitServer,
  root: string,
  args: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = path.resolve(import.meta.dirname, '../../apps/cli/src/main.ts')
  const rewrites = ['github.com', ...VANITY_HOSTS].map((host) => `https://${host}/=${server.url}${host}/`)
  const { DATABASE_URL, REDIS_URL } = process.env
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    ...(DATABASE_URL === undefined ? {} : { DATABASE_URL }),
    ...(REDIS_URL === undefined ? {} : { REDIS_URL }),
    MIRRORWATCH_DATA_DIR: path.join(root, 'data'),
    MIRRORWATCH_INDEX_URL: `${server.url}index`,
    MIRRORWATCH_PROXY_URL: pathToFileURL(path.join(root, 'mod/cache/download')).href,
    MIRRORWATCH_SUMDB_URL: 'off',
    MIRRORWATCH_GIT_INSTEAD_OF: rewrites.join(','),
    MIRRORWATCH_ALLOW_PRIVATE_HOSTS: 'true',
    MIRRORWATCH_REQUESTS_PER_SECOND: '10000',
    MIRRORWATCH_LOG_LEVEL: 'warn',
  }
  return run(process.execPath, [main, ...args], { cwd: root, env })
}

/** Never fails by its exit code: the caller judges it. */
function run(
  file: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    code: number
    stdout: string
    stderr: string
  }>()
  const child: ChildProcess = execFile(
    file,
    args,
    { ...options, maxBuffer: 1024 * 1024 * 1024 },
    (error, stdout, stderr) => {
      if (error !== null && child.exitCode === null) reject(error)
      else resolve({ code: child.exitCode ?? 0, stdout, stderr })
    },
  )
  return promise
}
