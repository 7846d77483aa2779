import { view } from './ddl.ts'

const OPEN_FINDING = {
  id: 'finding.id',
  severity: 'critical, high, medium, low, info.',
  severity_rank: 'severity as a number for sorting: 0 critical … 4 info.',
  module: 'Module path.',
  target: 'The path that it imitates; null where the finding is about the module alone.',
  summary: 'One line for a person.',
  first_seen_at: 'When it was first found.',
  changed_at: 'When anything about it last changed.',
  new_evidence_at: 'When the severity rose above the one that had been decided on.',
  because: 'Why the severity is what it is, in words; in brackets the row of docs/severity.md.',
}

const SCHEDULED = {
  module: 'Module path.',
  version: 'The version.',
  priority: '0 is most urgent, 9 least.',
  due_at: 'Time of the next inspection; null: never again.',
  attempts: 'Failed attempts since the last success.',
  last_error_code: 'Code of the last failure; null after a success.',
  last_error: 'Message of the last failure; null after a success.',
}

const SCHEDULED_COLUMNS = `m.path, s.version, s.priority, s.due_at, s.attempts, s.last_error_code, s.last_error
  from schedule s join module m on m.id = s.module_id`

/** Answers to the questions that a security team asks. */
export const VIEWS = [
  ...view(
    'open_findings',
    'Findings that wait for a decision.',
    OPEN_FINDING,
    `select f.id, f.severity, f.severity_rank, m.path, f.target, f.summary, f.first_seen_at, f.changed_at,
       f.new_evidence_at,
       array(select coalesce(r ->> 'version' || ': ', '') || (r ->> 'says') || ' [' || (r ->> 'row') || ']'
             from jsonb_array_elements(f.because) r)
     from finding f join module m on m.id = f.module_id
     where f.status in ('open', 'investigating')`,
  ),
  ...view(
    'new_findings',
    'Open findings of the last seven days.',
    OPEN_FINDING,
    `select * from open_findings where first_seen_at >= now() - interval '7 days'`,
  ),
  ...view(
    'imitated_modules',
    'How often each target is imitated, dismissed and allowed findings left out.',
    {
      target: 'Module path of the target.',
      findings: 'Findings about modules that imitate it.',
      serious: 'How many of them are critical or high.',
      worst_rank: 'The highest severity among them: 0 critical … 4 info.',
      newest_at: 'When the newest of them was first found.',
    },
    `select target, count(*), count(*) filter (where severity in ('critical', 'high')), min(severity_rank),
       max(first_seen_at)
     from finding where target is not null and status not in ('dismissed', 'allowed')
     group by target`,
  ),
  ...view(
    'campaigns',
    'Copies that several owners published close in time.',
    {
      campaign: 'Name of the campaign.',
      kind: 'What its modules have in common.',
      modules: 'How many modules belong to it.',
      worst_rank: 'The highest severity among their findings: 0 critical … 4 info.',
      first_cached_at: 'When the mirror first cached one of them.',
      last_cached_at: 'When the mirror first cached the newest of them.',
      paths: 'Their module paths.',
    },
    `select s.evidence ->> 'id', s.evidence ->> 'kind', count(*), min(f.severity_rank), min(m.first_cached_at),
       max(m.first_cached_at), array_agg(m.path order by m.path)
     from signal s join finding f on f.id = s.finding_id join module m on m.id = f.module_id
     where s.rule = 'campaign' and s.withdrawn_at is null
     group by 1, 2`,
  ),
  // A version has a row for each of its signals and of its module's findings: the most severe one stands for it.
  ...view(
    'tag_drift',
    'Versions whose repository no longer shows what is compiled, one row each.',
    {
      module: 'Module path.',
      version: 'The version.',
      dependents: 'How many crawled modules require the module directly.',
      finding: 'The most severe finding about it: finding.id',
      severity: 'Severity of that finding.',
      evidence: 'How the cached zip differs from the repository; where that is not known, how the tag moved.',
      first_seen_at: 'When that was first seen.',
    },
    `select distinct on (m.path, s.version) m.path, s.version, m.dependents, f.id, f.severity, s.evidence,
       min(s.first_seen_at) over (partition by m.path, s.version)
     from signal s join finding f on f.id = s.finding_id join module m on m.id = f.module_id
     where s.rule in ('cache-differs', 'cache-differs-harmless', 'tag-moved') and s.withdrawn_at is null
     order by m.path, s.version, f.severity_rank, f.id, s.rule`,
  ),
  ...view(
    'due_inspections',
    'Versions whose inspection is due.',
    SCHEDULED,
    `select ${SCHEDULED_COLUMNS} where s.due_at <= now()`,
  ),
  ...view(
    'never_inspected',
    'Watched versions that no inspection has seen yet.',
    SCHEDULED,
    `select ${SCHEDULED_COLUMNS} where s.last_inspected_at is null`,
  ),
]
