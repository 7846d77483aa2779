import { cutText } from '../../diff/cut-text.ts'
import { MAX_KEPT, MAX_KEPT_IMPORTS, MAX_KEPT_NAME, MAX_KEPT_USES, MAX_SHOWN_FOLDED } from '../limits.ts'
import type { CapabilityReport, CapabilityUse } from '../types.ts'
import { isOversized } from './weight.ts'

/**
 * A report as it is kept: some hundred kilobytes at the most, where source that was made for it names a function by a
 * megabyte and calls it from 20,000 places. The lists of a report begin with what matters, so nothing is lost that decides;
 * imports beyond the bound are said to be unread.
 */
export function keptReport(report: CapabilityReport): CapabilityReport {
  const imports = report.imports.filter((path) => path.length <= MAX_KEPT_NAME).slice(0, MAX_KEPT_IMPORTS)
  return {
    ...report,
    ownPaths: report.ownPaths.map(name),
    imports,
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

/** The same for uses. */
export function keptUses(uses: readonly CapabilityUse[]): CapabilityUse[] {
  return uses.slice(0, MAX_KEPT_USES).map((use) => ({
    ...use,
    what: name(use.what),
    reachedFrom: use.reachedFrom.map(name),
  }))
}

function name(text: string): string {
  return text.length <= MAX_KEPT_NAME ? text : `${cutText(text, MAX_KEPT_NAME)}…`
}
