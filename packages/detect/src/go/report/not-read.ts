import type { CapabilityReport } from '../types.ts'

/** The report of code that was not read, `why` being a reason for people: nothing is known of it, which is a fact too. */
export function notReadReport(why: string): CapabilityReport {
  return {
    files: 0,
    ownPaths: [],
    imports: [],
    uses: [],
    strings: [],
    places: [],
    unparsed: [],
    truncated: true,
    notRead: why,
  }
}
