// Runs every test with the services that this machine has, and says in one line what is left out and why.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { findPostgres, findRedis, onPath } from '@mirrorwatch/testing/services'

const only = process.argv.slice(2)
const files =
  only.length > 0 ? only : ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts']

/** Files at a time. Most of them wait most of the time: for child processes, databases, timers. */
const CONCURRENCY = Math.max(2, availableParallelism())

await using postgres = await findPostgres(process.env)
await using redis = await findRedis(process.env)

const skipped = [
  ...[postgres, redis]
    .filter((service) => service.missing !== null)
    .map((service) => `${service.name} (${service.missing})`),
  ...(onPath('go') ? [] : ['the real go command (not on the PATH)']),
  ...(process.env['MIRRORWATCH_TEST_DATA'] ? [] : ['real data (MIRRORWATCH_TEST_DATA is not set)']),
]
console.log(skipped.length === 0 ? 'Nothing is skipped.' : `Skipped here: ${skipped.join('; ')}.`)

const env = { ...process.env }
if (postgres.url !== null) env['DATABASE_URL'] = postgres.url
if (redis.url !== null) env['REDIS_URL'] = redis.url
// The tests start some hundred processes of the same modules: each but the first finds them compiled.
const compiled = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-compiled-'))
env['NODE_COMPILE_CACHE'] ??= compiled
const child = spawn(
  process.execPath,
  ['--test', `--test-concurrency=${CONCURRENCY}`, '--test-timeout=240000', ...files],
  {
    stdio: 'inherit',
    env,
  },
)
process.exitCode = await new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
await rm(compiled, { recursive: true, force: true })
