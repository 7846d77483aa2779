import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server for tests: its URL, or the reason why it is missing. */
export interface Service extends AsyncDisposable {
  name: string
  url: string | null
  /** The reason why it is missing; null if it is available. */
  missing: string | null
}

/** The Postgres of `DATABASE_URL`, else one started from a binary on the PATH, else none. */
export async function findPostgres(env: NodeJS.ProcessEnv): Promise<Service> {
  if (env['DATABASE_URL']) return given('Postgres', env['DATABASE_URL'])
  if (!onPath('initdb') || !onPath('postgres')) {
    return missing('Postgres', 'DATABASE_URL is not set and there is no initdb and postgres on the PATH')
  }
  if (process.getuid?.() === 0)
    return missing('Postgres', 'DATABASE_URL is not set and Postgres does not run as root')
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-pg-'))
  execFileSync('initdb', ['-D', folder, '-U', 'postgres', '-A', 'trust', '--no-sync'], { stdio: 'ignore' })
  const port = await freePort()
  const child = spawn('postgres', ['-D', folder, '-p', String(port), '-h', '127.0.0.1', '-k', folder], {
    stdio: 'ignore',
  })
  return started('Postgres', `postgres://postgres@127.0.0.1:${port}/postgres`, port, child, folder)
}

/** The Redis of `REDIS_URL`, else one started from a binary on the PATH, else none. */
export async function findRedis(env: NodeJS.ProcessEnv): Promise<Service> {
  if (env['REDIS_URL']) return given('Redis', env['REDIS_URL'])
  if (!onPath('redis-server'))
    return missing('Redis', 'REDIS_URL is not set and there is no redis-server on the PATH')
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-redis-'))
  const port = await freePort()
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  return started('Redis', `redis://127.0.0.1:${port}`, port, child, folder)
}

/** Returns true if a command of this name is on the PATH. */
export function onPath(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v -- "$1"`, 'sh', command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Returns a server's binary: on the PATH, or for Postgres in Debian's folder. Returns null if there is no such binary. */
export function findServerBinary(name: string): string | null {
  if (onPath(name)) return name
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return null
  const found = readdirSync(root).map((version) => path.join(root, version, 'bin', name))
  return found.sort().findLast((file) => existsSync(file)) ?? null
}

/** Returns the user to run Postgres as: this user, or `postgres` if this user is root. Returns null if `postgres` is missing. */
export function unprivileged(): { ids: { uid: number; gid: number } | null } | null {
  if (process.getuid?.() !== 0) return { ids: null }
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(
        execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      ),
    )
    return uid === undefined || gid === undefined ? null : { ids: { uid, gid } }
  } catch {
    return null
  }
}

function given(name: string, url: string): Service {
  return { name, url, missing: null, [Symbol.asyncDispose]: async () => {} }
}

function missing(name: string, why: string): Service {
  return { name, url: null, missing: why, [Symbol.asyncDispose]: async () => {} }
}

async function started(
  name: string,
  url: string,
  port: number,
  child: ChildProcess,
  folder: string,
): Promise<Service> {
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
    }
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return { name, url, missing: null, [Symbol.asyncDispose]: stop }
    await sleep(100)
  }
  await stop()
  return missing(name, `the ${name} on the PATH did not start`)
}

/** Resolves with true if a server accepts connections on this port of 127.0.0.1. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('connect', () => socket.destroy())
    socket.on('error', () => resolve(false))
  })
}

/** Returns an unused TCP port on 127.0.0.1. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
