import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { MAX_ZIP_BYTES } from '@mirrorwatch/gomod/limits'
import { isSum } from '@mirrorwatch/gomod/mod/go-sum'
import { Command } from 'commander'
import type { IgnoreEntry } from '../ignores.ts'
import { type GoEnvironment, readGoEnvironment } from '../inputs/go-environment.ts'
import { IGNORE_FILE, type IgnoreOptions, readIgnores } from '../inputs/ignore-file.ts'
import { wholeNumber } from '../inputs/options.ts'
import { isFolder, readTargets, type VerifyTarget } from '../inputs/versions.ts'
import { CliError, EXIT, exitWith } from '../output/exit.ts'
import { note, visible } from '../output/print.ts'
import { createPrinter } from '../output/verifications.ts'
import { cacheJobs, type Job, vendorJobs } from '../session/folder-jobs.ts'
import { inOrder } from '../session/in-order.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openVerifySession, type VerifyOptions, type VerifySession } from '../session/verify.ts'
import { type TargetDeps, verifyTarget } from '../session/verify-target.ts'
import { isVerdict, type TargetVerdict, withIgnored } from '../verified.ts'

interface Options extends VerifyOptions, IgnoreOptions {
  sum?: string
  zip?: string
  json?: boolean
  all?: boolean
  /** False for --no-repository. */
  repository?: boolean
  concurrency: number
  /** The `--modcache` option: a folder, or true for the go command's own. */
  modcache?: string | true
}

const HELP = `
Compares the zip that the module mirror serves with the zip that Go would make of the repository's tag today. Needs no
database. GOPROXY, GOPRIVATE, GONOPROXY, GONOSUMDB and GOSUMDB=off are honoured; a go.sum's private modules are left out.

Of a go.sum, each hash is first held to the checksum database, whose proofs are checked; then the hash of a zip stands for the
zip. Answers of the database are kept in the user's cache folder.

Of a vendor folder (one with a modules.txt), each file is compared with that of the module's zip, whose hash the checksum database
confirms. Of a module cache, the hashes of each zip, go.mod and .ziphash are held to the database, and the folder to the zip.

Verdicts:
  sum-disagrees       the checksum database has another hash: others got other code for this version
  folder-differs      the vendored or extracted files are not those of the zip
  same                the zip is exactly what Go would make of the repository today
  differs             it is not
  tag-moved           it is not, and the tag pointed elsewhere when the version was cached
  tag-missing         the repository no longer has the tag or commit
  repository-missing  the repository does not exist, or is not public
  unverifiable        there is nothing to compare with, or a limit was reached; the reason says which

Examples:
  mirrorwatch verify github.com/sirupsen/logrus@v1.9.3
  mirrorwatch verify go.sum
  mirrorwatch verify --no-repository go.sum
  mirrorwatch verify ./vendor
  mirrorwatch verify --modcache
  mirrorwatch verify --json --repo ./checkout --sum h1:dueUQJ1C2q9oE3F7wvmSGAaVtTmUizReu6fjN8uqzbQ= \\
    github.com/sirupsen/logrus@v1.9.3

Exit codes: 0 all are the same, 1 at least one is not, 2 none differs but at least one could not be checked.`

/** More helps little: the hosts' rate limits decide. */
const DEFAULT_CONCURRENCY = 4

export function verifyCommand(): Command {
  return new Command('verify')
    .argument(
      '[MODULE@VERSION | go.sum | vendor...]',
      'versions, go.sum files with many of them, or vendor folders',
    )
    .option('--modcache [FOLDER]', "a module cache (default: the go command's GOMODCACHE)")
    .option('--sum <h1:…>', 'the hash of the zip, instead of asking the proxy for the zip')
    .option('--zip <FILE>', 'the zip, instead of asking the proxy for it')
    .option('--repo <URL or folder>', 'the repository, instead of finding it from the module path')
    .option('--proxy <URL>', 'the module proxy, or "off" (default: MIRRORWATCH_PROXY_URL)')
    .option('--no-repository', "hold a go.sum's hashes to the checksum database alone")
    .option(
      '--ignore <file>',
      `what to ignore, with reasons and ends (default: ${IGNORE_FILE} in this folder)`,
    )
    .option('--no-ignore', 'read no such file')
    .option('--all', 'print versions that are the same as well')
    .option('--concurrency <N>', 'versions to verify at once', wholeNumber(1), DEFAULT_CONCURRENCY)
    .option('--json', 'print one JSON object per version')
    .addHelpText('after', HELP)
    .action(verify)
}

