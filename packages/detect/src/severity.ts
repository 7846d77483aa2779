/** Every severity, the worst first. The position is the rank that the store sorts by. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const

export type Severity = (typeof SEVERITIES)[number]

/** The mildest severity that a person has to decide on. */
export const SERIOUS: Severity = 'medium'

/** Returns 0 for critical … 4 for info. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

/** Returns the severities from the worst down to `mildest`. */
export function severitiesFrom(mildest: Severity): Severity[] {
  return SEVERITIES.slice(0, severityRank(mildest) + 1)
}

/** Returns true where `severity` is `mildest` or worse. */
export function isAtLeast(severity: Severity, mildest: Severity): boolean {
  return severityRank(severity) <= severityRank(mildest)
}

/** Orders the worst first: less than zero where `a` is the worse one. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severityRank(a) - severityRank(b)
}
