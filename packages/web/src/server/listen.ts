import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { WebConfig } from '@mirrorwatch/pipeline/config/web-config'
import { PipelineError } from '@mirrorwatch/pipeline/errors'
import type { WebApp } from '../context.ts'

/** Time for a client to send its headers, and a whole request: slower ones are cut off. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
/** Time without a byte in either direction after which a connection is closed: a reader that does not read. */
const SILENT_MS = 30_000
const KEEP_ALIVE_MS = 5_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_HEADERS = 100
/** Connections at once: a team's browsers hold six each. */
const MAX_CONNECTIONS = 500

export interface ListeningServer extends AsyncDisposable {
  url: string
  port: number
}

/** A server that listens before there is an application: its port is part of what the application knows. */
export async function listen(
  where: NonNullable<WebConfig['listen']>,
  createApp: (port: number) => WebApp,
): Promise<ListeningServer> {
  let app: WebApp | undefined
  const server = createAdaptorServer({
    fetch: (request, env) => app?.fetch(request, env) ?? new Response(null, { status: 503 }),
    createServer,
    serverOptions: {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  }) as Server
  server.maxHeadersCount = MAX_HEADERS
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(SILENT_MS)
  await bind(server, where)
  const close = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const { address, port, family } = server.address() as AddressInfo
  try {
    app = createApp(port)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    port,
    [Symbol.asyncDispose]: close,
  }
}

async function bind(server: Server, where: NonNullable<WebConfig['listen']>): Promise<void> {
  const { host, port, anyPort } = where
  try {
    await bindTo(server, host, port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'EADDRINUSE' && anyPort) return bindTo(server, host, 0)
    throw new PipelineError(
      'bad-config',
      `Cannot listen on ${host}:${port} (MIRRORWATCH_WEB_LISTEN): ${code}`,
      {
        todo: code === 'EADDRINUSE' ? 'Give another port.' : 'Give an address of this machine.',
        cause: error,
      },
    )
  }
}

async function bindTo(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
}
