import { loadEnvironmentFile, unreadVariables } from '@mirrorwatch/pipeline/config/environment-file'
import { Command, CommanderError } from 'commander'
import { COMMANDS } from './commands.ts'
import { EXIT } from './output/exit.ts'
import { explainError } from './output/explain.ts'
import { note, visible } from './output/print.ts'

const EXIT_CODES = `
Exit codes: 0 nothing to report, 1 something was found, 2 the command failed.`

/** Builds the program. Only the command that was asked for has its code loaded; the help names the others. */
async function program(asked: string | undefined): Promise<Command> {
  const root = new Command('mirrorwatch')
    .description(
      'Watches the Go Module Mirror for look-alike modules and for cached zips that differ from their repository.',
    )
    .version('0.1.0')
    .showHelpAfterError('(add --help for usage)')
    .addHelpText('after', EXIT_CODES)
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = name === asked ? await load() : new Command(name).usage('[options]')
    root.addCommand(command.description(description))
  }
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

/** Reads the `.env` of the current folder, except for commands that run in checkouts of other people. */
function readSettings(command: string | undefined): void {
  if (COMMANDS[command ?? '']?.isForCheckouts !== true) return loadEnvironmentFile()
  const unread = unreadVariables()
  if (unread.length === 0) return
  note(`${command} does not read .env, which sets ${visible(unread.join(', '))}`)
  note('  Set them in the environment if they are yours.')
}

async function warnOfUnknownVariables(): Promise<void> {
  if (!Object.keys(process.env).some((name) => /^MIRRORWATCH_/i.test(name))) return
  const { unknownVariables, unknownVariableText } = await import(
    '@mirrorwatch/pipeline/config/unknown-variables'
  )
  for (const variable of unknownVariables(process.env)) note(unknownVariableText(variable))
}

async function main(args: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe()
  // Bare `mirrorwatch` is a question for help, not a mistake.
  const asked = args.length === 0 ? ['--help'] : args
  try {
    const name = asked[0] === 'help' ? asked[1] : asked[0]
    readSettings(name)
    // doctor lists them among its checks.
    if (asked[0] !== 'doctor') await warnOfUnknownVariables()
    await (await program(name)).parseAsync(asked, { from: 'user' })
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
