import {
  loadEnvironmentFile,
  unknownVariables,
  unknownVariableText,
} from '@mirrorwatch/pipeline/config/environment'
import { Command, CommanderError } from 'commander'
import { EXIT } from './output/exit.ts'
import { explainError } from './output/explain.ts'
import { note } from './output/print.ts'

/** The commands in the order of the help. Each loads its own code on demand, so that `check` starts fast. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./commands/up.ts')).upCommand(),
  crawl: async () => (await import('./commands/crawl.ts')).crawlCommand(),
  worker: async () => (await import('./commands/worker.ts')).workerCommand(),
  scan: async () => (await import('./commands/scan.ts')).scanCommand(),
  match: async () => (await import('./commands/match.ts')).matchCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  sum: async () => (await import('./commands/sum.ts')).sumCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  targets: async () => (await import('./commands/targets.ts')).targetsCommand(),
  known: async () => (await import('./commands/known.ts')).knownCommand(),
  findings: async () => (await import('./commands/findings.ts')).findingsCommand(),
  allow: async () => (await import('./commands/allow.ts')).allowCommand(),
  report: async () => (await import('./commands/report.ts')).reportCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
}

const EXIT_CODES = `
Exit codes: 0 nothing to report, 1 something was found, 2 the command failed.`

/** Builds the program with the command that was asked for, or with all of them for the help. */
async function program(asked: string | undefined): Promise<Command> {
  const root = new Command('mirrorwatch')
    .description(
      'Watches the Go Module Mirror for look-alike modules and for cached zips that differ from their repository.',
    )
    .version('0.1.0')
    .showHelpAfterError('(add --help for usage)')
    .addHelpText('after', EXIT_CODES)
  const one = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined
  for (const load of one === undefined ? Object.values(COMMANDS) : [one]) root.addCommand(await load())
  for (const command of allCommands(root)) command.exitOverride()
  return root
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** Ends quietly when a reader such as `head` closes the pipe. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.fine)
    throw error
  })
}

async function main(args: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe()
  // Bare `mirrorwatch` is a question for help, not a mistake.
  const asked = args.length === 0 ? ['--help'] : args
  try {
    loadEnvironmentFile()
    // doctor lists them among its checks.
    const unknown = asked[0] === 'doctor' ? [] : unknownVariables(process.env)
    for (const variable of unknown) note(unknownVariableText(variable))
    await (await program(asked[0])).parseAsync(asked, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.failed
      return
    }
    explainError(error)
    process.exitCode = EXIT.failed
  }
}

await main(process.argv.slice(2))
