import { type CodePrints, codePrints } from '@mirrorwatch/detect/prints/code-prints'
import { type Containment, containmentOf } from '@mirrorwatch/detect/prints/containment'
import { measureEvasions } from './evasions.ts'
import { random } from './random.ts'
import { type GoFile, REWRITES } from './rewrite.ts'
import { readModules, type SourceModule } from './source-modules.ts'

/** Modules that are rewritten; each of ten kinds three times. */
const REWRITTEN = 60
/** Files of a module that is rewritten, so that the largest do not take all the time. */
const MAX_FILES = 200
/** Modules of which copies are made that evade, and their files at most. */
const EVADING = 30
const MAX_EVADING_FILES = 60
const SHARES = [0.2, 0.5, 0.8]

/** Recall of rewritten copies, and false matches among modules of different owners, over the real modules below `root`. */
export function measureCode(root: string): void {
  const modules = readModules(root)
  const started = process.cpuUsage()
  const milliseconds: number[] = []
  const known = modules.map((module) => {
    const before = process.cpuUsage()
    const prints = printsOf(module.files)
    const spent = process.cpuUsage(before)
    milliseconds.push((spent.user + spent.system) / 1000)
    return { module, prints }
  })
  const { user } = process.cpuUsage(started)
  const bytes = modules.flatMap(({ files }) => files).reduce((sum, { text }) => sum + text.length, 0)
  console.log(
    `${modules.length} modules, ${(bytes / 1e6).toFixed(0)} MB of Go: ${(bytes / user).toFixed(0)} MB fingerprinted per second of CPU`,
  )
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)
  console.log(
    `CPU a module: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms; ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB with all sources in memory`,
  )
  const numbers = known
    .flatMap(({ prints }) => prints.packages)
    .reduce((sum, each) => sum + each.prints.length, 0)
  console.log(`${(numbers / modules.length).toFixed(0)} numbers kept a module (mean)`)
  measureRecall(known.filter(({ module }) => module.files.length <= MAX_FILES))
  measureFalseMatches(known)
  const some = modules.filter(({ files }) => files.length >= 3 && files.length <= MAX_EVADING_FILES)
  measureEvasions(some.slice(0, EVADING))
}

interface Known {
  module: SourceModule
  prints: CodePrints
}

function printsOf(files: readonly GoFile[]): CodePrints {
  return codePrints(files.map(({ path, text }) => ({ path, content: Buffer.from(text) })))
}

/** Returns the index's answer about `original` for a module with `pieces`. */
function ask(original: CodePrints, pieces: ReadonlySet<number>): Containment {
  const found = original.packages.map((each) => ({
    pieces: each.pieces,
    shared: each.prints.filter((print) => pieces.has(print)).length,
  }))
  return containmentOf(
    found,
    original.packages.reduce((sum, each) => sum + each.pieces, 0),
  )
}

function measureRecall(known: readonly Known[]): void {
  const next = random(7)
  const chosen = known.filter(({ prints }) => prints.packages.length > 0).slice(0, REWRITTEN)
  console.log(`\nshare of ${chosen.length} copies found (median share of the original that was found)`)
  console.log(`${'lines touched'.padEnd(44)}${SHARES.map((share) => `${share * 100} %`.padEnd(16)).join('')}`)
  for (const [what, rewrite] of Object.entries(REWRITES)) {
    const cells = SHARES.map((share) => {
      const answers = chosen.map(({ module, prints }) =>
        ask(prints, new Set(printsOf(rewrite(module.files, share, next)).pieces)),
      )
      const found = answers.filter(({ isLikely }) => isLikely).length
      const median = answers.map((each) => each.share).toSorted((a, b) => a - b)[answers.length >> 1] ?? 0
      return `${((found / answers.length) * 100).toFixed(0)} % (${median.toFixed(2)})`.padEnd(16)
    })
    console.log(`${what.padEnd(44)}${cells.join('')}`)
  }
}

/** Different owners and different repository names: what is found then is copied code, or an accident. */
function measureFalseMatches(known: readonly Known[]): void {
  const sets = known.map(({ prints }) => new Set(prints.pieces))
  const matches: { line: string; share: number }[] = []
  let pairs = 0
  for (const [at, { module }] of known.entries()) {
    for (const original of known) {
      if (isRelated(module.path, original.module.path)) continue
      pairs++
      const { share, isLikely } = ask(original.prints, sets[at] ?? new Set())
      if (isLikely)
        matches.push({ share, line: `${share.toFixed(2)} of ${original.module.path} in ${module.path}` })
    }
  }
  console.log(`\n${matches.length} of ${pairs} ordered pairs of modules of different owners and names match:`)
  for (const { line } of matches.toSorted((a, b) => b.share - a.share)) console.log(`  ${line}`)
}

function isRelated(a: string, b: string): boolean {
  const [hostA, ownerA] = a.split('/')
  const [hostB, ownerB] = b.split('/')
  return (hostA === hostB && ownerA === ownerB) || repositoryOf(a) === repositoryOf(b)
}

function repositoryOf(path: string): string {
  const name =
    path
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? ''
  return name.replace(/\.v\d+$/, '')
}
