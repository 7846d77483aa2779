import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

export interface EcosystemsServer extends AsyncDisposable {
  url: string
  /** Pages that were asked for, in order. */
  asked: number[]
  userAgents: Set<string>
  /** Answers this page in another way; null: as recorded. */
  instead: Map<number, Answer>
}

export const RECORDED = [1, 2, 3].map(
  (page) =>
    JSON.parse(
      readFileSync(path.join(import.meta.dirname, `../../fixtures/ecosystems/page-${page}.json`), 'utf8'),
    ) as { name: string; dependent_packages_count: number }[],
)

/** Serves the recorded pages, and an empty one behind them, at the path that the service has. */
export async function startEcosystems(): Promise<EcosystemsServer> {
  const asked: number[] = []
  const instead = new Map<number, Answer>()
  const userAgents = new Set<string>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost')
    const page = Number(url.searchParams.get('page'))
    const isList = url.pathname === '/api/v1/registries/proxy.golang.org/packages'
    if (!isList || url.searchParams.get('sort') !== 'dependent_packages_count') {
      response.writeHead(404).end()
      return
    }
    asked.push(page)
    userAgents.add(request.headers['user-agent'] ?? '')
    const answer = instead.get(page) ?? body(JSON.stringify(RECORDED[page - 1] ?? []))
    answer(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    userAgents,
    instead,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function body(text: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

/** A page in the service's form. */
export function page(...modules: [name: string, dependents: unknown][]): Answer {
  return body(
    JSON.stringify(modules.map(([name, dependent_packages_count]) => ({ name, dependent_packages_count }))),
  )
}
