import type { Severity } from '../severity.ts'
import { ACTS_ON_IMPORT } from './signals/groups.ts'
import type { SignalId } from './signals/table.ts'

/** A row holds where each of `all` has at least one of its signals. Rows are tried from the top; the first that holds decides. */
export interface SeverityRow {
  id: string
  severity: Severity
  all: readonly (readonly SignalId[])[]
  says: string
}

/** Applies where one of `when` is there and none of `unless`: the severity is then `atMost`. */
export interface LoweringRow {
  id: string
  when: readonly SignalId[]
  unless: readonly SignalId[]
  atMost: Severity
  says: string
}

const OTHERS_CODE = ['near-copy', 'holds-original'] as const
const NAME_RULE = ['name-strong', 'name-medium'] as const
const VERDICT = ['mirror-blocked', 'known-malicious', 'sum-disagrees'] as const
const DIFFERENCE = ['cache-differs', 'past-difference'] as const
const DOES_SOMETHING = [
  'added-process',
  'added-network',
  'added-unseen',
  'added-unread',
  'added-import',
  'unparsable',
  'oversized',
] as const

export const SEVERITY_ROWS: readonly SeverityRow[] = [
  {
    id: 'verdict',
    severity: 'critical',
    all: [['mirror-blocked', 'known-malicious']],
    says: 'the mirror or a malicious-package database has already judged it',
  },
  {
    id: 'armed-and-disguised',
    severity: 'critical',
    all: [
      [...OTHERS_CODE, 'cache-differs'],
      ACTS_ON_IMPORT,
      [...NAME_RULE, 'tag-moved', 'repository-missing'],
    ],
    says: 'code was added that acts on import, and a name, a rewritten tag or a vanished repository disguises it',
  },
  {
    id: 'armed',
    severity: 'high',
    all: [[...OTHERS_CODE, 'cache-differs'], ACTS_ON_IMPORT],
    says: 'code was added that acts on import',
  },
  {
    id: 'unreadable',
    severity: 'high',
    all: [[...OTHERS_CODE, 'cache-differs'], ['oversized']],
    says: 'code was added that is too large or too deep to be read',
  },
  {
    id: 'sum',
    severity: 'high',
    all: [['sum-disagrees']],
    says: 'the zip is not the one that the checksum database signed',
  },
  {
    id: 'past-armed',
    severity: 'high',
    all: [['past-difference'], ['past-import']],
    says: 'the repository hid code that acts on import, and no longer shows that it did',
  },
  {
    id: 'difference',
    severity: 'medium',
    all: [['cache-differs']],
    says: 'what is compiled is not what the repository shows, and nothing explains it',
  },
  {
    id: 'past-difference',
    severity: 'medium',
    all: [['past-difference']],
    says: 'the repository showed something else than what is compiled, and no longer shows that it did',
  },
  {
    id: 'copy',
    severity: 'medium',
    all: [['near-copy']],
    says: 'it is nearly a copy under its own path',
  },
  {
    id: 'armed-fork',
    severity: 'medium',
    all: [['near-copy-keeps-path'], ACTS_ON_IMPORT],
    says: 'a fork for `replace` has added code that acts on import',
  },
  {
    id: 'name-and-acts',
    severity: 'medium',
    all: [NAME_RULE, ['module-import-process', 'module-import-network']],
    says: 'the name resembles the target’s and the module acts on import',
  },
  { id: 'name', severity: 'low', all: [NAME_RULE], says: 'the name resembles the target’s' },
  {
    id: 'harmless-difference',
    severity: 'low',
    all: [['cache-differs-harmless']],
    says: 'zip and repository differ only where no build is reached',
  },
  { id: 'rest', severity: 'info', all: [], says: 'nothing here is a reason to act' },
]

export const LOWERING_ROWS: readonly LoweringRow[] = [
  {
    id: 'allowed',
    when: ['honest-allowed'],
    unless: [...VERDICT, ...DIFFERENCE],
    atMost: 'info',
    says: 'a person allowed it',
  },
  {
    id: 'same-project',
    when: ['honest-same-project', 'honest-case-variant'],
    unless: [...VERDICT, ...DIFFERENCE, ...ACTS_ON_IMPORT],
    atMost: 'info',
    says: 'both names are one project',
  },
  {
    id: 'declares-target',
    when: ['honest-declares-target'],
    unless: [...VERDICT, ...DIFFERENCE, ...ACTS_ON_IMPORT],
    atMost: 'info',
    says: 'it cannot be imported by this path',
  },
  {
    id: 'older',
    when: ['honest-older'],
    unless: [...VERDICT, ...DIFFERENCE, ...ACTS_ON_IMPORT],
    atMost: 'info',
    says: 'it was there before what it resembles',
  },
  {
    id: 'established',
    when: ['honest-established'],
    unless: [...VERDICT, ...ACTS_ON_IMPORT, 'past-import', ...DOES_SOMETHING],
    atMost: 'low',
    says: 'it is established, and nothing that was added does anything',
  },
]
