import { cutText } from '../../diff/cut-text.ts'
import { MAX_SHOWN_FOLDED } from '../parse/quote.ts'
import type { CapabilityReport, CapabilityUse, ChangedRequirement } from '../types.ts'
import { isOversized } from './weight.ts'

/** Entries of a stored report: evidence, of which a handful is shown. */
const MAX_KEPT_USES = 500
const MAX_KEPT = 200
const MAX_KEPT_IMPORTS = 1_000
/** Characters of a name or an import path in a stored report: twice the longest in use. */
const MAX_KEPT_NAME = 300

/**
 * Cuts a report to what is stored: a few hundred kilobytes at most. An attacker's source can name a function by a megabyte
 * and call it from 20,000 places. The lists of a report begin with what decides, so the cut loses none of it; a report
 * with more imports than are kept is marked truncated.
 */
export function keptReport({ requires: _requires, ...report }: CapabilityReport): CapabilityReport {
  const imports = report.imports.filter((path) => path.length <= MAX_KEPT_NAME).slice(0, MAX_KEPT_IMPORTS)
  return {
    ...report,
    ownPaths: report.ownPaths.map(name),
    imports,
    ...(report.requirements === undefined ? {} : { requirements: keptRequirements(report.requirements) }),
    ...(report.embeds === undefined ? {} : { embeds: keptEmbeds(report.embeds) }),
    uses: keptUses(report.uses),
    strings: report.strings.slice(0, MAX_KEPT).map((each) => ({
      ...each,
      how: each.how.slice(0, MAX_KEPT).map(name),
      value: cutText(each.value, MAX_SHOWN_FOLDED),
    })),
    places: report.places.slice(0, MAX_KEPT),
    unparsed: report.unparsed
      .toSorted((a, b) => Number(isOversized(b)) - Number(isOversized(a)))
      .slice(0, MAX_KEPT),
    truncated: report.truncated || imports.length < report.imports.length,
  }
}

function keptRequirements(requirements: readonly ChangedRequirement[]): ChangedRequirement[] {
  return requirements.slice(0, MAX_KEPT).map(({ path, version, was, imports }) => ({
    path: name(path),
    version: name(version),
    was: was === null ? null : name(was),
    imports: imports.filter((each) => each.length <= MAX_KEPT_NAME).slice(0, MAX_KEPT),
  }))
}

/** Keeps all patterns, or one that covers every file. */
function keptEmbeds(patterns: string[]): string[] {
  const fits = patterns.length <= MAX_KEPT && patterns.every((pattern) => pattern.length <= MAX_KEPT_NAME)
  return fits ? patterns : ['*']
}

/** Cuts a list of uses to what is stored. */
function keptUses(uses: readonly CapabilityUse[]): CapabilityUse[] {
  return uses.slice(0, MAX_KEPT_USES).map((use) => ({
    ...use,
    what: name(use.what),
    reachedFrom: use.reachedFrom.map(name),
  }))
}

function name(text: string): string {
  return text.length <= MAX_KEPT_NAME ? text : `${cutText(text, MAX_KEPT_NAME)}…`
}
