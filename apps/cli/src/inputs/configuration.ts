import { type Config, readConfig } from '@mirrorwatch/pipeline/config/config'

/** Reads the configuration of this process. @throws PipelineError `bad-config` */
export function configuration(env: NodeJS.ProcessEnv = process.env): Config {
  return readConfig(env, process.cwd())
}

/**
 * Reads the configuration of a command that runs in a checkout and needs no queue: a Redis in its environment is the project's.
 * @throws PipelineError `bad-config`
 */
export function checkoutConfiguration(): Config {
  return configuration({ ...process.env, REDIS_URL: undefined })
}
