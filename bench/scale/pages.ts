// Asks a server for every page and every call of the API, and tells time, bytes, statements and CPU.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { createToken } from '@mirrorwatch/web/access/tokens'
import { serveWeb, type WebDeps } from '@mirrorwatch/web/server/serve'
import { Client } from 'pg'
import { cpuSecondsOf } from '../harness/process-cpu.ts'
import { nameLists } from '../name-lists.ts'
import { type PageRequest, pageRequests } from './page-requests.ts'
import { NOW, pathOf } from './paths.ts'

/** Time that passes between two requests: longer than any page keeps its figures. */
const BETWEEN_MS = 60_000
/** Aims: what a person does not feel as waiting, and a page that a phone has at once. */
const AIM_MS = 50
const AIM_BYTES = 100_000

interface Measured {
  name: string
  p50: number
  p99: number
  bytes: number
  statements: number
  /** CPU of a request in ms: of this process, client included, and of Postgres where it runs on this machine. */
  ownCpu: number
  postgresCpu: number
}

/** Prints a line for each request, and the ones that miss the aims again at the end. @param only part of the names to ask */
export async function askPages(store: Store, { only, runs }: { only: string; runs: number }): Promise<void> {
  const folder = temporaryFolder()
  const { secret, line } = createToken('bench', 'triage', new Date('2099-01-01'))
  const tokens = path.join(folder, 'tokens')
  writeFileSync(tokens, line)
  const config = readConfig(
    { MIRRORWATCH_WEB_LISTEN: '127.0.0.1:0', MIRRORWATCH_WEB_TOKENS_FILE: tokens },
    folder,
  )
  const counted = countStatements()
  let now = Date.parse(NOW)
  const server = await serveWeb({
    config,
    store,
    clients: zipClients(),
    log: createLogger('error'),
    metrics: createMetrics(),
    clock: () => new Date(now),
    onLink: () => undefined,
  })
  if (server === null) throw new Error('the page is off')
  await using _ = server
  const { findings, modules } = await store.db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('finding')
        .select((of) => of.fn.max('id').as('n'))
        .as('findings'),
      eb
        .selectFrom('module')
        .select((of) => of.fn.max('id').as('n'))
        .as('modules'),
    ])
    .executeTakeFirstOrThrow()
  const world = {
    findings: findings ?? 1,
    modules: modules ?? 1,
    names: (await nameLists(10_000, 50_000)).modules,
  }
  const missed: Measured[] = []
  for (const request of pageRequests(world)) {
    if (!request.name.includes(only)) continue
    const measured = await measure(server.url, secret, request, counted, runs, () => (now += BETWEEN_MS))
    tell(measured)
    if (measured.p99 > AIM_MS || measured.bytes > AIM_BYTES) missed.push(measured)
  }
  console.log(`${missed.length} miss an aim (p99 ${AIM_MS} ms, ${AIM_BYTES} bytes):`)
  for (const measured of missed) tell(measured)
}

function tell({ name, p50, p99, bytes, statements, ownCpu, postgresCpu }: Measured): void {
  console.log(
    `${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${bytes.toLocaleString('en')} bytes, ${statements} statements, ` +
      `CPU ${ownCpu.toFixed(1)} + ${postgresCpu.toFixed(1)} ms`,
  )
}

async function measure(
  url: string,
  secret: string,
  { name, path: pathOfRequest, body, status = 200 }: PageRequest,
  counted: Counted,
  runs: number,
  pass: () => void,
): Promise<Measured> {
  const times: number[] = []
  let [bytes, statements] = [0, 0]
  let cpuBefore = cpuMs(counted)
  // The first request opens connections and reads the plans' tables.
  for (let n = 0; n <= runs; n++) {
    const where = pathOfRequest(n)
    const options = requestOptions(url, secret, where.startsWith('/api/'), body?.(n))
    if (n === 1) cpuBefore = cpuMs(counted)
    counted.statements = 0
    pass()
    const began = performance.now()
    const answer = await fetch(url + where, options)
    const text = await answer.text()
    if (n > 0) times.push(performance.now() - began)
    if (answer.status !== status && !(n > 0 && answer.status === 404))
      throw new Error(`${name}: ${where} was answered with ${answer.status}: ${text.slice(0, 300)}`)
    bytes = Math.max(bytes, Buffer.byteLength(text))
    statements = Math.max(statements, n === 0 ? 0 : counted.statements)
  }
  const cpu = cpuMs(counted)
  times.sort((a, b) => a - b)
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const ownCpu = (cpu.own - cpuBefore.own) / runs
  const postgresCpu = (cpu.postgres - cpuBefore.postgres) / runs
  return { name, p50: at(0.5), p99: at(0.99), bytes, statements, ownCpu, postgresCpu }
}

function requestOptions(
  url: string,
  secret: string,
  isApi: boolean,
  body: Record<string, unknown> | string | undefined,
): RequestInit {
  const headers = {
    authorization: `Bearer ${secret}`,
    accept: isApi ? 'application/json' : 'text/html',
    origin: url,
  }
  if (body === undefined) return { headers, redirect: 'manual' }
  if (typeof body === 'string')
    return { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body }
  return isApi
    ? {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }
    : {
        method: 'POST',
        headers,
        body: new URLSearchParams(body as Record<string, string>),
        redirect: 'manual',
      }
}

interface Counted {
  statements: number
  /** Processes of Postgres that ran them, each with the seconds of CPU that it has used; those that have ended included. */
  seconds: Map<number, number>
}

/** Counts what is sent to Postgres from now on, by this process. */
function countStatements(): Counted {
  const counted: Counted = { statements: 0, seconds: new Map() }
  const query = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value as (
    ...given: unknown[]
  ) => unknown
  Client.prototype.query = function (this: Client & { processID: number | null }, ...given: unknown[]) {
    counted.statements++
    if (this.processID !== null && !counted.seconds.has(this.processID))
      counted.seconds.set(this.processID, secondsOf(this.processID))
    return query.apply(this, given)
  } as typeof Client.prototype.query
  return counted
}

function cpuMs({ seconds }: Counted): { own: number; postgres: number } {
  const { user, system } = process.cpuUsage()
  for (const [pid, before] of seconds) seconds.set(pid, Math.max(before, secondsOf(pid)))
  const postgres = [...seconds.values()].reduce((sum, each) => sum + each, 0)
  return { own: (user + system) / 1000, postgres: 1000 * postgres }
}

/** Returns 0 for a process that has ended, and where Postgres runs on another machine. */
function secondsOf(pid: number): number {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'postgres\n' ? cpuSecondsOf(pid) : 0
  } catch {
    return 0
  }
}

/** A mirror that serves one zip of 200 files. */
function zipClients(): WebDeps['clients'] {
  const files = Array.from({ length: 200 }, (_, at) => ({
    name: `file${at}.go`,
    content: `package file\n\n${'func value() string { return "a line of code" }\n'.repeat(400)}`,
  }))
  const entries = files.map(({ name, content }) => ({ name: `${pathOf(1)}@v1.0.26/${name}`, content }))
  const zip = buildZip({ entries })
  const listing = files.map(({ name, content }) => ({ name, size: content.length, crc32: 0 }))
  return {
    proxy: { zip: () => Promise.resolve(zip), zipDirectory: () => Promise.resolve(listing) },
    verify: { sumdb: null },
  } as unknown as WebDeps['clients']
}
