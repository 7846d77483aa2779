import { isGomodError } from '@mirrorwatch/gomod/errors'
import { repositorySum } from '@mirrorwatch/verify/repository-sum'
import { Command } from 'commander'
import { parseTarget, type VerifyTarget } from '../inputs/versions.ts'
import { CliError } from '../output/exit.ts'
import { note, printJson, printLine } from '../output/print.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openVerifySession, type VerifyOptions } from '../session/verify.ts'

interface Options extends VerifyOptions {
  json?: boolean
}

const HELP = `
For one version it prints the hash alone, for several it prints lines as in go.sum.

Examples:
  mirrorwatch sum github.com/sirupsen/logrus@v1.9.3
  mirrorwatch sum --repo ./opentelemetry-go go.opentelemetry.io/otel/sdk@v1.28.0`

export function sumCommand(): Command {
  return new Command('sum')
    .argument('<MODULE@VERSION...>', 'versions')
    .option('--repo <URL or folder>', 'the repository, instead of finding it from the module path')
    .option('--proxy <URL>', 'the module proxy that may know the repository, or "off"')
    .option('--json', 'print one JSON object per version')
    .addHelpText('after', HELP)
    .action(sum)
}

async function sum(args: string[], options: Options): Promise<void> {
  const targets = args.map(parseTarget)
  await using session = await openVerifySession(options)
  const interrupt = interruptSignal('The remaining versions are left out.')
  try {
    for (const target of targets) {
      const { repository } = session
      const found = await sumOrExplain(session.deps, {
        ...target,
        ...(repository !== undefined && { repository }),
        signal: interrupt.signal,
      })
      for (const text of found.notes) note(`${target.module}@${target.version}: ${text}`)
      if (options.json === true) await printJson(found)
      else await printLine(targets.length === 1 ? found.sum : `${found.module} ${found.version} ${found.sum}`)
    }
  } finally {
    interrupt.dispose()
  }
}

async function sumOrExplain(
  deps: Parameters<typeof repositorySum>[0],
  request: VerifyTarget & { repository?: string; signal: AbortSignal },
): ReturnType<typeof repositorySum> {
  try {
    return await repositorySum(deps, request)
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${request.module}@${request.version}: ${error.message}`, { cause: error })
  }
}
