import { waitingFindings } from '@mirrorwatch/store/queries/report-queries'
import { shown } from '../writers/defang.ts'
import { ageText } from './age.ts'
import type { ReportSection } from './section.ts'

const MAX_WAITING = 15

/** Findings that wait for a decision, the most severe first. */
export const waiting: ReportSection = {
  title: 'Waiting for a decision',
  async read(db) {
    const findings = await waitingFindings(db, MAX_WAITING)
    return ({ waiting: counts, generatedAt }) => {
      if (counts.length === 0) return [{ kind: 'text', text: 'Nothing of medium severity or above.' }]
      const summary = counts.map(
        ({ severity, count, oldest }) =>
          `${count} ${severity}, the oldest for ${ageText(oldest, generatedAt)}`,
      )
      const rows = findings.map(({ id, severity, module, target, firstSeen }) => [
        `#${id}`,
        severity,
        `${shown(module, 120)}${target === null ? '' : `, imitates ${shown(target, 120)}`}`,
        ageText(firstSeen, generatedAt),
      ])
      return [
        { kind: 'text', text: `${summary.join('; ')}.` },
        { kind: 'table', head: ['', 'severity', 'module', 'waiting'], rows },
      ]
    }
  },
}
