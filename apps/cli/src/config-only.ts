import { type Config, readConfig } from '@mirrorwatch/pipeline/config/config'

/** The configuration of this process, without anything that it configures. @throws PipelineError `bad-config` */
export function configuration(env: NodeJS.ProcessEnv = process.env): Config {
  return readConfig(env, process.cwd())
}
