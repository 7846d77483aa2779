import { table } from './ddl.ts'

/** The audit log: decisions of people. */
export const DECISIONS = [
  'create extension if not exists pg_trgm',
  ...table(
    'decision',
    'Everything that a person did, one row each. Rows are never changed but for undone_by.',
    {
      columns: {
        id: ['bigint generated always as identity primary key', 'Identity, in order of time.'],
        at: ['timestamptz not null', 'When.'],
        author: ['text not null', 'Who: the name that signed in.'],
        via: ["text not null check (via in ('page', 'api', 'command line'))", 'page, api or command line.'],
        action: [
          "text not null check (action in ('open', 'investigating', 'confirmed', 'dismissed', 'allowed', 'note', 'undo', 'allow-add', 'allow-remove', 'watch-add', 'watch-remove'))",
          'The status that was given to findings, or note, undo, allow-add, allow-remove, watch-add, watch-remove.',
        ],
        subject: ['text', 'The finding, if it is one; the entry of the allow or watch list.'],
        findings: ['integer not null default 0', 'How many findings it changed.'],
        reason: ['text not null', 'Why.'],
        kind: ['text', 'Reason from the short list; see finding.decision_kind'],
        until: ['timestamptz', 'When it ends.'],
        undoes: ['bigint references decision (id)', 'The decision that this one took back: decision.id'],
        undone_by: ['bigint references decision (id)', 'The decision that took this one back: decision.id'],
      },
      indexes: { decision_at: '(at, id)', decision_author: '(author, id)' },
    },
  ),
  ...table(
    'idempotency_key',
    'Answers to writes of the API, for a day: a repeated request gets the first answer.',
    {
      columns: {
        author: ['text not null', 'Who sent it.'],
        key: ['text not null', 'The header Idempotency-Key.'],
        request_hash: [
          'bytea not null',
          'SHA-256 of method, path and body: the key of another request is refused.',
        ],
        answer: ['jsonb not null', 'Body of the answer.'],
        at: ['timestamptz not null', 'When.'],
      },
      constraints: ['primary key (author, key)'],
      indexes: { idempotency_key_at: '(at)' },
    },
  ),
]
