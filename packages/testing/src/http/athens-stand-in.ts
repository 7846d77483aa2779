import type { IncomingMessage, ServerResponse } from 'node:http'
import { unescapePath, unescapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import type { World } from '@mirrorwatch/world/world'
import { type Served, serve } from './servers.ts'

export interface AthensOptions {
  /** ATHENS_BASIC_AUTH_USER and …_PASS. */
  user?: string
  password?: string
  /** Address for DownloadMode "redirect"; without it the mode is "none". */
  downloadUrl?: string
  /** Modules that are stored; others are redirected or not found. Default: all. */
  stores?: (module: string) => boolean
  /** False for a storage that cannot list itself, such as an external one. */
  hasCatalog?: boolean
}

/**
 * A stand-in for Athens in offline mode with its file storage, which needs Go 1.26 to build. Written from its documentation
 * (https://docs.gomods.io) and from the handlers of the source at 76c9424 (2026-06-19): their status codes, empty bodies, content
 * types, plain names in the catalog, and no range requests. It serves the modules of a world.
 */
export function serveAthensStandIn(mirror: World['mirror'], options: AthensOptions = {}): Promise<Served> {
  const { user, password, downloadUrl, stores = () => true, hasCatalog = true } = options
  return serve((request, response) => {
    const url = new URL(request.url ?? '/', 'http://athens')
    if (user !== undefined && !isSignedIn(request, user, password ?? '')) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="basic auth required"' }).end()
      return
    }
    if (url.pathname === '/catalog') {
      if (hasCatalog) answerCatalog(mirror, stores, url, response)
      else json(response, 501, '')
      return
    }
    const [, escaped = '', file = ''] = /^\/(.+)\/@v\/(.+)$/.exec(url.pathname) ?? []
    // @latest is not there in offline mode.
    if (escaped === '') return void response.writeHead(404).end()
    const module = unescapePath(escaped)
    if (file === 'list') return answerList(mirror, stores, module, response)
    const dot = file.lastIndexOf('.')
    const entry = mirror.get(module, unescapeVersion(file.slice(0, dot)))
    if (entry === undefined || !stores(module)) {
      if (downloadUrl === undefined) response.writeHead(404).end()
      else response.writeHead(301, { location: `${downloadUrl}${url.pathname}` }).end()
      return
    }
    const extension = file.slice(dot)
    if (extension === '.info') json(response, 200, entry.info)
    else if (extension === '.mod') response.end(entry.mod)
    else response.writeHead(200, { 'content-type': 'application/zip' }).end(entry.zip())
  })
}

function isSignedIn(request: IncomingMessage, user: string, password: string): boolean {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return request.headers.authorization === expected
}

function json(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body)
}

function answerList(
  mirror: World['mirror'],
  stores: (module: string) => boolean,
  module: string,
  response: ServerResponse,
): void {
  // What is not stored is an empty list in offline mode. No line ends the last version.
  json(response, 200, stores(module) ? mirror.list(module).join('\n') : '')
}

function answerCatalog(
  mirror: World['mirror'],
  stores: (module: string) => boolean,
  { searchParams }: URL,
  response: ServerResponse,
): void {
  const size = Number(searchParams.get('pagesize') ?? 1000)
  const [fromModule = '', fromVersion = ''] = (searchParams.get('token') ?? '').split('|')
  const stored = [...mirror.all()]
    .filter(({ module }) => stores(module))
    .toSorted((a, b) => (`${a.module}/${a.version}` < `${b.module}/${b.version}` ? -1 : 1))
  // As in its file storage, the token's version also bounds the versions of later modules.
  const rest = stored.filter(
    ({ module, version }) =>
      (fromModule === '' || module >= fromModule) && (fromVersion === '' || version > fromVersion),
  )
  const page = rest.slice(0, size).map(({ module, version }) => ({ module, version }))
  const last = page.at(-1)
  const next = page.length === size && last !== undefined ? { next: `${last.module}|${last.version}` } : {}
  json(response, 200, `${JSON.stringify({ modules: page, ...next })}\n`)
}
