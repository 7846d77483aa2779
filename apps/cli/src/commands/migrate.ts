import { migrateQueue } from '@mirrorwatch/pipeline/work/queue/postgres'
import { Command } from 'commander'
import { note } from '../output/print.ts'
import { openForReading } from '../session/open-store.ts'

const HELP = `
Other commands do this at start if their database user may change tables. Run it as the owner of the database after an
upgrade, before the processes start, if these connect as a member of mirrorwatch_worker.

Example:
  DATABASE_URL=postgres://owner:…@host/mirrorwatch mirrorwatch migrate`

export function migrateCommand(): Command {
  return new Command('migrate').addHelpText('after', HELP).action(migrate)
}

async function migrate(): Promise<void> {
  await using store = await openForReading()
  await migrateQueue(store.poolConfig)
  note(`The database is up to date: ${store.where}.`)
}
