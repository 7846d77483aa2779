import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { answers, findServerBinary, freePort, unprivileged } from '@mirrorwatch/testing/services'
import { asAdmin } from '@mirrorwatch/testing/store/databases'

/** Tries at intervals of 100 ms. A Postgres that was stopped under load recovers for many seconds. */
const START_TRIES = 600

/** A server of this test's own, that it may stop and start at will; its address stays the same. */
export interface OwnServer extends AsyncDisposable {
  url: string
  start(): Promise<void>
  /** Kills the server without closing its connections. */
  stop(): Promise<void>
}

/** Starts a Redis that loses its data when it stops. Returns the reason if there is no Redis on the PATH. */
export async function ownRedis(): Promise<OwnServer | string> {
  const binary = findServerBinary('redis-server')
  if (binary === null) return 'there is no redis-server on the PATH'
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-redis-'))
  const port = await freePort()
  const command = [binary, '--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  return ownServer({ url: `redis://127.0.0.1:${port}`, port, command, folder, stopWith: 'SIGKILL' })
}

/** Starts a Postgres with a new cluster. Returns the reason if that is impossible. */
export async function ownPostgres(): Promise<OwnServer | string> {
  const initdb = findServerBinary('initdb')
  const postgres = findServerBinary('postgres')
  if (initdb === null || postgres === null) return 'there is no initdb and postgres'
  const user = unprivileged()
  if (user === null) return 'Postgres does not run as root, and there is no user "postgres" to run it as'
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-pg-'))
  if (user.ids !== null) await chown(folder, user.ids.uid, user.ids.gid)
  const ids = user.ids ?? {}
  execFileSync(initdb, ['-D', folder, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8'], {
    stdio: 'ignore',
    cwd: folder,
    ...ids,
  })
  const port = await freePort()
  const command = [postgres, '-D', folder, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder]
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  // SIGQUIT is Postgres' immediate shutdown: as a crash, but no process or shared memory is left behind.
  // It takes connections before it has recovered, and refuses to answer them.
  const isReady = (): Promise<boolean> =>
    asAdmin(new URL(url), 'select 1').then(
      () => true,
      () => false,
    )
  return ownServer({ url, port, command, folder, stopWith: 'SIGQUIT', ids, isReady })
}

interface ServerOptions {
  url: string
  port: number
  command: string[]
  folder: string
  stopWith: NodeJS.Signals
  ids?: { uid?: number; gid?: number }
  /** Default: it takes connections. */
  isReady?: () => Promise<boolean>
}

async function ownServer(options: ServerOptions): Promise<OwnServer> {
  const [binary = '', ...args] = options.command
  const isReady = options.isReady ?? (() => answers(options.port))
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    child = spawn(binary, args, { stdio: 'ignore', cwd: options.folder, ...options.ids })
    for (let tries = 0; tries < START_TRIES; tries++) {
      if (await isReady()) return
      await sleep(100)
    }
    throw new Error(`${binary} does not answer on port ${options.port}`)
  }

  async function stop(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(options.stopWith)
    await exited
  }

  await start()
  return {
    url: options.url,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(options.folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
