import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { NameIndexTarget } from '@mirrorwatch/detect/names/name-index'
import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import { NAME_RULES } from '@mirrorwatch/detect/names/rules/all-rules'
import { distance } from 'fastest-levenshtein'
import { nameLists } from './name-lists.ts'
import type { Figures } from './names-match.ts'
import { postgresRates } from './names-postgres.ts'

/**
 * `npm run bench:names [-- MODULES TARGETS]`: every module path against every target, all rules, on two threads, from a file
 * of paths to lines of JSON; then, on samples and on one thread, what the plain ways cost. Each rate is module paths a
 * second against all targets.
 */

const moduleCount = Number(process.argv[2] ?? 2_000_000)
const targetCount = Number(process.argv[3] ?? 50_000)
const THREADS = 2
const SAMPLE = 40

const MIB = 1 << 20

function seconds(since: number): number {
  return (performance.now() - since) / 1000
}

/** Runs the matching in a separate process, so that the measured memory excludes the lists generated here. */
async function matchAll(folder: string): Promise<number> {
  const script = fileURLToPath(new URL('./names-match.ts', import.meta.url))
  const args = [script, join(folder, 'modules.txt'), join(folder, 'targets.csv'), String(THREADS)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { candidates, ...figures } = JSON.parse(stdout) as Figures
  const rate = figures.paths / figures.seconds
  const rows = Object.values(candidates).reduce((sum, count) => sum + count, 0)
  console.log(
    `all ${NAME_RULES.length} rules, ${THREADS} threads, index built in each: ${figures.seconds.toFixed(1)} s`,
  )
  console.log(
    `  ${Math.round(rate)} paths/s; ${figures.cpuSeconds.toFixed(1)} s of CPU, ${Math.round(figures.paths / figures.cpuSeconds)} paths per CPU second`,
  )
  console.log(
    `  strong ${candidates.strong}, medium ${candidates.medium}, weak ${candidates.weak}, candidate ${candidates.candidate}: ${(rows / figures.paths).toFixed(2)} rows a path, ${(figures.bytes / MIB).toFixed(0)} MiB of JSON`,
  )
  console.log(`  peak memory of the process ${Math.round(figures.peakBytes / MIB)} MiB`)
  return rate
}

function buildIndex(targets: NameIndexTarget[]): NameIndex {
  const start = performance.now()
  const index = new NameIndex(targets)
  console.log(`index of ${targets.length} targets, one thread: ${seconds(start).toFixed(2)} s`)
  return index
}

/** The plain way for the edit rules alone: the distance of every path to every target. */
function bruteForceRate(modules: readonly string[], targets: readonly NameIndexTarget[]): number {
  const start = performance.now()
  let near = 0
  for (const module of modules) {
    for (const { path } of targets) if (distance(module, path) <= 2) near++
  }
  const rate = modules.length / seconds(start)
  console.log(
    `fastest-levenshtein, all pairs, one thread, ${modules.length} paths: ${rate.toFixed(1)} paths/s (${near} near)`,
  )
  return rate
}

const lists = await nameLists(moduleCount, targetCount)
const targets: NameIndexTarget[] = lists.targets
console.log(`${moduleCount} module paths, ${targetCount} targets`)
const folder = await mkdtemp(join(tmpdir(), 'mirrorwatch-bench-'))
const step = Math.floor(lists.modules.length / SAMPLE)
const sample = Array.from({ length: SAMPLE }, (_, i) => lists.modules[i * step] ?? '')
let rate = 0
try {
  await writeFile(join(folder, 'modules.txt'), `${lists.modules.join('\n')}\n`)
  await writeFile(
    join(folder, 'targets.csv'),
    lists.targets.map(({ path, dependents }) => `${path},${dependents}\n`),
  )
  rate = await matchAll(folder)
} finally {
  await rm(folder, { recursive: true })
}
buildIndex(targets)
const brute = bruteForceRate(sample, targets)
console.log(`  ours is ${Math.round(rate / brute)} times as fast`)
for (const { name, rate: other } of await postgresRates(
  sample,
  targets.map(({ path }) => path),
)) {
  console.log(
    `${name}, ${SAMPLE} paths: ${other.toFixed(1)} paths/s\n  ours is ${Math.round(rate / other)} times as fast`,
  )
}
