import { appendFile } from 'node:fs/promises'
import { createToken } from '@mirrorwatch/web/access/tokens'
import { Command, Option } from 'commander'
import { wholeNumber } from '../inputs/options.ts'
import { CliError } from '../output/exit.ts'
import { note, printLine } from '../output/print.ts'

const DAY_MS = 86_400_000

interface Options {
  role: 'reader' | 'triage'
  days: number
  file?: string
}

export function tokenCommand(): Command {
  return new Command('token')
    .argument('<name>', 'whose it is: the author of decisions made with it')
    .addOption(
      new Option('--role <role>', 'reader reads, triage also decides')
        .choices(['reader', 'triage'])
        .default('reader'),
    )
    .option('--days <n>', 'how long it is valid', wholeNumber(1), 90)
    .option('--file <file>', 'tokens file to add it to (default: MIRRORWATCH_WEB_TOKENS_FILE)')
    .addHelpText(
      'after',
      `
The file holds a hash of each token, with name, role and end. A running server reads it again when it changes: delete a line to
take a token away.

Example: mirrorwatch token ann --role triage --file /etc/mirrorwatch/tokens`,
    )
    .action(makeToken)
}

async function makeToken(name: string, { role, days, file: given }: Options): Promise<void> {
  if (!/^[\x21-\x7e]{1,200}$/.test(name)) {
    throw new CliError('a name has no spaces and only ASCII letters', { todo: 'Give a name such as ann.' })
  }
  const file = given ?? process.env['MIRRORWATCH_WEB_TOKENS_FILE']
  if (!file) {
    throw new CliError('there is no tokens file', {
      todo: 'Give --file FILE, or set MIRRORWATCH_WEB_TOKENS_FILE.',
    })
  }
  const { secret, line } = createToken(name, role, new Date(Date.now() + days * DAY_MS))
  try {
    await appendFile(file, `${line}\n`, { mode: 0o600 })
  } catch (error) {
    throw new CliError(`${file} cannot be written`, { todo: 'Give a file that you can write.', cause: error })
  }
  note(`Added ${name} (${role}, ${days} days) to ${file}. The token is shown this once:`)
  await printLine(secret)
}
