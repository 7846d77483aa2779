import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * What is sent to people, once each. The new indexes are for the weekly report: with a million findings its counts by
 * week read them instead of the tables. Frozen: a change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table delivery (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('report', 'alert')),
    subject text not null,
    channel text not null check (channel in ('mail', 'slack', 'webhook')),
    recipient text not null,
    message_id text not null,
    state text not null default 'due' check (state in ('due', 'sent', 'failed')),
    attempts smallint not null default 0,
    due_at timestamptz not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    last_error text,
    unique (kind, subject, channel, recipient)
  )`,
  `create index delivery_due on delivery (kind, due_at) where state = 'due'`,
  `comment on table delivery is 'One message to one recipient: written before it is sent, so that none is lost or sent twice.'`,
  `comment on column delivery.id is 'Identity.'`,
  `comment on column delivery.kind is 'report or alert.'`,
  `comment on column delivery.subject is 'The ISO week (2026-W47) of a report; alert.id of an alert.'`,
  `comment on column delivery.channel is 'mail, slack or webhook.'`,
  `comment on column delivery.recipient is 'The address; for webhooks the host, as their URLs are secrets.'`,
  `comment on column delivery.message_id is 'The same in every attempt, so that a receiver can tell a repetition.'`,
  `comment on column delivery.state is 'due, sent, or failed (given up).'`,
  `comment on column delivery.attempts is 'Attempts begun so far.'`,
  `comment on column delivery.due_at is 'When the next attempt may begin; during an attempt, when it counts as dead.'`,
  `comment on column delivery.created_at is 'When it was decided to send it.'`,
  `comment on column delivery.sent_at is 'When the receiver had taken it.'`,
  `comment on column delivery.last_error is 'Why the last attempt failed; null where it did not.'`,
  `create table alert (
    id bigint generated always as identity primary key,
    group_key text not null,
    severity_rank smallint not null,
    created_at timestamptz not null
  )`,
  'create index alert_group on alert (group_key, created_at)',
  `comment on table alert is 'Findings that were reported at once, between two weekly reports.'`,
  `comment on column alert.id is 'Identity.'`,
  `comment on column alert.group_key is 'What its findings have in common: campaign:ID, target:PATH or module:PATH.'`,
  `comment on column alert.severity_rank is 'The highest severity among its findings: 0 critical … 4 info.'`,
  `comment on column alert.created_at is 'When.'`,
  `create table alert_finding (
    finding_id bigint not null references finding(id),
    severity_rank smallint not null,
    alert_id bigint not null references alert(id),
    primary key (finding_id, severity_rank)
  )`,
  'create index alert_finding_alert on alert_finding (alert_id)',
  `comment on table alert_finding is 'Which findings were alerted, and how severe they were then: a finding is alerted again only where it has become worse.'`,
  `comment on column alert_finding.finding_id is 'finding.id'`,
  `comment on column alert_finding.severity_rank is 'Its severity then: 0 critical … 4 info.'`,
  `comment on column alert_finding.alert_id is 'alert.id'`,
  'create index finding_first_seen on finding (first_seen_at, severity_rank)',
  'create index inspection_last_seen on inspection (last_seen_at)',
]
