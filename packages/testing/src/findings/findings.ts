import type { EvidenceOf, Reason, Signal } from '@mirrorwatch/detect/finding'
import type { Finding, StoredSignal } from '@mirrorwatch/store/queries/findings-list'

export const FOUND_AT = '2026-11-18T12:00:00.000000Z'

/** Returns a signal as the store has it, holding. */
export function stored(signal: Signal, withdrawnAt: string | null = null): StoredSignal {
  return { ...signal, firstSeenAt: FOUND_AT, lastSeenAt: FOUND_AT, withdrawnAt }
}

export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 17,
    moduleId: 3,
    module: 'github.com/boltdb-go/bolt',
    target: 'github.com/boltdb/bolt',
    severity: 'critical',
    severityRank: 0,
    status: 'open',
    summary: 'github.com/boltdb-go/bolt is 97 % the code of github.com/boltdb/bolt.',
    because: [],
    firstSeenAt: FOUND_AT,
    lastSeenAt: FOUND_AT,
    changedAt: FOUND_AT,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    decisionKind: null,
    decisionUntil: null,
    assignee: null,
    newEvidenceAt: null,
    signals: [],
    ...changes,
  }
}

export function aReason(changes: Partial<Reason> = {}): Reason {
  return {
    kind: 'decided',
    row: 'armed',
    severity: 'critical',
    version: 'v1.3.1',
    signals: ['near-copy', 'import-process'],
    says: 'code was added that acts on import',
    ...changes,
  }
}

type Use = EvidenceOf<'import-process'>['lines'][number]

/** Returns evidence of code that acts. */
export function usesOf(...lines: Partial<Use>[]): EvidenceOf<'import-process'> {
  const use: Use = {
    file: 'db.go',
    line: 7,
    column: 2,
    what: 'os/exec.Command',
    reachedFrom: ['init'],
    calledFrom: [],
    quote: 'exec.Command("true")',
    folded: null,
  }
  return { than: 'original', count: lines.length, lines: lines.map((line) => ({ ...use, ...line })) }
}

/** Returns evidence of a near-copy. */
export function copyOf(changes: Partial<EvidenceOf<'near-copy'>> = {}): EvidenceOf<'near-copy'> {
  return {
    original: 'github.com/boltdb/bolt',
    originalVersion: 'v1.3.1',
    similarity: 0.97,
    equal: 9,
    equalButPath: 2,
    changed: 1,
    added: 0,
    removed: 0,
    declaredPath: null,
    compared: [],
    diff: null,
    ...changes,
  }
}

/** Returns evidence of a zip that differs from its repository. */
export function differenceOf(
  changes: Partial<EvidenceOf<'cache-differs'>> = {},
): EvidenceOf<'cache-differs'> {
  return {
    repository: 'https://github.com/boltdb-go/bolt',
    commit: 'c'.repeat(40),
    expectedSum: 'h1:a=',
    repositorySum: 'h1:b=',
    files: 1,
    quoted: [],
    notes: [],
    ...changes,
  }
}

/** Returns evidence of membership in a campaign. */
export function campaignOf(id: string, others: string[] = []): EvidenceOf<'campaign'> {
  return { id, kind: 'content', owners: 2, modules: 2, others }
}
