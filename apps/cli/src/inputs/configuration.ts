import { type Config, readConfig } from '@mirrorwatch/pipeline/config/config'

/** Reads the configuration of this process. @throws PipelineError `bad-config` */
export function configuration(env: NodeJS.ProcessEnv = process.env): Config {
  return readConfig(env, process.cwd())
}
