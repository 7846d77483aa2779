// Bytes moved and seconds per version: mirrorwatch, a full clone with a comparison, and go mod download, over one local
// smart-HTTP server. `npm run bench:verify`, or with repositories of your own:
// `npm run bench:verify -- github.com/google/uuid@v1.6.0=/path/to/repository.git …` (GitHub paths only).
// Only what the repository's server moves is counted: "zip in hand" needs the zip, which comes from the mirror.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import { type GitServer, serveRepositories } from '@mirrorwatch/testing/git/git-http-server'
import { git, makeRepository } from '@mirrorwatch/testing/git/git-lab'
import { createAddressResolver } from '@mirrorwatch/upstream/git/address'
import { createGitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import type { VerifyDeps } from '@mirrorwatch/verify/types'
import { verifyModuleVersion } from '@mirrorwatch/verify/verify'

interface Subject {
  label: string
  module: string
  version: string
  directory: string
}

interface Cost {
  bytes: number
  seconds: number
}

/** Each question is asked so often, with nothing kept in between; the median counts. */
const ROUNDS = 5
const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-bench-'))
const hosts = path.join(root, 'hosts')

try {
  const given = process.argv.slice(2)
  const subjects = given.length > 0 ? given.map(parseSubject) : syntheticSubjects()
  for (const { module, directory } of subjects) link(module, directory)
  await using server = await serveRepositories(hosts, undefined, { 'uploadpack.allowFilter': 'true' })
  for (const subject of subjects) await measure(server, subject)
} finally {
  spawnSync('chmod', ['-R', 'u+w', root])
  rmSync(root, { recursive: true, force: true })
}

async function measure(server: GitServer, subject: Subject): Promise<void> {
  const { module, version, label } = subject
  const zipFile = path.join(root, `${label.replaceAll('/', '+')}.zip`)
  const byGo = await median(server, () => goDownload(server, subject, zipFile))
  const zip = readFileSync(zipFile)
  const { sum, entries } = await readModuleZip(zip, { module, version })
  await using http = createHttpClient({ userAgent: 'bench', allowPrivateHosts: true })
  const deps: VerifyDeps = {
    http,
    git: await createGitSandbox({ workDir: path.join(root, 'work') }),
    resolveAddress: createAddressResolver(false),
    insteadOf: [{ from: 'https://github.com/', to: `${server.url}github.com/` }],
    proxy: null,
    sumdb: null,
  }
  const byZip = await median(server, () => mustBeSame(deps, { module, version, zip }))
  const bySum = await median(server, () => mustBeSame(deps, { module, version, expectedSum: sum }))
  const byClone = await median(server, () => cloneAndCompare(server, subject, zipFile))
  console.log(`\n${label}: ${module}@${version}, ${entries.length} files, zip of ${size(zip.length)}`)
  row('mirrorwatch, zip in hand', byZip, byClone, byGo)
  row('mirrorwatch, hash in hand', bySum, byClone, byGo)
  row('full clone and diff', byClone, byClone, byGo)
  row('go mod download, direct', byGo, byClone, byGo)
}

async function mustBeSame(
  deps: VerifyDeps,
  request: Parameters<typeof verifyModuleVersion>[1],
): Promise<void> {
  const { verification } = await verifyModuleVersion(deps, request)
  if (verification.verdict !== 'same') throw new Error(`${verification.verdict}: ${verification.reason}`)
}

/** Verifies without mirrorwatch: clones the whole repository, writes out the tag's files and compares them with the zip's. */
async function cloneAndCompare(server: GitServer, { module, version }: Subject, zip: string): Promise<void> {
  const folder = mkdtempSync(path.join(root, 'clone-'))
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  const bare = path.join(folder, 'git')
  await run('git', ['clone', '-q', '--mirror', `${server.url}${module}`, bare], { cwd: folder, env })
  mkdirSync(path.join(folder, 'tag'))
  const script = `git --git-dir ${bare} archive --format=tar ${version} | tar -x -C tag && unzip -q ${zip} && diff -rq tag '${module}@${version}'`
  await run('sh', ['-c', `${script} || true`], { cwd: folder, env })
  rmSync(folder, { recursive: true, force: true })
}

async function goDownload(server: GitServer, { module, version }: Subject, zip: string): Promise<void> {
  const folder = mkdtempSync(path.join(root, 'go-'))
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GOPATH: path.join(folder, 'go'),
    GOPROXY: 'direct',
    GONOSUMDB: '*',
    GOFLAGS: '-mod=mod -modcacherw',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${server.url}github.com/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/',
  }
  const stdout = await run('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: folder, env })
  execFileSync('cp', [(JSON.parse(stdout) as { Zip: string }).Zip, zip])
  rmSync(folder, { recursive: true, force: true })
}

/** The server answers from this process, so nothing may block it. */
async function run(
  file: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  return (await promisify(execFile)(file, args, options)).stdout
}

async function median(server: GitServer, ask: () => Promise<void>): Promise<Cost> {
  const costs: Cost[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [bytes, start] = [server.bytes(), performance.now()]
    await ask()
    costs.push({ bytes: server.bytes() - bytes, seconds: (performance.now() - start) / 1000 })
  }
  const middle = (pick: (cost: Cost) => number): number =>
    costs.map(pick).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
  return { bytes: middle(({ bytes }) => bytes), seconds: middle(({ seconds }) => seconds) }
}

function row(what: string, cost: Cost, clone: Cost, go: Cost): void {
  const columns = [
    what.padEnd(27),
    size(cost.bytes).padStart(10),
    `${cost.seconds.toFixed(2)} s`.padStart(9),
    `${((100 * cost.bytes) / clone.bytes).toFixed(2)} % of the clone's bytes`.padStart(32),
    `${(go.seconds / cost.seconds).toFixed(1)} × as fast as go`.padStart(22),
  ]
  console.log(columns.join(''))
}

function size(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`
  return bytes < 10_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function link(module: string, directory: string): void {
  const place = path.join(hosts, module.replace(/\/v\d+$/, ''))
  mkdirSync(path.dirname(place), { recursive: true })
  if (place !== directory) symlinkSync(directory, place)
}

function parseSubject(argument: string): Subject {
  const [, module, version, directory] = /^(github\.com\/[^@]+)@([^=]+)=(.+)$/.exec(argument) ?? []
  if (module === undefined || version === undefined || directory === undefined) {
    throw new Error(`"${argument}" is not MODULE@VERSION=FOLDER with a GitHub module path`)
  }
  return { label: module.replace('github.com/', ''), module, version, directory: path.resolve(directory) }
}

/** Repositories with a history of small changes, in three sizes. */
function syntheticSubjects(): Subject[] {
  const sizes: [label: string, files: number, commits: number][] = [
    ['small', 30, 1000],
    ['middling', 400, 5000],
    ['large', 4000, 15_000],
  ]
  return sizes.map(([label, files, commits]) => {
    const module = `github.com/bench/${label}`
    const directory = path.join(hosts, module)
    makeRepository(directory, { 'go.mod': `module ${module}\n` }, [])
    git(directory, ['fast-import', '--quiet', '--force'], history(module, files, commits))
    git(directory, ['gc', '-q'])
    return { label, module, version: 'v1.0.0', directory }
  })
}

function history(module: string, files: number, commits: number): Buffer {
  let state = 7
  const word = (): string => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8).toString(36)
  const file = (i: number): string => {
    const lines = Array.from({ length: 80 }, () => `// ${word()} ${word()} ${word()} ${word()}\n`).join('')
    const content = `package p${i % 20}\n\n${lines}`
    return `M 100644 inline pkg${i % 20}/file${i}.go\ndata ${content.length}\n${content}\n`
  }
  const parts: string[] = []
  for (let commit = 0; commit < commits; commit++) {
    parts.push(
      `commit refs/heads/main\ncommitter a <a@b.c> ${1_500_000_000 + commit * 1000} +0000\ndata 1\nx\n`,
    )
    if (commit === 0) {
      const goMod = `module ${module}\n`
      parts.push(`deleteall\nM 100644 inline go.mod\ndata ${goMod.length}\n${goMod}\n`)
      for (let i = 0; i < files; i++) parts.push(file(i))
    } else {
      parts.push(file((commit * 31) % files))
    }
  }
  parts.push('reset refs/tags/v1.0.0\nfrom refs/heads/main\n')
  return Buffer.from(parts.join(''))
}
