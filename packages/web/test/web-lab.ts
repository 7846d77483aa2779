import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'
import { serveWeb, type WebDeps } from '../src/server/serve.ts'

/** An embedded store on which a test starts one server after another. */
export interface WebLab extends AsyncDisposable {
  store: Store
  folder: string
  /** Starts a server. `env` is its configuration. */
  start(env?: Record<string, string>, clock?: () => Date, clients?: WebDeps['clients']): Promise<LabServer>
}

export interface LabServer extends AsyncDisposable {
  url: string
  /** The one-time link that is valid now, or the address. */
  link(): string
}

export async function openWebLab(): Promise<WebLab> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-web-'))
  await prepareStore(folder)
  const store = await openStore({ dataDir: folder })
  return {
    store,
    folder,
    async start(env = {}, clock = () => new Date(), clients = {} as WebDeps['clients']) {
      let link = ''
      const given = { MIRRORWATCH_WEB_LISTEN: '127.0.0.1:0', ...env }
      const config = readConfig(given, folder)
      const log = createLogger('silent')
      const metrics = createMetrics()
      const server = await serveWeb({
        config,
        store,
        clients,
        log,
        metrics,
        clock,
        onLink: (url) => (link = url),
      })
      if (server === null) throw new Error('the page is off')
      return { ...server, url: server.url, link: () => link }
    },
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** Sends a request with exactly these headers, `host` included, and follows no redirect. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string | string[]>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Returns the cookie that an answer sets, as a request sends it. */
export function cookieOf({ headers }: Answer): string {
  const [first = ''] = [headers['set-cookie'] ?? []].flat()
  return first.split(';')[0] ?? ''
}

/** Signs in by the one-time link, and returns the cookie. */
export async function enter(server: LabServer): Promise<string> {
  return cookieOf(await ask(server.link()))
}
