import { setTimeout as sleep } from 'node:timers/promises'
import type { NameIndexTarget } from '@mirrorwatch/detect/names/name-index'
import { buildNameIndex } from '@mirrorwatch/detect/names/name-index'
import { NAME_RULES } from '@mirrorwatch/detect/names/rules'
import { matchLines } from '@mirrorwatch/pipeline/match-pool'
import { distance } from 'fastest-levenshtein'
import { nameLists } from './name-lists.ts'
import { postgresRates } from './names-postgres.ts'

/**
 * `npm run bench:names [-- MODULES TARGETS]`: every module path against every target, all rules, on two threads, from text to
 * lines of JSON; then, on samples and on one thread, what the plain ways cost. Each rate is module paths a second against
 * all targets.
 */

const moduleCount = Number(process.argv[2] ?? 2_000_000)
const targetCount = Number(process.argv[3] ?? 50_000)
const THREADS = 2
const SAMPLE = 40

const MIB = 1 << 20

function seconds(since: number): number {
  return (performance.now() - since) / 1000
}

function rss(): number {
  return Math.round(process.memoryUsage.rss() / MIB)
}

async function* chunks(paths: readonly string[]): AsyncGenerator<string> {
  for (let at = 0; at < paths.length; at += 10_000) yield `${paths.slice(at, at + 10_000).join('\n')}\n`
}

async function matchAll(modules: string[], targets: NameIndexTarget[]): Promise<number> {
  const before = rss()
  let peak = before
  const watch = new AbortController()
  const watching = watchMemory(watch.signal, (now) => (peak = Math.max(peak, now)))
  const total = { strong: 0, medium: 0, weak: 0, candidate: 0, bytes: 0 }
  const cpu = process.cpuUsage()
  const start = performance.now()
  for await (const block of matchLines(chunks(modules), { targets, allow: [], aliases: [] }, THREADS)) {
    total.strong += block.candidates.strong
    total.medium += block.candidates.medium
    total.weak += block.candidates.weak
    total.candidate += block.candidates.candidate
    total.bytes += block.ndjson.length
  }
  const took = seconds(start)
  const { user, system } = process.cpuUsage(cpu)
  watch.abort()
  await watching
  const rate = moduleCount / took
  console.log(`all ${NAME_RULES.length} rules, ${THREADS} threads, index built in each: ${took.toFixed(1)} s`)
  console.log(
    `  ${Math.round(rate)} paths/s; ${((user + system) / 1e6).toFixed(1)} s of CPU; ${(total.bytes / MIB).toFixed(0)} MiB of JSON`,
  )
  console.log(
    `  strong ${total.strong}, medium ${total.medium}, weak ${total.weak}, candidate ${total.candidate}`,
  )
  console.log(
    `  peak memory ${peak} MiB in all, of which ${before} MiB are the lists that the benchmark made`,
  )
  return rate
}

async function watchMemory(signal: AbortSignal, seen: (mebibytes: number) => void): Promise<void> {
  while (!signal.aborted) {
    seen(rss())
    await sleep(20)
  }
}

function buildRate(targets: NameIndexTarget[]): void {
  const start = performance.now()
  const index = buildNameIndex(targets)
  const took = seconds(start)
  const { cut } = index.summary()
  const pairs = cut.reduce((sum, { projects, kept }) => sum + projects - kept, 0)
  console.log(`index of ${targets.length} targets, one thread: ${took.toFixed(2)} s`)
  const names = cut
    .slice(0, 5)
    .map(({ repository, projects, kept }) => `${repository} ${kept} of ${projects}`)
  console.log(
    `  cut: ${cut.length} repository names (${pairs} targets) for the rules that ask nothing of the owner: ${names.join(', ')}, …`,
  )
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
buildRate(targets)
const rate = await matchAll(lists.modules, targets)
const step = Math.floor(lists.modules.length / SAMPLE)
const sample = Array.from({ length: SAMPLE }, (_, i) => lists.modules[i * step] ?? '')
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
