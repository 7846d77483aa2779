import { NotifyError } from '@mirrorwatch/notify/errors'
import { readConfig } from '../config/config.ts'
import { loadEnvironmentFile, unknownVariables, unknownVariableText } from '../config/environment.ts'
import { PipelineError } from '../errors.ts'
import { createLogger } from '../operate/log.ts'
import { openRuntime } from './runtime.ts'
import { type Parts, runService } from './service.ts'

/**
 * Runs a service process from its configuration to its end: runs `parts` until the first SIGINT or SIGTERM, lets running jobs
 * finish and closes everything. A second signal ends the process at once. The exit code is 2 if it cannot start.
 */
export async function runProcess(name: string, parts: Parts): Promise<void> {
  const stop = stopSignal()
  let log = createLogger('info')
  try {
    loadEnvironmentFile()
    const config = readConfig(process.env, process.cwd())
    log = createLogger(config.logLevel)
    for (const unknown of unknownVariables(process.env)) log.warn(unknownVariableText(unknown))
    await using runtime = await openRuntime(config, { log, applicationName: name })
    log.info({ store: runtime.store.where, queue: runtime.queue.kind }, `${name} is up`)
    await runService(runtime, parts, stop)
    log.info(`${name} stops`)
  } catch (error) {
    const todo = error instanceof PipelineError || error instanceof NotifyError ? error.todo : undefined
    log.fatal({ err: error, todo }, `${name} cannot go on`)
    process.exitCode = 2
  }
}

function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      controller.abort(new Error(`stopped by ${name}`))
    })
  }
  return controller.signal
}
