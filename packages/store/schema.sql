-- The tables of mirrorwatch, as the migrations make them. Written by scripts/dump-schema.ts; read, never run.
-- Times are UTC. The migrations in src/migrations change the schema; regenerate this file after each one.

-- Findings that were reported at once, between two weekly reports.
create table alert (
  id bigint not null generated always as identity,  -- Identity.
  group_key text not null,  -- What its findings have in common: campaign:ID, target:PATH or module:PATH.
  severity_rank smallint not null,  -- The highest severity among its findings: 0 critical … 4 info.
  created_at timestamp with time zone not null,  -- When.
  constraint alert_pkey PRIMARY KEY (id)
);
CREATE INDEX alert_group ON public.alert USING btree (group_key, created_at);

-- Which findings were alerted, and how severe they were then: a finding is alerted again only where it has become worse.
create table alert_finding (
  finding_id bigint not null,  -- finding.id
  severity_rank smallint not null,  -- Its severity then: 0 critical … 4 info.
  alert_id bigint not null,  -- alert.id
  constraint alert_finding_pkey PRIMARY KEY (finding_id, severity_rank),
  constraint alert_finding_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alert(id),
  constraint alert_finding_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES finding(id)
);
CREATE INDEX alert_finding_alert ON public.alert_finding USING btree (alert_id);

-- Names that are known to be honest. They raise no alert.
create table allow_entry (
  id bigint not null generated always as identity,  -- Identity.
  kind text not null,  -- pair (module and target), owner (every module of one), path (one module).
  module text not null,  -- Module path; for an owner host/account, or the domain of a vanity host.
  target text,  -- The target of a pair.
  reason text not null,  -- Why it is honest.
  author text not null,  -- Who says so.
  decision_id bigint,  -- The decision that made it: decision.id
  created_at timestamp with time zone not null,  -- Since when.
  expires_at timestamp with time zone,  -- Until when; null: for good.
  ended_at timestamp with time zone,  -- When its modules were marked for a new assessment after it expired.
  constraint allow_entry_pkey PRIMARY KEY (id),
  constraint allow_entry_check CHECK (((kind = 'pair'::text) = (target IS NOT NULL))),
  constraint allow_entry_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(id),
  constraint allow_entry_kind_check CHECK ((kind = ANY (ARRAY['pair'::text, 'owner'::text, 'path'::text]))),
  constraint allow_entry_kind_module_target_key UNIQUE NULLS NOT DISTINCT (kind, module, target)
);

-- Pairs of names that can be confused, one row a rule.
create table candidate (
  module_id bigint not null,  -- The module whose name resembles: module.id
  target text collate "C" not null,  -- The path that it resembles.
  rule text not null,  -- Rule that says so; see the rule table in the documentation.
  strength text not null,  -- strong, medium, weak, or candidate (contents are compared; the name alone raises no alert).
  distance integer,  -- Edits between the compared parts, for rules that count them.
  reason text not null,  -- One line for a person.
  first_seen_at timestamp with time zone not null,  -- When the rule first said so.
  constraint candidate_pkey PRIMARY KEY (module_id, target, rule),
  constraint candidate_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id),
  constraint candidate_strength_check CHECK ((strength = ANY (ARRAY['strong'::text, 'medium'::text, 'weak'::text, 'candidate'::text])))
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX candidate_target ON public.candidate USING btree (target);

