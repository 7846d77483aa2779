import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FeedSource } from '../build/index-feed.ts'
import type { Mirror } from '../build/mirror.ts'
import type { Repositories } from '../build/repositories.ts'
import type { PageSpec } from '../build/spec.ts'
import type { SumdbLog } from '../build/sumdb-log.ts'
import { cutResponse, type Faults, sendFault } from './faults.ts'
import { refusal, runUploadPack, splitGitPath } from './git.ts'
import { answerIndex } from './index-pages.ts'
import { answerPage } from './pages.ts'
import { answerProxy, proxyRequest } from './proxy.ts'
import { type Reply, sendReply, textReply } from './reply.ts'
import type { LoggedRequest, RequestLog, Service } from './request-log.ts'
import { answerSumdb } from './sumdb.ts'

/** Data that the server answers from. */
export interface Services {
  feed: FeedSource
  mirror: Mirror
  sumdb: SumdbLog
  repositories: Repositories
  pages: PageSpec[]
  requests: RequestLog
  faults: Faults
  /** Answers that are being given; git's processes end before theirs does. */
  inFlight: Set<Promise<void>>
}

/** Stands for this server where a request names none. */
const BASE = 'http://world'

interface Exchange {
  service: Service
  host: string
  /** URL whose path begins below the service (or, for hosts, after the host). */
  url: URL
  request: IncomingMessage
  response: ServerResponse
}

/**
 * One server for all services, told apart by the first path element: `/index`, `/proxy`, `/sumdb`, and `/host/<host>/…`
 * for code hosts and vanity hosts. Used as an HTTP proxy it answers for those hosts too.
 */
export function createWorldServer(services: Services): Server {
  return createServer((request, response) => {
    if (!isReadable(request.url ?? '/')) {
      sendReply(request, response, textReply(400, 'bad request\n'))
      return
    }
    const exchange = readExchange(request, response)
    const entry = logWhenDone(services.requests, exchange)
    const answering = answer(services, exchange, entry)
      .catch((error: unknown) => {
        entry.unexpected = `the world itself failed: ${String(error)}`
        if (!response.headersSent) sendReply(request, response, textReply(500, `${String(error)}\n`))
        else response.destroy()
      })
      .finally(() => services.inFlight.delete(answering))
    services.inFlight.add(answering)
  })
}

async function answer(services: Services, exchange: Exchange, entry: LoggedRequest): Promise<void> {
  const { request, response, service, url } = exchange
  const fault = services.faults.take(service, url.pathname + url.search)
  if (fault && fault.do !== 'cut') return sendFault(response, fault)
  if (fault) cutResponse(response, fault.bytes)
  if (service === 'git') return answerGit(services, exchange, entry)
  const reply = replyFor(services, exchange)
  if (reply.unexpected !== undefined) entry.unexpected = reply.unexpected
  sendReply(request, response, reply)
}

function replyFor(services: Services, { service, host, url, request }: Exchange): Reply {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return textReply(405, 'method not allowed\n', 'not GET or HEAD')
  switch (service) {
    case 'index':
      return answerIndex(services.feed, url)
    case 'proxy':
      return answerProxy(services.mirror, proxyRequest(pathOf(url), request.headers['disable-module-fetch']))
    case 'sumdb':
      if (host !== services.sumdb.name && host !== 'sumdb')
        return textReply(404, 'not found: unknown database\n')
      return answerSumdb(services.sumdb, pathOf(url))
    case 'page':
      return answerPage(services.pages, `${host}${url.pathname}`.replace(/\/$/, ''))
    case 'git':
    case 'unknown':
      break
  }
  return textReply(404, 'not found\n', 'no such address in this world')
}

async function answerGit(services: Services, exchange: Exchange, entry: LoggedRequest): Promise<void> {
  const { url, host, request, response } = exchange
  const send = (reply: Reply): void => {
    if (reply.unexpected !== undefined) entry.unexpected = reply.unexpected
    sendReply(request, response, reply)
  }
  const { repository: path, service } = splitGitPath(`${host}${url.pathname}`) as NonNullable<
    ReturnType<typeof splitGitPath>
  >
  const moved = services.repositories.redirectOf(path)
  if (moved !== undefined) {
    const location = `http://${request.headers.host}/host/${moved}.git${service}${url.search}`
    return send({ status: 301, headers: { location }, body: Buffer.alloc(0) })
  }
  const repository = services.repositories.find(path)
  if (!repository) return send(textReply(404, 'Repository not found.\n', 'there never was such a repository'))
  if (repository.state === 'deleted') return send(textReply(404, 'Repository not found.\n'))
  if (repository.state === 'private') {
    const reply = textReply(401, 'Authentication required.\n')
    return send({ ...reply, headers: { ...reply.headers, 'www-authenticate': 'Basic realm="world"' } })
  }
  const refused = refusal(service, url)
  if (refused !== null) return send(textReply(403, `${refused}\n`, refused))
  return runUploadPack(repository, service, request, response)
}

function readExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const full = new URL(request.url ?? '/', BASE)
  // In absolute form the request was meant for that host, and we are its proxy.
  const path = full.origin === BASE ? full.pathname : `/host/${full.hostname}${full.pathname}`
  const [, first = '', second = ''] = path.split('/')
  const below = (prefix: string) => new URL(`${BASE}/${path.slice(prefix.length + 1)}${full.search}`)
  const exchange = (service: Service, host: string, prefix: string): Exchange => ({
    service,
    host,
    url: below(prefix),
    request,
    response,
  })
  if (first === 'index') return exchange('index', 'index', '/index')
  if (first === 'sumdb') return exchange('sumdb', 'sumdb', '/sumdb')
  if (path.startsWith('/proxy/sumdb/')) {
    const name = path.split('/')[3] ?? ''
    return exchange('sumdb', name, `/proxy/sumdb/${name}`)
  }
  if (first === 'proxy') return exchange('proxy', 'proxy', '/proxy')
  if (first !== 'host') return exchange('unknown', '', '')
  const prefix = `/host/${second}`
  if (splitGitPath(path.slice(1))) return exchange('git', second, prefix)
  return exchange(full.searchParams.get('go-get') === '1' ? 'page' : 'unknown', second, prefix)
}

function logWhenDone(
  requests: RequestLog,
  { service, host, url, request, response }: Exchange,
): LoggedRequest {
  const before = request.socket.bytesWritten
  const entry: LoggedRequest = {
    service,
    host,
    method: request.method ?? '',
    path: pathOf(url) + url.search,
    status: 0,
    bytes: 0,
  }
  response.once('close', () => {
    entry.status = response.headersSent ? response.statusCode : 0
    entry.bytes = request.socket.bytesWritten - before
    requests.add(entry)
  })
  return entry
}

/** The path with `!` and the like as sent, and escapes undone. */
function pathOf(url: URL): string {
  return decodeURIComponent(url.pathname)
}

/** Node passes on any target; escapes that stand for no text would make decoding throw later. */
function isReadable(target: string): boolean {
  if (!URL.canParse(target, BASE)) return false
  try {
    decodeURIComponent(target)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}
