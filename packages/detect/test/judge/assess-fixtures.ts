import type { CapabilityReport, CapabilityUse } from '../../src/go/types.ts'
import type {
  AssessmentInput,
  ComparisonFacts,
  NamedCandidate,
  TargetFacts,
} from '../../src/judge/signals/facts.ts'
import { type InspectionFacts, type InspectionRecord, NO_FACTS } from '../../src/records/inspection-record.ts'
import type { Strength } from '../../src/types.ts'

export const ORIGINAL: TargetFacts = {
  path: 'github.com/boltdb/bolt',
  dependents: 8367,
  firstCachedAt: new Date('2019-04-10T19:00:00Z'),
  sameProject: null,
}

export function input(changes: Partial<AssessmentInput> = {}): AssessmentInput {
  return {
    module: {
      path: 'github.com/boltdb-go/bolt',
      firstCachedAt: new Date('2021-11-20T10:00:00Z'),
      dependents: 0,
      declaredPath: 'github.com/boltdb-go/bolt',
      blocked: null,
      repositoryMissing: false,
      takenDown: false,
      modServer: false,
    },
    owner: null,
    candidates: [],
    versions: [],
    past: [],
    changes: [],
    comparisons: [],
    read: [],
    strangerImports: [],
    burst: null,
    unusual: null,
    allow: [],
    malicious: [],
    campaign: null,
    ...changes,
  }
}

export function named(strength: Strength, target: TargetFacts = ORIGINAL): NamedCandidate {
  const module = 'github.com/boltdb-go/bolt'
  const candidate = {
    module,
    target: target.path,
    rule: 'owner-affix',
    distance: null,
    strength,
    reason: 'affix',
  }
  return { candidate, target }
}

export function copyOf(
  target: TargetFacts = ORIGINAL,
  changes: Partial<ComparisonFacts> = {},
): ComparisonFacts {
  return {
    target,
    comparison: {
      original: target.path,
      originalVersion: 'v1.3.1',
      lookalike: 'github.com/boltdb-go/bolt',
      lookalikeVersion: 'v1.3.1',
      counted: 20,
      similarity: 0.97,
      contained: 0.97,
      equal: 17,
      equalButPath: 2,
      changed: 1,
      added: 0,
      removed: 0,
      files: [{ path: 'db.go', relation: 'changed' }],
      diff: '--- db.go\n+++ db.go\n',
      declaredPath: 'github.com/boltdb-go/bolt',
      nearCopy: true,
      inPlace: 0.97,
      holdsOriginal: true,
    },
    added: report(),
    ...changes,
  }
}

export function report(...uses: Partial<CapabilityUse>[]): CapabilityReport {
  const base: CapabilityUse = {
    kind: 'process',
    file: 'db.go',
    line: 12,
    column: 2,
    what: 'os/exec.Command',
    onImport: true,
    reachedFrom: ['init'],
    calledFrom: [],
    quote: 'exec.Command("true")',
    folded: 'true',
  }
  return {
    files: 1,
    ownPaths: [],
    imports: [],
    uses: uses.map((use) => ({ ...base, ...use })),
    strings: [],
    places: [],
    unparsed: [],
    truncated: false,
  }
}

export function version(
  changes: Partial<InspectionRecord> = {},
  facts: Partial<InspectionFacts> = {},
): InspectionRecord {
  return {
    version: 'v1.3.1',
    verdict: 'differs',
    expectedSum: 'h1:a=',
    repositorySum: 'h1:b=',
    repository: 'https://github.com/boltdb-go/bolt',
    commit: 'c'.repeat(40),
    files: [{ path: 'db.go', change: 'modified', diff: null }],
    reason: 'one file differs',
    notes: [],
    ...changes,
    facts: { ...NO_FACTS, added: report(), ...facts },
  }
}