-- Packages whose code is fingerprinted: those of one version of a module.
create table code_package (
  id bigint not null generated always as identity,  -- Identity.
  module_id bigint not null,  -- module.id
  version text collate "C" not null,  -- The version that was fingerprinted last.
  folder text collate "C" not null,  -- Folder in the module; empty for the root.
  pieces integer not null,  -- Pieces that winnowing chose from the package’s code.
  prints bigint[] not null,  -- The smallest hashes of these, which are rows of code_print too.
  constraint code_package_pkey PRIMARY KEY (id),
  constraint code_package_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX code_package_module ON public.code_package USING btree (module_id);

-- Which packages have a piece of code in common: up to 24 rows a package.
create table code_print (
  print bigint not null,  -- Hash of a piece of code, below 2^52.
  package_id bigint not null,  -- A package with that piece among its prints: code_package.id
  constraint code_print_pkey PRIMARY KEY (print, package_id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);

-- Versions whose zip is read in full, once, and what was found in it.
create table code_reading (
  module_id bigint not null,  -- module.id
  version text collate "C" not null,  -- The version that is read.
  priority smallint not null,  -- 0 is most urgent, 9 least.
  due_at timestamp with time zone,  -- Time from which it is due; null once it was read, or if it has nothing to read.
  attempts smallint not null default 0,  -- Failed attempts so far.
  last_error text,  -- Why it was not read; null where it was, or was not tried.
  read_at timestamp with time zone,  -- When it was read; null: not yet.
  bytes bigint,  -- Bytes of the zip that were fetched for it; 0 where an inspection had it at hand.
  pieces bytea,  -- Packed hashes of all pieces of its code; packages/detect/src/prints/pack-pieces.ts reads them. Null once it is old.
  report jsonb,  -- What its code can do; null where that was not read.
  unusual jsonb,  -- Files that hide something or act when an editor opens the folder.
  constraint code_reading_pkey PRIMARY KEY (module_id, version),
  constraint code_reading_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id),
  constraint code_reading_priority_check CHECK (((priority >= 0) AND (priority <= 9)))
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX code_reading_due ON public.code_reading USING btree (priority, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX code_reading_read ON public.code_reading USING btree (read_at) WHERE (read_at IS NOT NULL);

-- A look-alike’s zip compared with its target’s.
create table comparison (
  module_id bigint not null,  -- The look-alike: module.id
  version text collate "C" not null,  -- Its version.
  target text collate "C" not null,  -- Module path of the original.
  target_version text collate "C" not null,  -- Version of the original.
  result jsonb not null,  -- What is shared and what differs.
  compared_at timestamp with time zone not null,  -- When they were compared.
  constraint comparison_pkey PRIMARY KEY (module_id, version, target, target_version),
  constraint comparison_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id)
);
CREATE INDEX comparison_compared ON public.comparison USING btree (compared_at, module_id);
CREATE INDEX comparison_target ON public.comparison USING btree (target);

-- Everything that a person did, one row each. Rows are never changed but for undone_by.
create table decision (
  id bigint not null generated always as identity,  -- Identity, in order of time.
  at timestamp with time zone not null,  -- When.
  author text not null,  -- Who: the name that signed in.
  via text not null,  -- page, api or command line.
  action text not null,  -- The status that was given to findings, or note, undo, allow-add, allow-remove, watch-add, watch-remove.
  subject text,  -- The finding, if it is one; the entry of the allow or watch list.
  findings integer not null default 0,  -- How many findings it changed.
  reason text not null,  -- Why.
  kind text,  -- Reason from the short list; see finding.decision_kind
  until timestamp with time zone,  -- When it ends.
  undoes bigint,  -- The decision that this one took back: decision.id
  undone_by bigint,  -- The decision that took this one back: decision.id
  constraint decision_pkey PRIMARY KEY (id),
  constraint decision_action_check CHECK ((action = ANY (ARRAY['open'::text, 'investigating'::text, 'confirmed'::text, 'dismissed'::text, 'allowed'::text, 'note'::text, 'undo'::text, 'allow-add'::text, 'allow-remove'::text, 'watch-add'::text, 'watch-remove'::text]))),
  constraint decision_undoes_fkey FOREIGN KEY (undoes) REFERENCES decision(id),
  constraint decision_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES decision(id),
  constraint decision_via_check CHECK ((via = ANY (ARRAY['page'::text, 'api'::text, 'command line'::text])))
);
CREATE INDEX decision_at ON public.decision USING btree (at, id);
CREATE INDEX decision_author ON public.decision USING btree (author, id);

-- One message to one recipient: written before it is sent, so that none is lost or sent twice.
create table delivery (
  id bigint not null generated always as identity,  -- Identity.
  kind text not null,  -- report or alert.
  subject text not null,  -- The ISO week (2026-W47) of a report; alert.id of an alert.
  channel text not null,  -- mail, slack or webhook.
  recipient text not null,  -- The address; for webhooks the host, as their URLs are secrets.
  message_id text not null,  -- The same in every attempt, so that a receiver can tell a repetition.
  state text not null default 'due'::text,  -- due, sent, or failed (given up).
  attempts smallint not null default 0,  -- Attempts begun so far.
  due_at timestamp with time zone not null,  -- When the next attempt may begin; during an attempt, when it counts as dead.
  created_at timestamp with time zone not null,  -- When it was decided to send it.
  sent_at timestamp with time zone,  -- When the receiver had taken it.
  last_error text,  -- Why the last attempt failed; null where it did not.
  constraint delivery_pkey PRIMARY KEY (id),
  constraint delivery_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'slack'::text, 'webhook'::text]))),
  constraint delivery_kind_check CHECK ((kind = ANY (ARRAY['report'::text, 'alert'::text]))),
  constraint delivery_kind_subject_channel_recipient_key UNIQUE (kind, subject, channel, recipient),
  constraint delivery_state_check CHECK ((state = ANY (ARRAY['due'::text, 'sent'::text, 'failed'::text])))
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);
CREATE INDEX delivery_due ON public.delivery USING btree (kind, due_at) WHERE (state = 'due'::text);

