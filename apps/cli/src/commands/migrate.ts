import { migrateQueue } from '@mirrorwatch/pipeline/work/queue-postgres'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { note } from '../output/print.ts'
import { openForReading } from '../session/open.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Brings the database up to date: mirrorwatch's tables and roles, and those of the queue.")
    .addHelpText(
      'after',
      `
Other commands do this by themselves where their user may. Run it as the owner of the database, after an upgrade and before
the processes start, where these connect as a member of mirrorwatch_worker, which may not change tables.

Example: DATABASE_URL=postgres://owner:…@host/mirrorwatch mirrorwatch migrate`,
    )
    .action(async () => {
      await using store = await openForReading(configuration())
      await migrateQueue(store.poolConfig)
      note(`${store.where} is up to date.`)
    })
}
