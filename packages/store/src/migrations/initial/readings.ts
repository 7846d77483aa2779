import { LARGE, table } from './ddl.ts'

export const READINGS = [
  ...table('code_reading', 'Versions whose zip is read in full, once, and what was found in it.', {
    columns: {
      module_id: ['bigint not null references module (id)', 'module.id'],
      version: ['text collate "C" not null', 'The version that is read.'],
      priority: ['smallint not null check (priority between 0 and 9)', '0 is most urgent, 9 least.'],
      due_at: [
        'timestamptz',
        'Time from which it is due; null once it was read, or if it has nothing to read.',
      ],
      attempts: ['smallint not null default 0', 'Failed attempts so far.'],
      last_error: ['text', 'Why it was not read; null where it was, or was not tried.'],
      read_at: ['timestamptz', 'When it was read; null: not yet.'],
      bytes: ['bigint', 'Bytes of the zip that were fetched for it; 0 where an inspection had it at hand.'],
      pieces: [
        'bytea',
        'Packed hashes of all pieces of its code; packages/detect/src/prints/pack-pieces.ts reads them. Null once it is old.',
      ],
      report: ['jsonb', 'What its code can do; null where that was not read.'],
      unusual: ['jsonb', 'Files that hide something or act when an editor opens the folder.'],
    },
    constraints: ['primary key (module_id, version)'],
    indexes: {
      code_reading_due: '(priority, due_at) where due_at is not null',
      code_reading_read: '(read_at) where read_at is not null',
    },
    storage: LARGE,
  }),
  'alter table code_reading alter column pieces set storage external',
  ...table('code_package', 'Packages whose code is fingerprinted: those of one version of a module.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity.'],
      module_id: ['bigint not null references module (id)', 'module.id'],
      version: ['text collate "C" not null', 'The version that was fingerprinted last.'],
      folder: ['text collate "C" not null', 'Folder in the module; empty for the root.'],
      pieces: ['integer not null', 'Pieces that winnowing chose from the package’s code.'],
      prints: ['bigint[] not null', 'The smallest hashes of these, which are rows of code_print too.'],
    },
    indexes: { code_package_module: '(module_id)' },
    storage: LARGE,
  }),
  /*
   * Rows, as in fingerprint_feature: a b-tree can be asked for the first few packages of a print, so a piece of code that
   * every program has costs as little as one that two have. No foreign key, whose check every row would pay: both tables are
   * written in one transaction.
   */
  ...table('code_print', 'Which packages have a piece of code in common: up to 24 rows a package.', {
    columns: {
      print: ['bigint not null', 'Hash of a piece of code, below 2^52.'],
      package_id: ['bigint not null', 'A package with that piece among its prints: code_package.id'],
    },
    constraints: ['primary key (print, package_id)'],
    storage: LARGE,
  }),
]