-- What a stage is to do for a module or a version; a row goes when it was done.
create table due_work (
  stage text not null,  -- require (read its newest go.mod), locate (ask its page for its repository), copies (ask what its zip is nearly a copy of), assess (work out its findings).
  module_id bigint not null,  -- module.id
  version text collate "C" not null default ''::text,  -- The version; empty where the whole module is meant.
  due_at timestamp with time zone not null,  -- When it is to be done.
  attempts smallint not null default 0,  -- Failed attempts so far.
  last_error text,  -- Why the last attempt failed; null where none did.
  ticket bigint not null generated always as identity,  -- Changes with each new wish for an assessment, so that one that arrives during an assessment is not forgotten.
  passed_on boolean not null default false,  -- True where copies are asked for again because a likely original came later; such a question is not passed on further.
  constraint due_work_pkey PRIMARY KEY (stage, module_id, version),
  constraint due_work_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id),
  constraint due_work_stage_check CHECK ((stage = ANY (ARRAY['require'::text, 'locate'::text, 'copies'::text, 'assess'::text])))
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);
CREATE INDEX due_work_at ON public.due_work USING btree (stage, due_at, module_id, version);

-- How far each feed has been read. Saved together with what was read.
create table feed_cursor (
  feed text not null,  -- Name of the feed or of a window of it.
  position_micros bigint not null,  -- Timestamp of the last entry that was saved: microseconds since 1970, or a record number.
  seen_at_position text[] not null,  -- Entries already saved that have exactly that timestamp, as path@version.
  entries bigint not null,  -- Entries read so far, repeated ones included.
  pages bigint not null,  -- Pages read so far.
  updated_at timestamp with time zone not null,  -- When the last page was saved.
  constraint feed_cursor_pkey PRIMARY KEY (feed)
);

-- Stretches of a feed that are read side by side, each by one crawler at a time.
create table feed_window (
  name text not null,  -- Name; also the name of its cursor: feed_cursor.feed
  feed text not null,  -- The feed or checksum database that it is a stretch of: its URL.
  kind text not null,  -- follow (the open end of the feed), backfill (a stretch of its past), log-follow and log-backfill (the same of the checksum database), listed (a round that looks for what was taken down).
  since_position bigint not null,  -- Where it begins: microseconds since 1970, or a record number.
  until_position bigint,  -- Where it ends, itself not included; null: nowhere.
  rate double precision,  -- Entries read a second, smoothed.
  speed double precision,  -- Positions passed a second, smoothed.
  caught_up_at timestamp with time zone,  -- When its end was last reached.
  finished_at timestamp with time zone,  -- When it had been read for good; null: still to be read.
  constraint feed_window_pkey PRIMARY KEY (name),
  constraint feed_window_check CHECK ((until_position > since_position)),
  constraint feed_window_kind_check CHECK ((kind = ANY (ARRAY['follow'::text, 'backfill'::text, 'log-follow'::text, 'log-backfill'::text, 'listed'::text])))
) with (fillfactor=50);
CREATE INDEX feed_window_open ON public.feed_window USING btree (feed, kind, since_position) WHERE (finished_at IS NULL);

-- What a person decides on: everything seen about one module and, where it imitates one, one target.
create table finding (
  id bigint not null generated always as identity,  -- Identity; the number shown everywhere.
  module_id bigint not null,  -- The module: module.id
  target text collate "C",  -- The path that it imitates; null where the finding is about the module alone.
  severity text not null,  -- critical, high, medium, low, info: worked out from the signals that hold now.
  severity_rank smallint not null generated always as ( CASE severity WHEN 'critical'::text THEN 0 WHEN 'high'::text THEN 1 WHEN 'medium'::text THEN 2 WHEN 'low'::text THEN 3 ELSE 4 END) stored,  -- severity as a number for sorting: 0 critical … 4 info.
  status text not null default 'open'::text,  -- open, investigating, confirmed, dismissed or allowed: a person’s decision.
  summary text not null,  -- One line for a person.
  search_text text collate "C" not null default ''::text,  -- finding_search.text again, for searches that read findings in the order of the list.
  first_seen_at timestamp with time zone not null,  -- When it was first found.
  last_seen_at timestamp with time zone not null,  -- When its signals were last seen.
  changed_at timestamp with time zone not null,  -- When severity, summary, signals, evidence or status last changed.
  decided_by text,  -- Who decided.
  decided_at timestamp with time zone,  -- When.
  decision_reason text,  -- Why.
  decision_kind text,  -- Reason from the short list, for dismissals: own, fork, rename, same-owner, harmless, false-positive, other.
  decision_until timestamp with time zone,  -- When the decision ends: new_evidence_at is set then. Null: it holds for good.
  assignee text,  -- Assignee; null for none.
  decision_id bigint,  -- The last decision: decision.id
  decided_severity text,  -- The severity that the decision was about.
  new_evidence_at timestamp with time zone,  -- When the severity rose above the decided one: the decision wants a second look.
  because jsonb not null default '[]'::jsonb,  -- Why the severity is what it is: the row of docs/severity.md that decided, with its signals, then each honest explanation.
  constraint finding_pkey PRIMARY KEY (id),
  constraint finding_decided_severity_check CHECK ((decided_severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text, 'info'::text]))),
  constraint finding_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(id),
  constraint finding_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id),
  constraint finding_module_id_target_key UNIQUE NULLS NOT DISTINCT (module_id, target),
  constraint finding_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text, 'info'::text]))),
  constraint finding_status_check CHECK ((status = ANY (ARRAY['open'::text, 'investigating'::text, 'confirmed'::text, 'dismissed'::text, 'allowed'::text])))
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX finding_assignee ON public.finding USING btree (assignee) WHERE (assignee IS NOT NULL);
CREATE INDEX finding_changed ON public.finding USING btree (changed_at);
CREATE INDEX finding_decision ON public.finding USING btree (decision_id) WHERE (decision_id IS NOT NULL);
CREATE INDEX finding_first_seen ON public.finding USING btree (first_seen_at, severity_rank);
CREATE INDEX finding_new_evidence ON public.finding USING btree (changed_at) WHERE (new_evidence_at IS NOT NULL);
CREATE INDEX finding_order ON public.finding USING btree (((- severity_rank)), changed_at, id) INCLUDE (severity_rank, status, search_text);
CREATE INDEX finding_status_order ON public.finding USING btree (status, ((- severity_rank)), changed_at, id);
CREATE INDEX finding_target ON public.finding USING btree (target, id) WHERE (target IS NOT NULL);
CREATE INDEX finding_until ON public.finding USING btree (decision_until) WHERE ((decision_until IS NOT NULL) AND (new_evidence_at IS NULL));
CREATE INDEX finding_waiting ON public.finding USING btree (severity_rank, first_seen_at, id) WHERE (status = 'open'::text);

