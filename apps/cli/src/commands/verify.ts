import { readFile, stat } from 'node:fs/promises'
import type { Verdict, Verification } from '@mirrorwatch/detect/types'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_ZIP_BYTES } from '@mirrorwatch/gomod/limits'
import { isSum } from '@mirrorwatch/gomod/mod/go-sum'
import type { VerifyDeps, VerifyRequest } from '@mirrorwatch/verify/types'
import { verifyModuleVersion } from '@mirrorwatch/verify/verify'
import { Command } from 'commander'
import { type GoEnvironment, readGoEnvironment } from '../inputs/go-environment.ts'
import { wholeNumber } from '../inputs/options.ts'
import { readTargets, type VerifyTarget } from '../inputs/versions.ts'
import { CliError, EXIT, exitWith } from '../output/exit.ts'
import { note, printJson, printLine } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { formatSummary, formatVerification } from '../output/verification.ts'
import { inOrder } from '../session/in-order.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openVerifySession, type VerifyOptions } from '../session/verify.ts'

interface Options extends VerifyOptions {
  sum?: string
  zip?: string
  json?: boolean
  all?: boolean
  concurrency: number
}

const HELP = `
Compares the zip that the module mirror serves with the zip that Go would make of the repository's tag today. For a go.sum,
the recorded hash stands for the zip. Needs no database. GOPROXY, GOPRIVATE, GONOPROXY, GONOSUMDB and GOSUMDB=off are
honoured; a go.sum's private modules are left out.

Verdicts:
  same                the zip is exactly what Go would make of the repository today
  differs             it is not
  tag-moved           it is not, and the tag pointed elsewhere when the version was cached
  tag-missing         the repository no longer has the tag or commit
  repository-missing  the repository does not exist, or is not public
  unverifiable        there is nothing to compare with, or a limit was reached; the reason says which

Examples:
  mirrorwatch verify github.com/sirupsen/logrus@v1.9.3
  mirrorwatch verify go.sum
  mirrorwatch verify --json --repo ./checkout --sum h1:dueUQJ1C2q9oE3F7wvmSGAaVtTmUizReu6fjN8uqzbQ= \\
    github.com/sirupsen/logrus@v1.9.3

Exit codes: 0 all are the same, 1 at least one is not, 2 none differs but at least one could not be checked.`

/** More helps little: the hosts' rate limits decide. */
const DEFAULT_CONCURRENCY = 4

export function verifyCommand(): Command {
  return new Command('verify')
    .argument('<MODULE@VERSION | go.sum...>', 'versions, or go.sum files with many of them')
    .option('--sum <h1:…>', 'the hash of the zip, instead of asking the proxy for the zip')
    .option('--zip <FILE>', 'the zip, instead of asking the proxy for it')
    .option('--repo <URL or folder>', 'the repository, instead of finding it from the module path')
    .option('--proxy <URL>', 'the module proxy, or "off" (default: MIRRORWATCH_PROXY_URL)')
    .option('--all', 'print versions that are the same as well')
    .option('--concurrency <N>', 'versions to verify at once', wholeNumber(1), DEFAULT_CONCURRENCY)
    .option('--json', 'print one JSON object per version')
    .addHelpText('after', HELP)
    .action(verify)
}

async function verify(args: string[], options: Options): Promise<void> {
  const go = readGoEnvironment(process.env)
  const given = await readTargets(args)
  const targets = withoutPrivate(given, go)
  if (given.length === 0) {
    throw new CliError(`${args.join(', ')}: no line has the hash of a zip`, {
      todo: 'Give the go.sum of a module with dependencies.',
    })
  }
  const extra = await extraOf(options, targets)
  await using session = await openVerifySession(options)
  const interrupt = interruptSignal('The remaining versions are not verified.')
  using progress = startProgress('verify', 'versions')
  const counts = new Map<Verdict, number>()
  const quiet = targets.length > 1 && options.all !== true
  try {
    const { repository } = session
    const work = (target: VerifyTarget): Promise<Verification> =>
      verifyOrExplain(depsFor(session.deps, go, target.module), {
        ...target,
        ...extra,
        ...(repository !== undefined && { repository }),
        signal: interrupt.signal,
      })
    let done = 0
    for await (const verification of inOrder(targets, options.concurrency, work)) {
      counts.set(verification.verdict, (counts.get(verification.verdict) ?? 0) + 1)
      progress.clear()
      if (options.json === true) await printJson(verification)
      else if (!quiet || verification.verdict !== 'same') await printLine(formatVerification(verification))
      progress.set(++done, targets.length)
    }
  } finally {
    interrupt.dispose()
  }
  progress.clear()
  if (targets.length > 1) note(`${targets.length} versions: ${formatSummary(counts)}`)
  exitWith(exitCode(counts))
}

/** Leaves out a go.sum's private modules: neither a public proxy nor a public host may learn their names. */
function withoutPrivate(targets: VerifyTarget[], go: GoEnvironment): VerifyTarget[] {
  const isLeftOut = ({ module, expectedSum }: VerifyTarget): boolean =>
    expectedSum !== undefined && go.skipsProxy(module)
  const kept = targets.filter((target) => !isLeftOut(target))
  const privates = targets.length - kept.length
  if (privates > 0) note(`${privates} private versions (GOPRIVATE, GONOPROXY) are not verified`)
  return kept
}

function depsFor(deps: VerifyDeps, go: GoEnvironment, module: string): VerifyDeps {
  return {
    ...deps,
    proxy: go.skipsProxy(module) ? null : deps.proxy,
    sumdb: go.skipsSumdb(module) ? null : deps.sumdb,
  }
}

function exitCode(counts: ReadonlyMap<Verdict, number>): number {
  const verdicts = [...counts.keys()]
  if (verdicts.some((verdict) => verdict !== 'same' && verdict !== 'unverifiable')) return EXIT.found
  return counts.has('unverifiable') ? EXIT.failed : EXIT.fine
}

async function verifyOrExplain(deps: VerifyDeps, request: VerifyRequest): Promise<Verification> {
  try {
    return (await verifyModuleVersion(deps, request)).verification
  } catch (error) {
    if (!isGomodError(error)) throw error
    return {
      module: request.module,
      version: request.version,
      verdict: 'unverifiable',
      expectedSum: request.expectedSum ?? null,
      repositorySum: null,
      repository: null,
      commit: null,
      files: [],
      reason: error.message,
      notes: [],
    }
  }
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
