import { SEVERITIES, type Severity, severitiesFrom } from '@mirrorwatch/detect/severity'
import type { FindingFilter } from '@mirrorwatch/store/queries/findings-list'
import { FINDING_STATUSES, type FindingStatus } from '@mirrorwatch/store/status'
import { type Command, Option } from 'commander'

/** Options that choose findings. */
export interface FilterOptions {
  severity?: Severity
  status?: FindingStatus
  module?: string
  target?: string
  search?: string
}

/** Adds the options that choose findings. */
export function withFilters(command: Command): Command {
  return command
    .addOption(new Option('--severity <severity>', 'this severity or above').choices(SEVERITIES))
    .addOption(new Option('--status <status>', 'only this status').choices(FINDING_STATUSES))
    .option('--module <path>', 'only this module')
    .option('--target <path>', 'only look-alikes of this module')
    .option('--search <text>', 'only where module or target contains this text')
}

/** Returns the filter that the options name. */
export function filterOf(options: FilterOptions): FindingFilter {
  const { severity, status, module, target, search } = options
  return {
    ...(severity === undefined ? {} : { severities: severitiesFrom(severity) }),
    ...(status === undefined ? {} : { statuses: [status] }),
    ...(module === undefined ? {} : { module }),
    ...(target === undefined ? {} : { target }),
    ...(search === undefined ? {} : { search }),
  }
}
