import { LARGE, LIST, table } from './ddl.ts'

export const FINDINGS = [
  // Lists of findings are paged by one comparison of rows, which needs all keys in one direction: hence the negated rank.
  ...table(
    'finding',
    'What a person decides on: everything seen about one module and, where it imitates one, one target.',
    {
      columns: {
        id: ['bigint generated always as identity primary key', 'Identity; the number shown everywhere.'],
        module_id: ['bigint not null references module (id)', 'The module: module.id'],
        target: [
          'text collate "C"',
          'The path that it imitates; null where the finding is about the module alone.',
        ],
        severity: [
          "text not null check (severity in ('critical', 'high', 'medium', 'low', 'info'))",
          'critical, high, medium, low, info: worked out from the signals that hold now.',
        ],
        severity_rank: [
          "smallint not null generated always as (case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 3 else 4 end) stored",
          'severity as a number for sorting: 0 critical … 4 info.',
        ],
        status: [
          "text not null default 'open' check (status in ('open', 'investigating', 'confirmed', 'dismissed', 'allowed'))",
          'open, investigating, confirmed, dismissed or allowed: a person’s decision.',
        ],
        summary: ['text not null', 'One line for a person.'],
        search_text: [
          `text collate "C" not null default ''`,
          'finding_search.text again, for searches that read findings in the order of the list.',
        ],
        first_seen_at: ['timestamptz not null', 'When it was first found.'],
        last_seen_at: ['timestamptz not null', 'When its signals were last seen.'],
        changed_at: [
          'timestamptz not null',
          'When severity, summary, signals, evidence or status last changed.',
        ],
        decided_by: ['text', 'Who decided.'],
        decided_at: ['timestamptz', 'When.'],
        decision_reason: ['text', 'Why.'],
        decision_kind: [
          'text',
          'Reason from the short list, for dismissals: own, fork, rename, same-owner, harmless, false-positive, other.',
        ],
        decision_until: [
          'timestamptz',
          'When the decision ends: new_evidence_at is set then. Null: it holds for good.',
        ],
        assignee: ['text', 'Assignee; null for none.'],
        decision_id: ['bigint references decision (id)', 'The last decision: decision.id'],
        decided_severity: [
          "text check (decided_severity in ('critical', 'high', 'medium', 'low', 'info'))",
          'The severity that the decision was about.',
        ],
        new_evidence_at: [
          'timestamptz',
          'When the severity rose above the decided one: the decision wants a second look.',
        ],
        because: [
          "jsonb not null default '[]'",
          'Why the severity is what it is: the row of docs/severity.md that decided, with its signals, then each honest explanation.',
        ],
      },
      constraints: ['unique nulls not distinct (module_id, target)'],
      indexes: {
        // With what a search in this order looks at, so that it reads the index alone.
        finding_order: '((-severity_rank), changed_at, id) include (severity_rank, status, search_text)',
        finding_changed: '(changed_at)',
        finding_target: '(target, id) where target is not null',
        finding_status_order: '(status, (-severity_rank), changed_at, id)',
        finding_waiting: "(severity_rank, first_seen_at, id) where status = 'open'",
        finding_new_evidence: '(changed_at) where new_evidence_at is not null',
        finding_first_seen: '(first_seen_at, severity_rank)',
        finding_assignee: '(assignee) where assignee is not null',
        finding_decision: '(decision_id) where decision_id is not null',
        finding_until: '(decision_until) where decision_until is not null and new_evidence_at is null',
      },
      storage: LARGE,
    },
  ),
  ...table('signal', 'One fact with its evidence, behind a finding.', {
    columns: {
      finding_id: ['bigint not null references finding (id)', 'finding.id'],
      rule: ['text not null', 'Which kind of fact; see the signal table in the documentation.'],
      version: [
        `text collate "C" not null default ''`,
        'The version that it was seen on; empty for facts about the module path.',
      ],
      evidence: ['jsonb not null', 'The evidence.'],
      first_seen_at: ['timestamptz not null', 'When it was first seen.'],
      last_seen_at: ['timestamptz not null', 'When it was last seen.'],
      withdrawn_at: ['timestamptz', 'When it was no longer so; null while it holds.'],
    },
    constraints: ['primary key (finding_id, rule, version)'],
    indexes: {
      signal_rule: '(rule, finding_id) where withdrawn_at is null',
      signal_campaign: "((evidence ->> 'id')) where rule = 'campaign' and withdrawn_at is null",
    },
    storage: LARGE,
  }),
  ...table(
    'finding_search',
    'What findings are searched by. Apart from finding, whose rows change often: these never do.',
    {
      columns: {
        finding_id: ['bigint primary key references finding (id)', 'finding.id'],
        module: ['text collate "C" not null', 'Module path.'],
        text: [
          'text collate "C" not null',
          'Module path and target in lower case, with a line break between them.',
        ],
        owner: ['text collate "C" not null', 'Owner of the module, such as github.com/spf13.'],
        host: ['text collate "C" not null', 'First element of the module path.'],
        scopes: [
          'text[] collate "C" not null',
          'Module path and target, and every path above them: what an entry of the watch list may name.',
        ],
      },
      indexes: {
        finding_search_text: 'using gin (text gin_trgm_ops)',
        finding_search_module: '(module, finding_id)',
        finding_search_owner: '(owner)',
        finding_search_host: '(host)',
        finding_search_scopes: 'using gin (scopes)',
      },
    },
  ),
  // Searches ask the planner how many rows have a text: with its usual sample of a hundred, it sees none below one percent.
  'alter table finding_search alter column text set statistics 1000',
  ...table('finding_history', 'Every change of a finding.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity, in order of time.'],
      finding_id: ['bigint not null references finding (id)', 'finding.id'],
      at: ['timestamptz not null', 'When.'],
      kind: [
        "text not null check (kind in ('created', 'severity', 'signal-added', 'signal-withdrawn', 'status', 'summary', 'note'))",
        'created, severity, signal-added, signal-withdrawn, status, summary, note.',
      ],
      from_value: ['text', 'The value before.'],
      to_value: ['text', 'The value after; for signals the rule and, after an @, the version.'],
      author: ['text', 'Who, for decisions and notes.'],
      reason: ['text', 'Why, for decisions; the text of a note.'],
      decision_id: ['bigint references decision (id)', 'The decision that this was a part of: decision.id'],
      before: ['jsonb', 'What a decision replaced, so that it can be undone.'],
    },
    indexes: {
      finding_history_finding: '(finding_id, id)',
      finding_history_at: '(at)',
      finding_history_decision: '(decision_id) where decision_id is not null',
    },
  }),
  ...table('allow_entry', 'Names that are known to be honest. They raise no alert.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity.'],
      kind: [
        "text not null check (kind in ('pair', 'owner', 'path'))",
        'pair (module and target), owner (every module of one), path (one module).',
      ],
      module: ['text not null', 'Module path; for an owner host/account, or the domain of a vanity host.'],
      target: ['text', 'The target of a pair.'],
      reason: ['text not null', 'Why it is honest.'],
      author: ['text not null', 'Who says so.'],
      decision_id: ['bigint references decision (id)', 'The decision that made it: decision.id'],
      created_at: ['timestamptz not null', 'Since when.'],
      expires_at: ['timestamptz', 'Until when; null: for good.'],
      ended_at: ['timestamptz', 'When its modules were marked for a new assessment after it expired.'],
    },
    constraints: [
      "check ((kind = 'pair') = (target is not null))",
      'unique nulls not distinct (kind, module, target)',
    ],
  }),
  ...table('watch_entry', 'What a team watches: its own modules and what it depends on.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity.'],
      path: [
        'text collate "C" not null unique',
        'Module path, or the path above modules: what is below it is watched as well.',
      ],
      source: ['text', 'File that brought it; null where a person named it.'],
      mail: ["text[] not null default '{}'", 'Addresses that get alerts about it.'],
      channels: ["text[] not null default '{}'", 'Names of configured channels that get them too.'],
      min_severity: [
        "text not null check (min_severity in ('critical', 'high', 'medium', 'low', 'info'))",
        'Severity from which they get them.',
      ],
      reason: ['text not null', 'Why.'],
      author: ['text not null', 'Who added it.'],
      created_at: ['timestamptz not null', 'When.'],
    },
    indexes: { watch_entry_source: '(source) where source is not null' },
  }),
  ...table('alert', 'Findings that were reported at once, between two weekly reports.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity.'],
      group_key: [
        'text not null',
        'What its findings have in common: campaign:ID, target:PATH or module:PATH.',
      ],
      severity_rank: ['smallint not null', 'The highest severity among its findings: 0 critical … 4 info.'],
      created_at: ['timestamptz not null', 'When.'],
    },
    indexes: { alert_group: '(group_key, created_at)' },
  }),
  ...table(
    'alert_finding',
    'Which findings were alerted, and how severe they were then: a finding is alerted again only where it has become worse.',
    {
      columns: {
        finding_id: ['bigint not null references finding(id)', 'finding.id'],
        severity_rank: ['smallint not null', 'Its severity then: 0 critical … 4 info.'],
        alert_id: ['bigint not null references alert(id)', 'alert.id'],
      },
      constraints: ['primary key (finding_id, severity_rank)'],
      indexes: { alert_finding_alert: '(alert_id)' },
    },
  ),
  ...table(
    'delivery',
    'One message to one recipient: written before it is sent, so that none is lost or sent twice.',
    {
      columns: {
        id: ['bigint generated always as identity primary key', 'Identity.'],
        kind: ["text not null check (kind in ('report', 'alert'))", 'report or alert.'],
        subject: ['text not null', 'The ISO week (2026-W47) of a report; alert.id of an alert.'],
        channel: ["text not null check (channel in ('mail', 'slack', 'webhook'))", 'mail, slack or webhook.'],
        recipient: ['text not null', 'The address; for webhooks the host, as their URLs are secrets.'],
        message_id: ['text not null', 'The same in every attempt, so that a receiver can tell a repetition.'],
        state: [
          "text not null default 'due' check (state in ('due', 'sent', 'failed'))",
          'due, sent, or failed (given up).',
        ],
        attempts: ['smallint not null default 0', 'Attempts begun so far.'],
        due_at: [
          'timestamptz not null',
          'When the next attempt may begin; during an attempt, when it counts as dead.',
        ],
        created_at: ['timestamptz not null', 'When it was decided to send it.'],
        sent_at: ['timestamptz', 'When the receiver had taken it.'],
        last_error: ['text', 'Why the last attempt failed; null where it did not.'],
      },
      constraints: ['unique (kind, subject, channel, recipient)'],
      indexes: { delivery_due: "(kind, due_at) where state = 'due'" },
      storage: LIST,
    },
  ),
]
