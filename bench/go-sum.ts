// Holds real go.sum files to a checksum database on loopback that has their lines, with ten lines falsified in ten ways:
//   npm run bench:go-sum -- FOLDER
// FOLDER has go.sum files under any name. Prints what was found, requests and seconds, cold and warm.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type GoSumLine, parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { mirrorwatch } from '@mirrorwatch/testing/cli'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import { serveUpstreams } from '@mirrorwatch/world/serve/upstreams'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: npm run bench:go-sum -- FOLDER')

const files = readdirSync(folder).map((name) => {
  const text = readFileSync(path.join(folder, name), 'utf8')
  return { name, lines: parseGoSum(text) }
})
const lines = files.flatMap((file) => file.lines)
const byVersion = Map.groupBy(lines, ({ path: module, version }) => `${module}@${version}`)
const log = new SumdbLog('sum.example', 'bench')
for (const same of byVersion.values()) {
  const [{ path: module, version } = { path: '', version: '' }] = same
  const sum = (of: GoSumLine['of']): string =>
    same.find((line) => line.of === of)?.sum ?? `h1:${'A'.repeat(43)}=`
  log.append(module, version, sum('zip'), sum('go.mod'))
}
await using upstreams = await serveUpstreams(new IndexFeed(), log)
const work = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-bench-go-sum-'))

async function verify(
  name: string,
  text: string,
  cache: string,
): Promise<{ flagged: string[]; ms: number; requests: number }> {
  const file = path.join(work, name)
  writeFileSync(file, text)
  const [asked, started] = [upstreams.asked.length, performance.now()]
  const { stdout, stderr, code } = await mirrorwatch(['verify', '--no-repository', '--json', file], {
    cwd: work,
    env: {
      MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
      MIRRORWATCH_SUMDB_KEY: log.key,
      XDG_CACHE_HOME: path.join(work, cache),
    },
  })
  if (code === null || code > 1) throw new Error(stderr)
  const found = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>)
  return {
    flagged: found
      .filter(({ verdict }) => verdict !== 'same')
      .map((one) => `${one['module']}@${one['version']} ${one['verdict']}`),
    ms: performance.now() - started,
    requests: upstreams.asked.length - asked,
  }
}

const textOf = (some: readonly GoSumLine[]): string =>
  some
    .map(
      ({ path: module, version, of, sum }) => `${module} ${version}${of === 'zip' ? '' : '/go.mod'} ${sum}\n`,
    )
    .join('')

/** Changes a line of a file; `other` is another line of it with the hash of a zip. */
const FALSIFICATIONS: Record<string, (line: GoSumLine, other: GoSumLine) => GoSumLine[]> = {
  'hash of another module': (line, other) => [{ ...line, sum: other.sum }],
  'one letter of the hash': (line) => [
    { ...line, sum: line.sum.replace(/^h1:(.)/, (_, c: string) => `h1:${c === 'A' ? 'B' : 'A'}`) },
  ],
  'last letter of the hash': (line) => [
    { ...line, sum: line.sum.replace(/.=$/, (end) => (end === 'A=' ? 'Q=' : 'A=')) },
  ],
  'letters in the other case': (line) => [
    {
      ...line,
      sum: `h1:${line.sum.slice(3).replaceAll(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()))}`,
    },
  ],
  'two letters swapped': (line) => [
    { ...line, sum: line.sum.replace(/^(h1:.*)(.)(?!\2)(.)(.{5})$/, '$1$3$2$4') },
  ],
  'hash of nothing': (line) => [{ ...line, sum: 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }],
  'a second, wrong line': (line, other) => [line, { ...line, sum: other.sum }],
  'the go.mod has the hash of the zip': (line) => [{ ...line, of: 'go.mod' }],
  'the zip has the hash of its go.mod': (line) => [{ ...line, sum: goModSumOf(line) }],
  'the line of the zip is another version': (line, other) => [{ ...other, sum: line.sum }],
}

function goModSumOf({ path: module, version }: GoSumLine): string {
  return byVersion.get(`${module}@${version}`)?.find(({ of }) => of === 'go.mod')?.sum ?? ''
}

let honest = 0
const totals = { lines: 0, cold: { ms: 0, requests: 0 }, warm: { ms: 0, requests: 0 } }
for (const { name, lines: own } of files) {
  const cold = await verify(name, textOf(own), `cache-${name}`)
  const warm = await verify(name, textOf(own), `cache-${name}`)
  honest += cold.flagged.length + warm.flagged.length
  totals.lines += own.length
  for (const [which, run] of [
    ['cold', cold],
    ['warm', warm],
  ] as const) {
    totals[which].ms += run.ms
    totals[which].requests += run.requests
  }
}
for (const which of ['cold', 'warm'] as const) {
  const { ms, requests } = totals[which]
  console.log(
    `${which}: ${files.length} files, ${totals.lines} lines, ${requests} requests (${(requests / totals.lines).toFixed(2)} a line), ${(ms / totals.lines).toFixed(2)} ms a line`,
  )
}
console.log(`honest lines that were flagged: ${honest}`)

const largest = files.toSorted((a, b) => b.lines.length - a.lines.length).slice(0, 10)
let found = 0
let others = 0
for (const [i, [how, falsify]] of Object.entries(FALSIFICATIONS).entries()) {
  const { name = '', lines: own = [] } = largest[i % largest.length] ?? {}
  const both = own.filter((line) => line.of === 'zip' && goModSumOf(line) !== '')
  const line = both[Math.floor(both.length / 3)] as GoSumLine
  // Of a short go.sum, half of the lines may end at the same one.
  const other = (both.slice(Math.floor(both.length / 2)).find((each) => each !== line) ??
    both[0]) as GoSumLine
  const changed = own.flatMap((one) => (one === line ? falsify(line, other) : [one]))
  const { flagged } = await verify(name, textOf(changed), `cache-${name}`)
  const suspects = [line, other].map(({ path: module, version }) => `${module}@${version} sum-disagrees`)
  const hit = flagged.filter((one) => suspects.includes(one))
  found += hit.length > 0 ? 1 : 0
  others += flagged.length - hit.length
  console.log(`${how}: ${hit.join(', ') || 'NOT FOUND'}`)
}
console.log(
  `${found} of ${Object.keys(FALSIFICATIONS).length} falsifications found; other lines flagged: ${others}`,
)
rmSync(work, { recursive: true, force: true })
if (found < 10 || honest + others > 0) process.exitCode = 1