-- Every change of a finding.
create table finding_history (
  id bigint not null generated always as identity,  -- Identity, in order of time.
  finding_id bigint not null,  -- finding.id
  at timestamp with time zone not null,  -- When.
  kind text not null,  -- created, severity, signal-added, signal-withdrawn, status, summary, note.
  from_value text,  -- The value before.
  to_value text,  -- The value after; for signals the rule and, after an @, the version.
  author text,  -- Who, for decisions and notes.
  reason text,  -- Why, for decisions; the text of a note.
  decision_id bigint,  -- The decision that this was a part of: decision.id
  before jsonb,  -- What a decision replaced, so that it can be undone.
  constraint finding_history_pkey PRIMARY KEY (id),
  constraint finding_history_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(id),
  constraint finding_history_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES finding(id),
  constraint finding_history_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'severity'::text, 'signal-added'::text, 'signal-withdrawn'::text, 'status'::text, 'summary'::text, 'note'::text])))
);
CREATE INDEX finding_history_at ON public.finding_history USING btree (at);
CREATE INDEX finding_history_decision ON public.finding_history USING btree (decision_id) WHERE (decision_id IS NOT NULL);
CREATE INDEX finding_history_finding ON public.finding_history USING btree (finding_id, id);

-- What findings are searched by. Apart from finding, whose rows change often: these never do.
create table finding_search (
  finding_id bigint not null,  -- finding.id
  module text collate "C" not null,  -- Module path.
  text text collate "C" not null,  -- Module path and target in lower case, with a line break between them.
  owner text collate "C" not null,  -- Owner of the module, such as github.com/spf13.
  host text collate "C" not null,  -- First element of the module path.
  scopes text[] collate "C" not null,  -- Module path and target, and every path above them: what an entry of the watch list may name.
  constraint finding_search_pkey PRIMARY KEY (finding_id),
  constraint finding_search_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES finding(id)
);
CREATE INDEX finding_search_host ON public.finding_search USING btree (host);
CREATE INDEX finding_search_module ON public.finding_search USING btree (module, finding_id);
CREATE INDEX finding_search_owner ON public.finding_search USING btree (owner);
CREATE INDEX finding_search_scopes ON public.finding_search USING gin (scopes);
CREATE INDEX finding_search_text ON public.finding_search USING gin (text gin_trgm_ops);

-- What a version’s zip consists of: names, sizes and checksums, no contents.
create table fingerprint (
  module_id bigint not null,  -- module.id
  version text collate "C" not null,  -- The version whose zip it is.
  files integer not null,  -- Files in the zip.
  bytes bigint not null,  -- Bytes of all files together.
  listing bytea not null,  -- The packed list; packages/detect/src/clone/fingerprint.ts reads it.
  taken_at timestamp with time zone not null,  -- When the zip’s directory was read.
  constraint fingerprint_pkey PRIMARY KEY (module_id, version),
  constraint fingerprint_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id)
);

-- Which modules have a file in common: one row a file that says something.
create table fingerprint_feature (
  feature bigint not null,  -- Hash of a file’s checksum and size.
  module_id bigint not null,  -- A module with such a file in one of its versions: module.id
  constraint fingerprint_feature_pkey PRIMARY KEY (feature, module_id),
  constraint fingerprint_feature_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id)
);