async function verify(args: string[], options: Options): Promise<void> {
  const go = readGoEnvironment(process.env)
  const ignores = await readIgnores(options)
  const { folders, others } = await sortArguments(args, options)
  const given = await readTargets(others)
  noteVendorFolders(given, go, folders)
  await using session = await openVerifySession(options)
  const jobs = [
    ...(others.length === 0 ? [] : await targetJobs(given, session, go, options)),
    ...(await Promise.all(folders.map((folder) => vendorJobs(folder, session, go)))).flat(),
    ...(options.modcache === undefined ? [] : await cacheJobs(options.modcache, session, go)),
  ]
  const interrupt = interruptSignal('The remaining versions are not verified.')
  using printer = createPrinter(jobs.length, options)
  try {
    for await (const verification of inOrder(jobs, options.concurrency, (job) => job.run(interrupt.signal)))
      await printer.add(withIgnored(ignores, verification))
  } finally {
    interrupt.dispose()
  }
  await printer.end()
  if (jobs.length > given.length || given.some(({ recordedIn }) => recordedIn !== undefined)) {
    const modules = new Set(jobs.map(({ module }) => module))
    for (const remark of ignores.remarks(modules, isForVersions)) note(visible(remark))
  }
  exitWith(exitCode(printer.counts))
}

/** Separates folders from the other arguments. @throws CliError if there is nothing to verify */
async function sortArguments(
  args: readonly string[],
  { modcache, sum, zip }: Options,
): Promise<{ folders: string[]; others: string[] }> {
  const kinds = await Promise.all(args.map(isFolder))
  const folders = args.filter((_, i) => kinds[i])
  if (args.length === 0 && modcache === undefined)
    throw new CliError('nothing to verify was given', {
      todo: 'Give MODULE@VERSION, the path of a go.sum or of a vendor folder, or --modcache.',
    })
  if ((sum ?? zip) !== undefined && (folders.length > 0 || modcache !== undefined))
    throw new CliError('--sum and --zip are about one version, not about folders', {
      todo: 'Give exactly one MODULE@VERSION.',
    })
  return { folders, others: args.filter((_, i) => !kinds[i]) }
}

/** Returns a job for each version that was given, and for each of a go.sum. */
async function targetJobs(
  given: VerifyTarget[],
  session: VerifySession,
  go: GoEnvironment,
  options: Options,
): Promise<Job[]> {
  const isAsked = (module: string): boolean => session.recordedSums !== null && !go.skipsSumdb(module)
  const targets = withWork(withoutPrivate(given, go), isAsked, options)
  const extra = await extraOf(options, targets)
  const { repository } = session
  return targets.map((target) => ({
    module: target.module,
    run: (signal) =>
      verifyTarget(depsFor(session, go, target.module, options), target, {
        ...target,
        ...extra,
        ...(repository !== undefined && { repository }),
        signal,
      }),
  }))
}

/** True for an entry that only `verify` can use. */
function isForVersions({ rule, sum }: IgnoreEntry): boolean {
  return sum !== null || (rule !== null && isVerdict(rule))
}

/**
 * Leaves out the lines that there is nothing to hold to: hashes of a go.mod, and of zips with `--no-repository`, where the
 * checksum database is not asked about the module.
 *
 * @throws CliError if nothing is left
 */
