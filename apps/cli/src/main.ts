import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { PipelineError } from '@mirrorwatch/pipeline/errors'
import { isStoreError } from '@mirrorwatch/store/errors'
import { Command, CommanderError } from 'commander'
import { CliError, EXIT, note, visible } from './cli.ts'
import { checkCommand } from './commands/check.ts'
import { crawlCommand } from './commands/crawl.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { findingsCommand } from './commands/findings.ts'
import { matchCommand } from './commands/match.ts'
import { scanCommand } from './commands/scan.ts'
import { sumCommand } from './commands/sum.ts'
import { targetsCommand } from './commands/targets.ts'
import { upCommand } from './commands/up.ts'
import { verifyCommand } from './commands/verify.ts'
import { workerCommand } from './commands/worker.ts'

const EXIT_CODES = `
Exit codes: 0 fine, 1 found something, 2 could not do it.`

function program(): Command {
  const root = new Command('mirrorwatch')
    .description(
      'Watches the Go Module Mirror: look-alike modules, and cached zips that are not what their repository shows.',
    )
    .version('0.1.0')
    .showHelpAfterError('(add --help for how to use it)')
    .addHelpText('after', EXIT_CODES)
  const commands = [
    upCommand(),
    crawlCommand(),
    workerCommand(),
    scanCommand(),
    matchCommand(),
    verifyCommand(),
    sumCommand(),
    checkCommand(),
    targetsCommand(),
    findingsCommand(),
    demoCommand(),
    doctorCommand(),
  ]
  for (const command of commands) root.addCommand(command)
  for (const command of allCommands(root)) command.exitOverride()
  return root
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** Prints an error as a person can use it: what went wrong, and what to do. Only what is unexpected has a stack. */
function explain(error: unknown): void {
  if (error instanceof CliError || error instanceof PipelineError) {
    note(`mirrorwatch: ${visible(error.message)}`)
    if (error.todo !== undefined) note(`  ${visible(error.todo)}`)
    return
  }
  if (isStoreError(error) || isGomodError(error)) {
    note(`mirrorwatch: ${visible(error.message)}`)
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
    await program().parseAsync()
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
