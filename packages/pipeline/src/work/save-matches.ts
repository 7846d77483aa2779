import type { Candidate } from '@mirrorwatch/detect/types'
import type { Trx } from '@mirrorwatch/store/database'
import type { CandidateRow } from '@mirrorwatch/store/tables/candidates'
import { saveCandidates } from '@mirrorwatch/store/tables/candidates'
import { askForAssessment, askForGoMods } from '@mirrorwatch/store/work/due'
import { LOOKALIKE_PRIORITY } from '@mirrorwatch/store/work/priority'
import { watchVersions } from '@mirrorwatch/store/work/schedule'

export interface Match {
  moduleId: number
  candidates: Candidate[]
}

/**
 * Saves candidates. For new ones it schedules an early inspection of the versions and an assessment of the modules. Ignores
 * known candidates.
 */
export async function saveMatches(trx: Trx, matches: readonly Match[], now: Date): Promise<CandidateRow[]> {
  const rows = matches.flatMap(({ moduleId, candidates }) =>
    candidates.map((c) => ({
      moduleId,
      target: c.target,
      rule: c.rule,
      strength: c.strength,
      distance: c.distance,
      reason: c.reason,
    })),
  )
  const added = await saveCandidates(trx, rows, now)
  await watchVersions(trx, mostUrgent(added), now)
  const ids = [...new Set(added.map(({ moduleId }) => moduleId))]
  if (ids.length > 0) await askForGoMods(trx, { ids }, now)
  await askForAssessment(trx, ids, now)
  return added
}

function mostUrgent(rows: readonly CandidateRow[]): { moduleId: number; priority: number }[] {
  const priorities = new Map<number, number>()
  for (const { moduleId, strength } of rows) {
    priorities.set(moduleId, Math.min(priorities.get(moduleId) ?? 9, LOOKALIKE_PRIORITY[strength]))
  }
  return [...priorities].map(([moduleId, priority]) => ({ moduleId, priority }))
}
