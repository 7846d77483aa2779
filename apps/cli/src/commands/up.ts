import { type Beside, serve } from '@mirrorwatch/pipeline/service/run-process'
import { ALL_PARTS } from '@mirrorwatch/pipeline/service/service'
import { isStoreError } from '@mirrorwatch/store/errors'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'

const HELP = `
Without configuration, the store is an embedded Postgres in .mirrorwatch/, and the crawler starts one day back on the public
feed. A terminal shows the link that opens the page; otherwise mirrorwatch web link prints it. The log is JSON, one object a line, on stderr. Ctrl-C stops; nothing is lost, the next start continues from there.

Examples:
  mirrorwatch up
  DATABASE_URL=postgres://… REDIS_URL=redis://… mirrorwatch up`

export function upCommand(): Command {
  return new Command('up')
    .addHelpText('after', HELP)
    .action(() => serve('mirrorwatch', configuration(), ALL_PARTS, { beside: startPage }))
}

/** Starts the page. A database user without its roles runs everything else. */
const startPage: Beside = async (deps) => {
  const [{ serveWeb }, { createAnnouncer }] = await Promise.all([
    import('@mirrorwatch/web/server/serve'),
    import('@mirrorwatch/web/server/announce'),
  ])
  try {
    return await serveWeb({ ...deps, onLink: createAnnouncer() })
  } catch (error) {
    if (!isStoreError(error, 'refused')) throw error
    deps.log.warn({ err: error }, 'running without the page')
    return null
  }
}
