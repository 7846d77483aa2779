import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { NotifyError } from '@mirrorwatch/notify/errors'
import { PipelineError } from '@mirrorwatch/pipeline/errors'
import { isStoreError } from '@mirrorwatch/store/errors'
import { isDiskFull } from '@mirrorwatch/upstream/git/disk-full'
import { Command, CommanderError } from 'commander'
import { CliError, EXIT, note, visible } from './cli.ts'

const EXIT_CODES = `
Exit codes: 0 fine, 1 found something, 2 could not do it.`

/** Commands in the order of the help. Each is loaded only when it is asked for: `check` must not wait for the rest. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./commands/up.ts')).upCommand(),
  crawl: async () => (await import('./commands/crawl.ts')).crawlCommand(),
  worker: async () => (await import('./commands/worker.ts')).workerCommand(),
  scan: async () => (await import('./commands/scan.ts')).scanCommand(),
  match: async () => (await import('./commands/match.ts')).matchCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  sum: async () => (await import('./commands/sum.ts')).sumCommand(),
  check: async () => {
    const [command, known] = await Promise.all([import('./commands/check.ts'), import('./known-findings.ts')])
    return command.checkCommand(known.knownFindings)
  },
  targets: async () => (await import('./commands/targets.ts')).targetsCommand(),
  known: async () => (await import('./commands/known.ts')).knownCommand(),
  findings: async () => (await import('./commands/findings.ts')).findingsCommand(),
  report: async () => (await import('./commands/report.ts')).reportCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
}

async function program(asked: string | undefined): Promise<Command> {
  const root = new Command('mirrorwatch')
    .description(
      'Watches the Go Module Mirror: look-alike modules, and cached zips that are not what their repository shows.',
    )
    .version('0.1.0')
    .showHelpAfterError('(add --help for how to use it)')
    .addHelpText('after', EXIT_CODES)
  const one = asked === undefined ? undefined : COMMANDS[asked]
  const load = one === undefined ? Object.values(COMMANDS) : [one]
  for (const command of load) root.addCommand(await command())
  for (const command of allCommands(root)) command.exitOverride()
  return root
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** Prints an error as a person can use it: what went wrong, and what to do. Only what is unexpected has a stack. */
function explain(error: unknown): void {
  if (error instanceof CliError || error instanceof NotifyError || error instanceof PipelineError) {
    note(`mirrorwatch: ${visible(error.message)}`)
    if (error.todo !== undefined) note(`  ${visible(error.todo)}`)
    return
  }
  if (isStoreError(error) || isGomodError(error)) {
    note(`mirrorwatch: ${visible(error.message)}`)
    return
  }
  if (isDiskFull(error)) {
    note(`mirrorwatch: ${visible((error as Error).message)}`)
    note('  Make room, or name a folder on another disk: MIRRORWATCH_DATA_DIR; for verify and sum TMPDIR.')
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  note(`mirrorwatch: this should not have happened; please report it with what follows.\n${text}`)
}

/** A reader that has seen enough (`| head`) closes the pipe; that is no error of anybody's. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.fine)
    throw error
  })
}

async function main(): Promise<void> {
  endQuietlyOnClosedPipe()
  if (existsSync('.env')) loadEnvFile('.env')
  try {
    await (await program(process.argv[2])).parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.failed
      return
    }
    explain(error)
    process.exitCode = EXIT.failed
  }
}

await main()