-- Answers to writes of the API, for a day: a repeated request gets the first answer.
create table idempotency_key (
  author text not null,  -- Who sent it.
  key text not null,  -- The header Idempotency-Key.
  request_hash bytea not null,  -- SHA-256 of method, path and body: the key of another request is refused.
  answer jsonb not null,  -- Body of the answer.
  at timestamp with time zone not null,  -- When.
  constraint idempotency_key_pkey PRIMARY KEY (author, key)
);
CREATE INDEX idempotency_key_at ON public.idempotency_key USING btree (at);

-- What was seen on looking at a version; a new row only where it differs from the last look.
create table inspection (
  id bigint not null generated always as identity,  -- Identity; the highest of a version is the latest.
  module_id bigint not null,  -- module.id
  version text collate "C" not null,  -- The version looked at.
  first_seen_at timestamp with time zone not null,  -- First look with this outcome.
  last_seen_at timestamp with time zone not null,  -- Last look with this outcome.
  times integer not null default 1,  -- Looks with this outcome in a row.
  verdict text not null,  -- Cached zip against repository: same, differs, tag-moved, tag-missing, repository-missing, unverifiable.
  expected_sum text,  -- h1: hash of the cached zip.
  repository_sum text,  -- h1: hash that the repository would give today, where it was worked out.
  repository text,  -- Repository URL.
  commit_id text,  -- Commit that the tag (or pseudo-version) names today.
  reason text not null,  -- One line for a person.
  files jsonb not null,  -- Files that differ: path, change, diff.
  notes jsonb not null,  -- Facts that lower or explain.
  observations jsonb not null,  -- Facts for the assessment, as the inspection stage wrote them.
  constraint inspection_pkey PRIMARY KEY (id),
  constraint inspection_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id),
  constraint inspection_verdict_check CHECK ((verdict = ANY (ARRAY['same'::text, 'differs'::text, 'tag-moved'::text, 'tag-missing'::text, 'repository-missing'::text, 'unverifiable'::text])))
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX inspection_last_seen ON public.inspection USING btree (last_seen_at);
CREATE INDEX inspection_latest ON public.inspection USING btree (module_id, version, id DESC);

-- This installation of mirrorwatch: exactly one row.
create table installation (
  only_one boolean not null default true,  -- Always true: keeps the table at one row.
  id uuid not null default gen_random_uuid(),  -- Names this installation where something is shared with others, a Redis say.
  created_at timestamp with time zone not null default now(),  -- When it was set up.
  constraint installation_pkey PRIMARY KEY (only_one),
  constraint installation_only_one_check CHECK (only_one)
);

-- Archives of known malicious modules that were read.
create table known_refresh (
  source text not null,  -- Address of the archive.
  etag text,  -- ETag of the last answer: an unchanged archive is not read again.
  read_at timestamp with time zone not null,  -- When it was last read.
  constraint known_refresh_pkey PRIMARY KEY (source)
);

-- Tasks that one process does for all, and which one that is.
create table lease (
  name text not null,  -- The task.
  holder text not null,  -- The process that does it: application, machine, process id, and something random.
  taken_at timestamp with time zone not null,  -- Since when.
  until timestamp with time zone not null,  -- Until when it alone does so; moved on while it lives.
  constraint lease_pkey PRIMARY KEY (name)
) with (fillfactor=50);

-- What a checksum database answered that contradicts its own signed history: evidence, kept for good.
create table log_alarm (
  id bigint not null generated always as identity,  -- Identity.
  log text not null,  -- Name of the key that signs it.
  kind text not null,  -- signature (a head that is not signed), fork (a head that does not continue the known one), went-back (an older head than the known one), records (a tile that is not in the signed tree), two-sums (a version logged with two hashes).
  message text not null,  -- One line for a person.
  known_note text,  -- The head that was believed then.
  seen bytea not null,  -- The answer, byte for byte.
  seen_sha256 bytea not null,  -- SHA-256 of the answer, by which repetitions are told.
  first_seen_at timestamp with time zone not null,  -- When it was first seen.
  last_seen_at timestamp with time zone not null,  -- When it was last seen.
  times integer not null default 1,  -- How often it was seen.
  constraint log_alarm_pkey PRIMARY KEY (id),
  constraint log_alarm_kind_check CHECK ((kind = ANY (ARRAY['signature'::text, 'fork'::text, 'went-back'::text, 'records'::text, 'two-sums'::text]))),
  constraint log_alarm_log_kind_seen_sha256_key UNIQUE (log, kind, seen_sha256)
);

-- The last tree head of each checksum database that was proven to continue the one before.
create table log_head (
  log text not null,  -- Name of the key that signs it.
  size bigint not null,  -- Records in the tree.
  hash bytea not null,  -- Hash over all of them; 32 bytes.
  note text not null,  -- The signed note that says so.
  accepted_at timestamp with time zone not null,  -- When it was accepted.
  constraint log_head_pkey PRIMARY KEY (log)
);

