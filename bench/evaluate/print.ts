import { type Judged, namesOriginal, quotesLines, showsFolded } from './judge.ts'

/** One row per shape: how many were found, and what the findings show. */
export function printAttacks(title: string, judged: readonly Judged[]): void {
  console.log(`\n${title}`)
  console.log(`${'shape'.padEnd(20)}  made  found  high+  original  line  folded`)
  for (const [kind, rows] of byKind(judged)) {
    const count = (holds: (row: Judged) => boolean): number => rows.filter(holds).length
    const found = rows.filter(({ finding }) => finding !== null)
    const cells = [
      rows.length,
      found.length,
      count(({ finding }) => finding?.severity === 'high' || finding?.severity === 'critical'),
      count(({ subject, finding }) => finding !== null && namesOriginal(subject, finding)),
      count(({ subject, finding }) => finding !== null && quotesLines(subject, finding)),
      count(({ subject, finding }) => finding !== null && showsFolded(subject, finding)),
    ]
    const widths = [6, 7, 7, 10, 6, 8]
    console.log(kind.padEnd(20) + cells.map((cell, i) => String(cell).padStart(widths[i] ?? 8)).join(''))
  }
}

/** One row per kind of honest module: its findings by severity. */
export function printHonest(title: string, judged: readonly Judged[]): void {
  console.log(`\n${title}`)
  console.log(`${'kind'.padEnd(30)}  count   none   info    low medium   high critical`)
  for (const [kind, rows] of byKind(judged)) {
    const cells = ['none', 'info', 'low', 'medium', 'high', 'critical'].map((severity) =>
      String(rows.filter(({ finding }) => (finding?.severity ?? 'none') === severity).length).padStart(7),
    )
    console.log(kind.padEnd(30) + String(rows.length).padStart(7) + cells.join(''))
  }
}

/** Versions that appear a week: about 40,000 a day. */
const VERSIONS_A_WEEK = 280_000

/** Alerts a week that the share of high honest versions would mean, with the bounds of its 95 % interval. */
export function printAlerts(honest: readonly Judged[]): void {
  const alerts = honest.filter(
    ({ finding }) => finding?.severity === 'high' || finding?.severity === 'critical',
  )
  const [low, high] = wilson(alerts.length, honest.length)
  const week = (share: number): string => Math.round(share * VERSIONS_A_WEEK).toLocaleString('en')
  console.log(
    `\n${alerts.length} of ${honest.length} honest versions would alert: ${week(alerts.length / Math.max(1, honest.length))} a week if all versions were like these (95 %: ${week(low)} to ${week(high)})`,
  )
}

/** The 95 % interval of a share (Wilson 1927). */
function wilson(count: number, of: number): [low: number, high: number] {
  if (of === 0) return [0, 1]
  const z2 = 1.96 ** 2
  const share = count / of
  const middle = share + z2 / (2 * of)
  const half = 1.96 * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))
  const scale = 1 + z2 / of
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)]
}

export function printFailures(judged: readonly Judged[]): void {
  for (const { subject, finding, failures } of judged) {
    if (failures.length === 0) continue
    const how = subject.placement === null ? '' : ` (${subject.placement}, of ${subject.original})`
    console.log(
      `  ${subject.group}, ${subject.kind}${how}: ${subject.module}@${subject.version}: ${failures.join('; ')}`,
    )
    if (finding !== null)
      console.log(
        `    ${finding.summary} [${[...new Set(finding.signals.map(({ rule }) => rule))].join(', ')}]`,
      )
  }
}

function byKind(judged: readonly Judged[]): Map<string, Judged[]> {
  const kinds = new Map<string, Judged[]>()
  for (const each of judged) kinds.set(each.subject.kind, [...(kinds.get(each.subject.kind) ?? []), each])
  return kinds
}
