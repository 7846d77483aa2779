import type { IncomingMessage, ServerResponse } from 'node:http'
import { unescapePath, unescapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import type { World } from '@mirrorwatch/world/world'
import { type Served, serve } from './servers.ts'

export interface ArtifactoryOptions {
  user: string
  /** Access token, which is taken as password, as bearer token and in X-JFrog-Art-Api. */
  token: string
  /** Base URL of the cloud storage that zips are redirected to (downloadRedirect); without it they are sent. */
  storageUrl?: string
  /** False for a repository that does not list the versions of a module. */
  hasList?: boolean
}

const KEY = 'go-virtual'

/**
 * A stand-in for a virtual Go repository of Artifactory, which is not free software. Written from its documentation
 * (https://docs.jfrog.com/artifactory/docs/go-modules, "Direct Cloud Storage Download", "REST API: Security"): three ways to sign
 * in, errors as JSON, redirects (302) to signed addresses, no @latest for unknown modules, and no catalog. It serves the modules of a
 * world.
 */
export async function serveArtifactoryStandIn(
  mirror: World['mirror'],
  options: ArtifactoryOptions,
): Promise<Served & { proxyUrl: string }> {
  const served = await serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://artifactory')
    if (!isSignedIn(request, options)) return fail(response, 401, 'Authentication is required')
    const [, escaped = '', file = ''] =
      new RegExp(`^/artifactory/api/go/${KEY}/(.+)/(@latest|@v/.+)$`).exec(pathname) ?? []
    if (escaped === '') return fail(response, 404, 'File not found.')
    const module = unescapePath(escaped)
    if (!mirror.has(module)) return fail(response, 404, `Could not find module ${module}`)
    if (file === '@latest') return send(response, 'application/json', mirror.latest(module)?.info ?? '')
    if (file === '@v/list') {
      if (options.hasList === false) return fail(response, 404, 'Could not list versions')
      return send(
        response,
        'text/plain',
        mirror
          .list(module)
          .map((version) => `${version}\n`)
          .join(''),
      )
    }
    const [, version = '', extension = ''] = /^@v\/(.+)\.(info|mod|zip)$/.exec(file) ?? []
    const entry = mirror.get(module, unescapeVersion(version))
    if (entry === undefined) return fail(response, 404, `Could not find ${module}@${version}`)
    if (extension === 'info') return send(response, 'application/json', entry.info)
    if (extension === 'mod') return send(response, 'text/plain', entry.mod)
    if (options.storageUrl === undefined) return send(response, 'application/zip', entry.zip())
    const location = `${options.storageUrl}/${encodeURIComponent(`${module}@${entry.version}`)}?X-Amz-Signature=abc`
    response.writeHead(302, { location }).end()
  })
  return Object.assign(served, { proxyUrl: `${served.url}/artifactory/api/go/${KEY}` })
}

/** A stand-in for the cloud storage: it answers 400 to a request that is signed and has credentials too, as Amazon's S3 does. */
export async function serveStorageStandIn(
  mirror: World['mirror'],
): Promise<Served & { received: IncomingMessage['headers'][] }> {
  const received: IncomingMessage['headers'][] = []
  const served = await serve((request, response) => {
    received.push(request.headers)
    const url = new URL(request.url ?? '/', 'http://storage')
    const name = decodeURIComponent(url.pathname.slice(1))
    const entry = mirror.get(name.slice(0, name.lastIndexOf('@')), name.slice(name.lastIndexOf('@') + 1))
    if (request.headers.authorization !== undefined)
      response.writeHead(400).end('<Code>InvalidArgument</Code>Only one auth mechanism allowed')
    else if (!url.searchParams.has('X-Amz-Signature') || entry === undefined) response.writeHead(403).end()
    else send(response, 'application/zip', entry.zip())
  })
  return Object.assign(served, { received })
}

function isSignedIn({ headers }: IncomingMessage, { user, token }: ArtifactoryOptions): boolean {
  const basic = `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`
  return (
    headers.authorization === basic ||
    headers.authorization === `Bearer ${token}` ||
    headers['x-jfrog-art-api'] === token
  )
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': type }).end(body)
}

function fail(response: ServerResponse, status: number, message: string): void {
  const headers = {
    'content-type': 'application/json',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="Artifactory Realm"' } : {}),
  }
  response.writeHead(status, headers).end(JSON.stringify({ errors: [{ status, message }] }))
}
