import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Pool, request } from 'undici'

/** A request as it was made, so that it can be made again. */
export interface Recorded {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | null
}

/** Passes everything on to `origin` and keeps what was asked. */
export async function startTap(origin: string) {
  const recorded: Recorded[] = []
  const pass = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(asked)
    const { host: _, connection: __, 'transfer-encoding': ___, ...rest } = asked.headers
    const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]))
    const one = {
      method: asked.method ?? 'GET',
      path: asked.url ?? '/',
      headers,
      body: body.length > 0 ? body : null,
    }
    recorded.push(one)
    const answer = await request(`${origin}${one.path}`, asRequest(one))
    const { 'transfer-encoding': ____, connection: _____, ...answered } = answer.headers
    response.writeHead(answer.statusCode, answered)
    response.end(Buffer.from(await answer.body.arrayBuffer()))
  }
  const server = createServer((asked, response) => {
    pass(asked, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Makes all requests again, `atOnce` at a time, and nothing else. Resolves with the seconds that it took. */
export async function replay(origin: string, requests: readonly Recorded[], atOnce: number): Promise<number> {
  const pool = new Pool(origin, { connections: atOnce })
  const started = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
    for (let at = next++; at < requests.length; at = next++) {
      const each = requests[at]
      if (each === undefined) return
      const { body } = await pool.request({ path: each.path, ...asRequest(each) })
      await body.dump({ limit: Number.MAX_SAFE_INTEGER })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  await pool.close()
  return (performance.now() - started) / 1000
}

function asRequest({ method, headers, body }: Recorded) {
  return { method: method as 'GET', headers, body }
}
