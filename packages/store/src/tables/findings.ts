import { type FindingDraft, type Reason, reasonText } from '@mirrorwatch/detect/finding'
import { compareSeverity, type Severity } from '@mirrorwatch/detect/severity'
import { ownerOf } from '@mirrorwatch/gomod/paths/owner'
import type { Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { TimeInput } from '../values.ts'
import { jsonText, storableText, timeText } from '../values.ts'
import { type FindingChange, insertSignal, record, signalName, updateSignals } from './finding-signals.ts'

export interface SaveResult {
  created: number
  /** Findings that existed and of which anything but `last_seen_at` changed. */
  changed: number
  /** Findings that are new or whose severity changed. */
  severities: SeverityChange[]
}

export interface SeverityChange {
  target: string | null
  severity: Severity
  /** Null for a new finding. */
  previous: Severity | null
  summary: string
}

interface ModuleRow {
  id: number
  path: string
}

interface FindingRow {
  id: number
  target: string | null
  severity: Severity
  summary: string
  decided_severity: Severity | null
  new_evidence_at: string | null
}

/**
 * Makes the findings of a module what `drafts` say. Idempotent: the same drafts again change nothing but `last_seen_at`.
 *
 * - New evidence replaces old; a signal that is no longer produced is withdrawn: kept, with the time.
 * - A finding without signals left, or that no draft speaks of, stays, with severity `info` and its history.
 * - A person's decision is never overwritten. Where the severity rises above the one that was decided on,
 *   `new_evidence_at` says so.
 *
 * @throws StoreError `invalid-input` for two drafts with one target, or two signals with one rule and version
 */
export async function saveFindings(
  trx: Trx,
  moduleId: number,
  drafts: readonly FindingDraft[],
  now: TimeInput,
): Promise<SaveResult> {
  checkDrafts(drafts)
  const context: FindingChange = { trx, now: timeText(now) }
  // One assessment of a module at a time; findings themselves may not exist yet, so they cannot be locked.
  const module = await trx
    .selectFrom('module')
    .select(['id', 'path'])
    .where('id', '=', moduleId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (module === undefined) throw new StoreError('not-found', `There is no module ${moduleId}.`)
  const stored = await trx
    .selectFrom('finding')
    .select(['id', 'target', 'severity', 'summary', 'decided_severity', 'new_evidence_at'])
    .where('module_id', '=', moduleId)
    .forUpdate()
    .execute()
  const result: SaveResult = { created: 0, changed: 0, severities: [] }
  for (const draft of drafts) {
    const finding = stored.find((row) => row.target === draft.target)
    if (finding === undefined) {
      if (draft.signals.length === 0) continue
      await createFinding(context, module, draft)
      result.created += 1
      result.severities.push({ ...severityOf(draft), previous: null })
    } else {
      await update(finding, draft)
    }
  }
  for (const finding of stored) {
    if (drafts.some((draft) => draft.target === finding.target)) continue
    const nothing: FindingDraft = {
      target: finding.target,
      severity: 'info',
      summary: finding.summary,
      signals: [],
      because: [],
    }
    await update(finding, nothing)
  }
  return result

  async function update(finding: FindingRow, draft: FindingDraft): Promise<void> {
    if (await updateFinding(context, finding, draft)) result.changed += 1
    const now = severityOf(draft)
    if (now.severity !== finding.severity) result.severities.push({ ...now, previous: finding.severity })
  }
}

function severityOf({ target, severity, summary, signals }: FindingDraft): Omit<SeverityChange, 'previous'> {
  return { target, severity: signals.length === 0 ? 'info' : severity, summary }
}

function checkDrafts(drafts: readonly FindingDraft[]): void {
  if (new Set(drafts.map((draft) => draft.target)).size !== drafts.length) {
    throw new StoreError('invalid-input', 'two drafts of one module have the same target')
  }
  for (const { signals, target } of drafts) {
    if (new Set(signals.map(signalName)).size !== signals.length) {
      throw new StoreError(
        'invalid-input',
        `a draft about ${target ?? 'no target'} has the same signal twice`,
      )
    }
  }
}

async function createFinding(context: FindingChange, module: ModuleRow, draft: FindingDraft): Promise<void> {
  const { trx, now } = context
  const search_text = searchText(module.path, draft.target)
  const { id } = await trx
    .insertInto('finding')
    .values({
      module_id: module.id,
      target: draft.target,
      severity: draft.severity,
      summary: draft.summary,
      search_text,
      because: jsonText(draft.because),
      first_seen_at: now,
      last_seen_at: now,
      changed_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('finding_search')
    .values(searchRow(id, module.path, draft.target))
    .execute()
  await record(context, id, 'created', null, draft.severity)
  for (const signal of draft.signals) {
    await insertSignal(context, id, signal)
    await record(context, id, 'signal-added', null, signalName(signal))
  }
}

/** Returns what a finding is searched by. */
function searchRow(id: number, path: string, target: string | null) {
  return {
    finding_id: id,
    module: path,
    text: searchText(path, target),
    owner: ownerOf(path),
    host: path.split('/', 1)[0] ?? '',
    scopes: [...new Set([...pathsAbove(path), ...pathsAbove(target ?? '')])],
  }
}

function searchText(path: string, target: string | null): string {
  return `${path}\n${target ?? ''}`.toLowerCase()
}

/** Returns a path and every path above it, its host included. */
function pathsAbove(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, at) => parts.slice(0, at + 1).join('/')).filter((above) => above !== '')
}

async function updateFinding(
  context: FindingChange,
  finding: FindingRow,
  draft: FindingDraft,
): Promise<boolean> {
  const { trx, now } = context
  const { severity } = severityOf(draft)
  const summary = draft.signals.length === 0 ? finding.summary : storableText(draft.summary)
  const because = draft.signals.length === 0 ? [NOTHING_HOLDS] : draft.because
  const signalsChanged = await updateSignals(context, finding.id, draft.signals)
  if (severity !== finding.severity) {
    const why = because.map(reasonText).join('; ')
    await record(context, finding.id, 'severity', finding.severity, severity, why)
  }
  if (summary !== finding.summary) await record(context, finding.id, 'summary', finding.summary, summary)
  // New wording of an unchanged reason is no change of the finding.
  const changed = signalsChanged || severity !== finding.severity || summary !== finding.summary
  await trx
    .updateTable('finding')
    .set({
      severity,
      summary,
      because: jsonText(because),
      ...(draft.signals.length === 0 ? {} : { last_seen_at: now }),
      ...(changed ? { changed_at: now } : {}),
      ...(outgrowsDecision(finding, severity) ? { new_evidence_at: now } : {}),
    })
    .where('id', '=', finding.id)
    .execute()
  return changed
}

const NOTHING_HOLDS: Reason = {
  kind: 'decided',
  row: 'withdrawn',
  severity: 'info',
  version: null,
  signals: [],
  says: 'none of its signals holds any longer',
}

/** True the first time, and again whenever it rises further. */
function outgrowsDecision(finding: FindingRow, severity: Severity): boolean {
  if (finding.decided_severity === null || compareSeverity(severity, finding.decided_severity) >= 0)
    return false
  return finding.new_evidence_at === null || compareSeverity(severity, finding.severity) < 0
}