-- Imported entries of databases of malicious packages, one row an entry and module.
create table malicious_entry (
  source text not null,  -- Name of the database, as given with the import.
  id text collate "C" not null,  -- The id of the entry in it, MAL-2025-47 say.
  module text collate "C" not null,  -- Module path that it names.
  summary text not null,  -- One line of the entry.
  affected jsonb not null,  -- Which versions, as OSV writes it: versions (a list) and ranges (events each); both empty where it is every version.
  published_at timestamp with time zone,  -- When it was published; null where it does not say.
  withdrawn_at timestamp with time zone,  -- When it was taken back; null where it holds.
  imported_at timestamp with time zone not null,  -- When it was last imported.
  constraint malicious_entry_pkey PRIMARY KEY (source, id, module)
);
CREATE INDEX malicious_entry_module ON public.malicious_entry USING btree (module);

-- Every module path that the mirror has cached a version of.
create table module (
  id bigint not null generated always as identity,  -- Identity; stable, used by every other table.
  path text collate "C" not null,  -- Module path, exactly as in the index feed (upper case kept, not escaped).
  first_cached_at timestamp with time zone not null,  -- When the mirror first cached a version of it.
  last_cached_at timestamp with time zone not null,  -- When the mirror last cached a version of it.
  version_count integer not null default 0,  -- How many versions are known.
  latest_version text collate "C",  -- Highest version by Go’s rules, where it has been worked out.
  dependents bigint not null default 0,  -- How many crawled modules require it directly.
  matched_at timestamp with time zone,  -- When its path was compared with all targets; null: still to be done.
  declared_path text collate "C",  -- The module path that its own go.mod declares, where that was read and differs or not.
  blocked_at timestamp with time zone,  -- When the mirror refused it (403), if it did.
  repository_id bigint,  -- Where it comes from: repository.id; null where that is unknown.
  tag_prefix text collate "C",  -- What its tags have before the version: its directory with a slash, or nothing; null where that is unknown.
  located_at timestamp with time zone,  -- When its repository was last looked up; null: still to be done.
  printed_version text collate "C",  -- The version whose code was fingerprinted last, or could not be had; null: none was tried.
  constraint module_pkey PRIMARY KEY (id),
  constraint module_path_key UNIQUE (path),
  constraint module_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(id)
) with (fillfactor=85, autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX module_repository ON public.module USING btree (repository_id) WHERE (repository_id IS NOT NULL);
CREATE INDEX module_unlocated ON public.module USING btree (id) WHERE (located_at IS NULL);
CREATE INDEX module_unmatched ON public.module USING btree (id) WHERE (matched_at IS NULL);
CREATE INDEX module_unprinted ON public.module USING btree (dependents DESC, id) WHERE ((printed_version IS NULL) AND (dependents > 0));

-- Every repository that a module comes from.
create table repository (
  id bigint not null generated always as identity,  -- Identity; stable.
  url text collate "C" not null,  -- Address that is asked: without `.git`, in lower case where the host ignores case.
  state text not null default 'unseen'::text,  -- unseen (never looked at), present, moved (the host redirects to moved_to), gone, private (or gone, where the host does not say), unreachable (for days).
  moved_to text,  -- Address to which the host redirects.
  pace smallint not null default 2,  -- How often it is looked at: 0 hourly, 1 daily, 2 once a round.
  due_at timestamp with time zone,  -- When the next look is due; null: never again.
  looked_at timestamp with time zone,  -- When it last answered, or was last found gone.
  state_since timestamp with time zone,  -- When the state was first seen.
  attempts smallint not null default 0,  -- Failed looks in a row.
  last_error text,  -- Why the last look failed; null after a success.
  head bytea,  -- Commit of its HEAD at the last look that saw one.
  tags integer not null default 0,  -- Version tags at the last look.
  tags_at timestamp with time zone,  -- When the list of tags last changed; null before the first.
  dependents bigint not null default 0,  -- Dependents of its most depended-on module, at the last look.
  baseline_at timestamp with time zone,  -- When the versions from before the first look were checked; null: still to be done.
  baseline_cursor text collate "C",  -- The version last checked, as module id and version; null before the first.
  baseline_retry_at timestamp with time zone,  -- When that check may go on after a failure; null where it did not fail.
  baseline_error text,  -- Why the check of the old versions last failed; null where it did not.
  constraint repository_pkey PRIMARY KEY (id),
  constraint repository_pace_check CHECK (((pace >= 0) AND (pace <= 2))),
  constraint repository_state_check CHECK ((state = ANY (ARRAY['unseen'::text, 'present'::text, 'moved'::text, 'gone'::text, 'private'::text, 'unreachable'::text]))),
  constraint repository_url_key UNIQUE (url)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX repository_baseline ON public.repository USING btree (dependents DESC, id DESC) WHERE ((baseline_at IS NULL) AND (tags_at IS NOT NULL) AND (state = ANY (ARRAY['present'::text, 'moved'::text])));
CREATE INDEX repository_due ON public.repository USING btree (pace, due_at) WHERE (due_at IS NOT NULL);

-- What happened to repositories and to the tags of known versions, one row a change.
create table repository_event (
  id bigint not null generated always as identity,  -- Identity, in order of time.
  repository_id bigint not null,  -- repository.id
  kind text not null,  -- tag-moved (names another commit), tag-vanished, tag-returned (with the same commit), gone (deleted or private), returned (with the same history), reborn (present with another history), moved (the host redirects elsewhere), moved-back (it no longer does).
  tag text collate "C" not null default ''::text,  -- The tag; empty for what happened to the repository.
  from_value text,  -- The commit that the tag named before, or the address before.
  to_value text,  -- The commit that the tag names since, or the address since; for gone the answer.
  last_seen_at timestamp with time zone,  -- The last look that showed the state before.
  first_seen_at timestamp with time zone not null,  -- The first look that showed the state since.
  constraint repository_event_pkey PRIMARY KEY (id),
  constraint repository_event_kind_check CHECK ((kind = ANY (ARRAY['tag-moved'::text, 'tag-vanished'::text, 'tag-returned'::text, 'gone'::text, 'returned'::text, 'reborn'::text, 'moved'::text, 'moved-back'::text]))),
  constraint repository_event_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(id)
);
CREATE INDEX repository_event_at ON public.repository_event USING btree (first_seen_at);
CREATE INDEX repository_event_repository ON public.repository_event USING btree (repository_id, tag, id);

-- The version tags of each repository: written only where they have changed.
create table repository_tags (
  repository_id bigint not null,  -- repository.id
  packed bytea not null,  -- Names and commits; packages/store/src/repositories/tag-list.ts reads it.
  constraint repository_tags_pkey PRIMARY KEY (repository_id),
  constraint repository_tags_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES repository(id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);

-- What the latest go.mod of each crawled module requires directly.
create table requirement (
  module_id bigint not null,  -- The module whose go.mod it is: module.id
  path text collate "C" not null,  -- Module path that it requires.
  constraint requirement_pkey PRIMARY KEY (module_id, path),
  constraint requirement_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX requirement_path ON public.requirement USING btree (path);

-- Next inspection of each watched version.
create table schedule (
  module_id bigint not null,  -- module.id
  version text collate "C" not null,  -- The version to look at.
  priority smallint not null,  -- 0 is most urgent, 9 least.
  due_at timestamp with time zone,  -- When it is due; null: never again.
  step smallint not null default 0,  -- How far along the re-inspection ladder it is.
  attempts smallint not null default 0,  -- Failed attempts since the last success.
  last_error_code text,  -- Code of the last failure; null after a success.
  last_error text,  -- Message of the last failure; null after a success.
  last_inspected_at timestamp with time zone,  -- When it was last inspected with success.
  asked integer not null default 0,  -- Counts what was seen to change, so that a change during an inspection is not forgotten.
  constraint schedule_pkey PRIMARY KEY (module_id, version),
  constraint schedule_priority_check CHECK (((priority >= 0) AND (priority <= 9)))
) with (fillfactor=85, autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX schedule_due ON public.schedule USING btree (priority, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX schedule_failed ON public.schedule USING btree (module_id, version) WHERE (last_error_code IS NOT NULL);

-- One fact with its evidence, behind a finding.
create table signal (
  finding_id bigint not null,  -- finding.id
  rule text not null,  -- Which kind of fact; see the signal table in the documentation.
  version text collate "C" not null default ''::text,  -- The version that it was seen on; empty for facts about the module path.
  evidence jsonb not null,  -- The evidence.
  first_seen_at timestamp with time zone not null,  -- When it was first seen.
  last_seen_at timestamp with time zone not null,  -- When it was last seen.
  withdrawn_at timestamp with time zone,  -- When it was no longer so; null while it holds.
  constraint signal_pkey PRIMARY KEY (finding_id, rule, version),
  constraint signal_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES finding(id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX signal_campaign ON public.signal USING btree (((evidence ->> 'id'::text))) WHERE ((rule = 'campaign'::text) AND (withdrawn_at IS NULL));
CREATE INDEX signal_rule ON public.signal USING btree (rule, finding_id) WHERE (withdrawn_at IS NULL);

-- Modules that many others depend on, and so worth imitating.
create table target (
  path text collate "C" not null,  -- Module path.
  dependents bigint not null,  -- How many modules or packages depend on it, as its source counts.
  source text not null,  -- Where that figure comes from: built-in, import, crawl, …
  added_at timestamp with time zone not null,  -- When it became a target.
  updated_at timestamp with time zone not null,  -- When its figure last changed.
  matched_backwards_at timestamp with time zone,  -- When it was compared with every module path known then; null: still to be done.
  matched_dependents bigint,  -- Its dependents then; twice as many, and it is compared again.
  constraint target_pkey PRIMARY KEY (path)
);
CREATE INDEX target_dependents ON public.target USING btree (dependents DESC, path);
CREATE INDEX target_not_matched_backwards ON public.target USING btree (path) WHERE (matched_backwards_at IS NULL);

-- How far the list of most used modules was read from a service: one row a service.
create table target_refresh (
  service text collate "C" not null,  -- Base URL of the service.
  min_dependents bigint not null,  -- The figure at which the list ends.
  page integer not null,  -- The last page whose modules are targets, counted from 1.
  modules bigint not null,  -- Modules on all pages so far.
  started_at timestamp with time zone not null,  -- When the first page was asked for.
  updated_at timestamp with time zone not null,  -- When the last page was saved.
  finished_at timestamp with time zone,  -- When the end was reached; null while there is more to read.
  constraint target_refresh_pkey PRIMARY KEY (service)
);

-- Last use of each token of the page and the API.
create table token_use (
  token_id text not null,  -- The first digits of the token’s hash, as in the tokens file.
  name text not null,  -- Whose it is.
  last_used_at timestamp with time zone not null,  -- When it was last used, to the minute.
  constraint token_use_pkey PRIMARY KEY (token_id)
);

-- When an upstream host may be asked again, all workers together. May be emptied at any time.
create table upstream_turn (
  host text collate "C" not null,  -- Host and port of the upstream, as in its URL.
  turn_at timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,  -- When the request may start that was last asked for.
  free_at timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,  -- When the next one may start.
  paused_until timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,  -- The host asked for silence until then (Retry-After).
  granted boolean not null default false,  -- Whether the request that was last asked for got its turn, or would have had to wait too long.
  level smallint not null default 0,  -- How often the pace was halved, at throttled_at; one less for every minute since.
  throttled_at timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,  -- When the host last said that it is asked too often.
  constraint upstream_turn_pkey PRIMARY KEY (host)
) with (fillfactor=20, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

-- Every module version that the mirror has cached.
create table version (
  module_id bigint not null,  -- module.id
  version text collate "C" not null,  -- Version as in the index feed, pseudo-versions included.
  cached_at timestamp with time zone not null,  -- When the mirror first cached it, to the microsecond.
  zip_sum bytea,  -- SHA-256 behind the h1: hash of the zip, from the checksum database; 32 bytes.
  gomod_sum bytea,  -- SHA-256 behind the h1: hash of the go.mod file, from the checksum database; 32 bytes.
  taken_down_at timestamp with time zone,  -- When it was first noticed missing from the default feed.
  logged_only boolean not null default false,  -- True while only the checksum database has brought it: cached_at is then an estimate.
  constraint version_pkey PRIMARY KEY (module_id, version)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);

-- What a team watches: its own modules and what it depends on.
create table watch_entry (
  id bigint not null generated always as identity,  -- Identity.
  path text collate "C" not null,  -- Module path, or the path above modules: what is below it is watched as well.
  source text,  -- File that brought it; null where a person named it.
  mail text[] not null default '{}'::text[],  -- Addresses that get alerts about it.
  channels text[] not null default '{}'::text[],  -- Names of configured channels that get them too.
  min_severity text not null,  -- Severity from which they get them.
  reason text not null,  -- Why.
  author text not null,  -- Who added it.
  created_at timestamp with time zone not null,  -- When.
  constraint watch_entry_pkey PRIMARY KEY (id),
  constraint watch_entry_min_severity_check CHECK ((min_severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text, 'info'::text]))),
  constraint watch_entry_path_key UNIQUE (path)
);
CREATE INDEX watch_entry_source ON public.watch_entry USING btree (source) WHERE (source IS NOT NULL);

-- Signed-in browsers. Only the page reads it.
create table web_session (
  id_hash bytea not null,  -- SHA-256 of the cookie: who reads the table cannot sign in.
  name text not null,  -- Who signed in.
  role text not null,  -- reader or triage.
  via text not null,  -- How: one-time link, token or OpenID Connect.
  token_id text,  -- The token that signed in: the session ends with it.
  created_at timestamp with time zone not null,  -- When.
  expires_at timestamp with time zone not null,  -- When the session ends.
  constraint web_session_pkey PRIMARY KEY (id_hash),
  constraint web_session_role_check CHECK ((role = ANY (ARRAY['reader'::text, 'triage'::text]))),
  constraint web_session_via_check CHECK ((via = ANY (ARRAY['link'::text, 'token'::text, 'oidc'::text])))
);
CREATE INDEX web_session_expires ON public.web_session USING btree (expires_at);
