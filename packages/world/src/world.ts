import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WorldChanges } from './build/changes.ts'
import { IndexFeed } from './build/index-feed.ts'
import { cacheLoose, Mirror } from './build/mirror.ts'
import { Repositories } from './build/repositories.ts'
import type { WorldSpec } from './build/spec.ts'
import { SumdbLog } from './build/sumdb-log.ts'
import { requireMicros } from './build/timestamp.ts'
import { demoSpec } from './scenes/demo.ts'
import { Faults } from './serve/faults.ts'
import { RequestLog } from './serve/request-log.ts'
import { createWorldServer, type Services } from './serve/server.ts'

export interface WorldOptions {
  /** Folder for the repositories. Default: a new folder in the system's temporary folder. `close` removes it. */
  directory?: string
  /** TCP port on 127.0.0.1. Default: any free one. */
  port?: number
  /** Name of the checksum database, the first part of its key. */
  sumdbName?: string
}

type WorldState = Services & { feed: IndexFeed }

/** A small Go ecosystem on loopback. All addresses are `http://127.0.0.1:<port>/…`. */
export interface World extends AsyncDisposable {
  /** Stands for https://index.golang.org/index. */
  readonly indexUrl: string
  /** Stands for https://proxy.golang.org. */
  readonly proxyUrl: string
  /** Stands for https://sum.golang.org. */
  readonly sumdbUrl: string
  /** Verifier key of the checksum database. */
  readonly sumdbKey: string
  /** Every code host and vanity host of this world, as `https://host/=http://…/,…`. */
  readonly gitInsteadOf: string
  /** The MIRRORWATCH_* variables that point a program at this world. */
  readonly env: Record<string, string>
  readonly requests: RequestLog
  readonly faults: Faults
  /** The index, to add late or doubled entries to. */
  readonly feed: IndexFeed
  readonly mirror: Mirror
  /** Changes to repositories and modules after the start. */
  readonly changes: WorldChanges
  /** Cuts all connections, ends all git processes, removes the repositories. */
  close(): Promise<void>
}

/**
 * Builds a world and serves it on 127.0.0.1. The same spec gives the same commit ids, sums and feed every time.
 *
 * @throws WorldError `invalid-spec` or `git-failed`.
 */
export async function startWorld(spec: WorldSpec | 'demo', options: WorldOptions = {}): Promise<World> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'mirrorwatch-world-')))
  try {
    const state = emptyState(directory, options.sumdbName ?? 'sum.world.example')
    const changes = new WorldChanges(state)
    await build(changes, spec === 'demo' ? await demoSpec() : spec)
    const server = createWorldServer(state)
    server.listen(options.port ?? 0, '127.0.0.1')
    await once(server, 'listening')
    return new LoopbackWorld(server, directory, state, changes)
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

function emptyState(directory: string, sumdbName: string): WorldState {
  return {
    feed: new IndexFeed(),
    mirror: new Mirror(),
    sumdb: new SumdbLog(sumdbName, 'mirrorwatch world'),
    repositories: new Repositories(directory),
    pages: [],
    requests: new RequestLog(),
    faults: new Faults(),
    inFlight: new Set(),
  }
}

class LoopbackWorld implements World {
  readonly indexUrl: string
  readonly proxyUrl: string
  readonly sumdbUrl: string
  readonly sumdbKey: string
  readonly requests: RequestLog
  readonly faults: Faults
  readonly feed: IndexFeed
  readonly mirror: Mirror
  readonly changes: WorldChanges
  readonly #base: string
  readonly #server: Server
  readonly #directory: string
  readonly #inFlight: Set<Promise<void>>

  constructor(server: Server, directory: string, state: WorldState, changes: WorldChanges) {
    this.#server = server
    this.#directory = directory
    this.#inFlight = state.inFlight
    this.#base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.indexUrl = `${this.#base}/index`
    this.proxyUrl = `${this.#base}/proxy`
    this.sumdbUrl = `${this.#base}/sumdb`
    this.sumdbKey = state.sumdb.key
    this.requests = state.requests
    this.faults = state.faults
    this.feed = state.feed
    this.mirror = state.mirror
    this.changes = changes
  }

  get gitInsteadOf(): string {
    return this.changes
      .hosts()
      .map((host) => `https://${host}/=${this.#base}/host/${host}/`)
      .join(',')
  }

  get env(): Record<string, string> {
    return {
      MIRRORWATCH_INDEX_URL: this.indexUrl,
      MIRRORWATCH_PROXY_URL: this.proxyUrl,
      MIRRORWATCH_SUMDB_URL: this.sumdbUrl,
      MIRRORWATCH_SUMDB_KEY: this.sumdbKey,
      MIRRORWATCH_GIT_INSTEAD_OF: this.gitInsteadOf,
      MIRRORWATCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    }
  }

  async close(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, 'close')
      this.#server.close()
      this.#server.closeAllConnections()
      await closed
    }
    await Promise.all(this.#inFlight)
    await rm(this.#directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

async function build(changes: WorldChanges, spec: WorldSpec): Promise<void> {
  changes.addPages(spec.pages ?? [])
  await changes.addRepositories(spec.repositories, (spec.looseVersions ?? []).map(cacheLoose))
  for (const [from, to] of Object.entries(spec.redirects ?? {})) changes.redirect(from, to)
  for (const { path, version, at } of spec.feedLines ?? [])
    changes.list({ path, version, at: requireMicros(at), gone: true })
  for (const module of spec.blocked ?? []) changes.block(module)
}
