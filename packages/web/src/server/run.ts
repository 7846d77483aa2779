import { runAlone } from '@mirrorwatch/pipeline/service/run-process'
import { createAnnouncer } from './announce.ts'
import { serveWeb } from './serve.ts'

/** Runs the page and the API as a separate process until SIGINT or SIGTERM. */
export async function runWebProcess(name: string): Promise<void> {
  await runAlone(name, (deps) => serveWeb({ ...deps, onLink: createAnnouncer() }))
}
