import { ownerFault } from '@mirrorwatch/gomod/paths/owner'
import type { Config } from './config.ts'

/** Returns why paths cannot be watched for these channels, or null. */
export function watchFault(
  { paths, channels }: { paths: readonly string[]; channels: readonly string[] },
  config: Pick<Config, 'channels'>,
): string | null {
  const unknown = channels.find((name) => !config.channels.has(name))
  if (unknown !== undefined) return `There is no channel “${unknown}” in MIRRORWATCH_ALERT_CHANNELS.`
  // A code host alone would mark nearly every finding.
  const host = paths.find((path) => !path.includes('/') && ownerFault(path) !== null)
  return host === undefined ? null : `“${host}” is a code host: name an account on it.`
}