function withWork(
  given: VerifyTarget[],
  isAsked: (module: string) => boolean,
  { repository = true }: Options,
): VerifyTarget[] {
  const targets = given.filter(
    ({ module, expectedSum, recordedIn }) =>
      recordedIn === undefined || isAsked(module) || (repository && expectedSum !== undefined),
  )
  const unasked = given.filter(({ module, recordedIn }) => recordedIn !== undefined && !isAsked(module))
  if (unasked.length > 0) {
    note(`The checksum database is not asked about ${unasked.length} of ${given.length} versions`)
    note('  (GOSUMDB, GONOSUMDB, GOPRIVATE, MIRRORWATCH_SUMDB_URL, or a proxy that was named).')
  }
  if (targets.length > 0) return targets
  throw new CliError('no line has a hash that can be checked', {
    todo: 'Give the go.sum of a module with dependencies; see the settings named above.',
  })
}

/** Points out vendor folders next to a go.sum that are not checked: with -mod=vendor they are what is compiled. */
function noteVendorFolders(
  targets: readonly VerifyTarget[],
  go: GoEnvironment,
  checked: readonly string[],
): void {
  if (!go.usesVendor) return
  for (const file of new Set(targets.map(({ recordedIn }) => recordedIn))) {
    const folder = file === undefined ? '' : path.join(path.dirname(file), 'vendor')
    if (folder === '' || !existsSync(path.join(folder, 'modules.txt'))) continue
    if (checked.some((other) => path.resolve(other) === path.resolve(folder))) continue
    note(
      `GOFLAGS has -mod=vendor, so builds compile ${folder}, which is not checked: mirrorwatch verify ${folder}`,
    )
  }
}

/** Leaves out a go.sum's private modules: neither a public proxy nor a public host may learn their names. */
function withoutPrivate(targets: VerifyTarget[], go: GoEnvironment): VerifyTarget[] {
  const isLeftOut = ({ module, recordedIn }: VerifyTarget): boolean =>
    recordedIn !== undefined && go.skipsProxy(module)
  const kept = targets.filter((target) => !isLeftOut(target))
  const privates = targets.length - kept.length
  if (privates > 0) note(`${privates} private versions (GOPRIVATE, GONOPROXY) are not verified`)
  return kept
}

function depsFor(
  { deps, recordedSums }: VerifySession,
  go: GoEnvironment,
  module: string,
  { repository = true }: Options,
): TargetDeps {
  return {
    ...deps,
    proxy: go.skipsProxy(module) ? null : deps.proxy,
    sumdb: go.skipsSumdb(module) ? null : deps.sumdb,
    recordedSums: go.skipsSumdb(module) ? null : recordedSums,
    withRepository: repository,
  }
}

function exitCode(counts: ReadonlyMap<TargetVerdict, number>): number {
  const verdicts = [...counts.keys()]
  if (verdicts.some((verdict) => verdict !== 'same' && verdict !== 'unverifiable')) return EXIT.found
  return counts.has('unverifiable') ? EXIT.failed : EXIT.fine
}

/** Reads `--sum` and `--zip`, which are about one version. */
async function extraOf(
  { sum, zip }: Options,
  targets: readonly VerifyTarget[],
): Promise<{ expectedSum?: string; zip?: Buffer }> {
  if ((sum !== undefined || zip !== undefined) && targets.length !== 1) {
    throw new CliError(`--sum and --zip are about one version, and ${targets.length} were given`, {
      todo: 'Give exactly one MODULE@VERSION.',
    })
  }
  if (sum !== undefined && !isSum(sum)) {
    throw new CliError(`--sum ${sum} is not the hash of a module zip`, {
      todo: 'Give "h1:" and 44 characters, as in go.sum.',
    })
  }
  return {
    ...(sum !== undefined && { expectedSum: sum }),
    ...(zip !== undefined && { zip: await readZip(zip) }),
  }
}

async function readZip(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > MAX_ZIP_BYTES)
      throw new CliError(`--zip ${file} is larger than 500 MiB, the limit for a module zip`)
    return await readFile(file)
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`--zip ${file} cannot be read`, {
      cause: error,
      todo: 'Give the path of a module zip.',
    })
  }
}
