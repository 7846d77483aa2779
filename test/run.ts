// Runs the tests with the services that this machine has, and says in one line what is left out and why.
//   npm test            the fast set: the tests next to the packages, and the few files of FAST
//   npm run test:full   everything
//   npm test -- FILE…   these files
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { findPostgres, findRedis, onPath } from '@mirrorwatch/testing/services'
import { ensureTemplate } from '@mirrorwatch/testing/store/embedded-store'

const EVERYTHING = ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts']
/** Files below test/ that are worth their time in every run: structure, containers, and one scan from feed to findings. */
const FAST = [
  'test/import-boundaries.test.ts',
  'test/compose.test.ts',
  'test/release.test.ts',
  'test/world/signals-world.test.ts',
]

/** Files at a time. Most of them wait most of the time: for child processes, databases, timers. */
const CONCURRENCY = Math.max(2, availableParallelism())

const given = process.argv.slice(2)
const all = globSync(EVERYTHING).toSorted()
const fast = all.filter((file) => FAST.includes(file) || !/^test\/|\.slow\.test\.ts$/.test(file))
const isFull = given[0] === '--full'
const files = isFull ? all : given.length > 0 ? given : fast

await using postgres = await findPostgres(process.env)
await using redis = await findRedis(process.env)

const skipped = [
  ...(files === fast ? [`${all.length - fast.length} slow files (npm run test:full runs them)`] : []),
  ...[postgres, redis]
    .filter((service) => service.missing !== null)
    .map((service) => `${service.name} (${service.missing})`),
  ...(onPath('chromium') ? [] : ['the pages in a browser (Chromium is not on the PATH)']),
  ...(onPath('go') ? [] : ['the real go command (not on the PATH)']),
  ...(process.env['MIRRORWATCH_TEST_DATA'] ? [] : ['real data (MIRRORWATCH_TEST_DATA is not set)']),
]
console.log(skipped.length === 0 ? 'Nothing is skipped.' : `Skipped here: ${skipped.join('; ')}.`)

const env = { ...process.env }
if (postgres.url !== null) env['DATABASE_URL'] = postgres.url
if (redis.url !== null) env['REDIS_URL'] = redis.url
// The tests start about a hundred processes of the same modules: each but the first finds them compiled.
const compiled = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-compiled-'))
env['NODE_COMPILE_CACHE'] ??= compiled
await ensureTemplate()
const options = ['--test', `--test-concurrency=${CONCURRENCY}`, '--test-timeout=240000']
const child = spawn(process.execPath, [...options, ...files], { stdio: 'inherit', env })
process.exitCode = await new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
await rm(compiled, { recursive: true, force: true })
