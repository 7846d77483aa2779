import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FeedSource } from '../build/index-feed.ts'
import type { SumdbLog } from '../build/sumdb-log.ts'
import { answerIndex } from './index-pages.ts'
import { type Reply, sendReply, textReply } from './reply.ts'
import { answerSumdb } from './sumdb.ts'

/** An index and a checksum database without anything behind them, for what only reads these two. */
export interface Upstreams extends AsyncDisposable {
  readonly indexUrl: string
  readonly sumdbUrl: string
  /** Data served from now on. A test may assign another log. */
  feed: FeedSource
  log: SumdbLog
  /** Answers instead of the log, where it gives something. */
  instead: ((path: string) => Reply | undefined) | null
  /** Paths of all requests so far, `/index?…` and `/sumdb/…`. */
  readonly asked: string[]
}

/** Serves both on 127.0.0.1. */
export async function serveUpstreams(feed: FeedSource, log: SumdbLog): Promise<Upstreams> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    sendReply(request, response, answer(upstreams, new URL(request.url ?? '/', 'http://upstreams')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const upstreams: Upstreams = {
    indexUrl: `${base}/index`,
    sumdbUrl: `${base}/sumdb`,
    feed,
    log,
    instead: null,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return upstreams
}

function answer({ feed, log, instead }: Upstreams, url: URL): Reply {
  if (url.pathname === '/index') return answerIndex(feed, url)
  if (!url.pathname.startsWith('/sumdb/')) return textReply(404, 'not found\n')
  const path = decodeURIComponent(url.pathname.slice('/sumdb'.length))
  return instead?.(path) ?? answerSumdb(log, path)
}
