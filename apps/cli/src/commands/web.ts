import { readLink } from '@mirrorwatch/web/access/link-file'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { CliError } from '../output/exit.ts'
import { printLine } from '../output/print.ts'

export function webCommand(): Command {
  return new Command('web')
    .addHelpText('after', '\nExample:\n  mirrorwatch web link')
    .addCommand(linkCommand())
}

function linkCommand(): Command {
  return new Command('link')
    .description('Prints the link that opens the page, for one use.')
    .addHelpText(
      'after',
      `
The page that runs with the same data folder keeps its valid link there, in a file that your user alone may read. Each use makes a
new one. Where people sign in another way, there is no link.

Example: mirrorwatch web link`,
    )
    .action(async () => {
      const link = readLink(configuration().dataDir)
      if (link === null) {
        throw new CliError('no page with this data folder has a link', {
          todo: 'Start it with mirrorwatch up, or name its folder in MIRRORWATCH_DATA_DIR.',
        })
      }
      await printLine(link)
    })
}
