import { runAlone } from '@mirrorwatch/pipeline/service/run-process'
import { serveWeb } from './serve.ts'

/** Runs the page and the API as a separate process until SIGINT or SIGTERM. */
export async function runWebProcess(name: string): Promise<void> {
  await runAlone(name, (deps) =>
    serveWeb({ ...deps, onLink: (url) => deps.log.info({ url }, 'open this link to enter the page') }),
  )
}
