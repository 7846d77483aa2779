import { LARGE, LIST, table } from './ddl.ts'

export const WORK = [
  ...table('installation', 'This installation of mirrorwatch: exactly one row.', {
    columns: {
      only_one: [
        'boolean primary key default true check (only_one)',
        'Always true: keeps the table at one row.',
      ],
      id: [
        'uuid not null default gen_random_uuid()',
        'Names this installation where something is shared with others, a Redis say.',
      ],
      created_at: ['timestamptz not null default now()', 'When it was set up.'],
    },
  }),
  ...table('schedule', 'Next inspection of each watched version.', {
    columns: {
      module_id: ['bigint not null', 'module.id'],
      version: ['text collate "C" not null', 'The version to look at.'],
      priority: ['smallint not null check (priority between 0 and 9)', '0 is most urgent, 9 least.'],
      due_at: ['timestamptz', 'When it is due; null: never again.'],
      step: ['smallint not null default 0', 'How far along the re-inspection ladder it is.'],
      attempts: ['smallint not null default 0', 'Failed attempts since the last success.'],
      last_error_code: ['text', 'Code of the last failure; null after a success.'],
      last_error: ['text', 'Message of the last failure; null after a success.'],
      last_inspected_at: ['timestamptz', 'When it was last inspected with success.'],
      asked: [
        'integer not null default 0',
        'Counts what was seen to change, so that a change during an inspection is not forgotten.',
      ],
    },
    constraints: ['primary key (module_id, version)'],
    indexes: {
      schedule_due: '(priority, due_at) where due_at is not null',
      schedule_failed: '(module_id, version) where last_error_code is not null',
    },
    storage: `fillfactor = 85, ${LARGE}`,
  }),
  ...table('due_work', 'What a stage is to do for a module or a version; a row goes when it was done.', {
    columns: {
      stage: [
        "text not null check (stage in ('require', 'locate', 'copies', 'assess'))",
        'require (read its newest go.mod), locate (ask its page for its repository), copies (ask what its zip is nearly a copy of), assess (work out its findings).',
      ],
      module_id: ['bigint not null references module (id)', 'module.id'],
      version: [
        `text collate "C" not null default ''`,
        'The version; empty where the whole module is meant.',
      ],
      due_at: ['timestamptz not null', 'When it is to be done.'],
      attempts: ['smallint not null default 0', 'Failed attempts so far.'],
      last_error: ['text', 'Why the last attempt failed; null where none did.'],
      ticket: [
        'bigint generated always as identity',
        'Changes with each new wish for an assessment, so that one that arrives during an assessment is not forgotten.',
      ],
      passed_on: [
        'boolean not null default false',
        'True where copies are asked for again because a likely original came later; such a question is not passed on further.',
      ],
    },
    constraints: ['primary key (stage, module_id, version)'],
    indexes: { due_work_at: '(stage, due_at, module_id, version)' },
    storage: LIST,
  }),
  ...table('lease', 'Tasks that one process does for all, and which one that is.', {
    columns: {
      name: ['text primary key', 'The task.'],
      holder: [
        'text not null',
        'The process that does it: application, machine, process id, and something random.',
      ],
      taken_at: ['timestamptz not null', 'Since when.'],
      until: ['timestamptz not null', 'Until when it alone does so; moved on while it lives.'],
    },
    storage: 'fillfactor = 50',
  }),
  /*
   * Unlogged: a row lives for seconds and every request writes one, and a crash loses the order of one second only. Pages
   * are left nearly empty so that every update fits on its row's page and no index changes.
   */
  ...table(
    'upstream_turn',
    'When an upstream host may be asked again, all workers together. May be emptied at any time.',
    {
      columns: {
        host: ['text collate "C" primary key', 'Host and port of the upstream, as in its URL.'],
        turn_at: [
          "timestamptz not null default 'epoch'",
          'When the request may start that was last asked for.',
        ],
        free_at: ["timestamptz not null default 'epoch'", 'When the next one may start.'],
        paused_until: [
          "timestamptz not null default 'epoch'",
          'The host asked for silence until then (Retry-After).',
        ],
        granted: [
          'boolean not null default false',
          'Whether the request that was last asked for got its turn, or would have had to wait too long.',
        ],
        level: [
          'smallint not null default 0',
          'How often the pace was halved, at throttled_at; one less for every minute since.',
        ],
        throttled_at: [
          "timestamptz not null default 'epoch'",
          'When the host last said that it is asked too often.',
        ],
      },
      storage: 'fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000',
      unlogged: true,
    },
  ),
]
