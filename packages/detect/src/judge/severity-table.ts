import type { Severity } from '../severity.ts'
import {
  ACTS_ON_IMPORT,
  CAPABILITY,
  HIDDEN,
  LOOKALIKE,
  NAME_RULE,
  OTHERS_CODE,
  OUT_OF_SIGHT,
  RARE_CAPABILITY,
  STRANGER,
} from './signals/groups.ts'
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

const VERDICT = ['mirror-blocked', 'known-malicious', 'sum-disagrees'] as const
const DIFFERENCE = ['cache-differs', 'past-difference', 'tag-restored', 'repository-reborn'] as const
/** After these the name may have another owner. */
const CHANGED_HANDS = ['repository-reborn', 'repository-returned'] as const
/** After these an established module's own history says nothing for it. */
const STOLEN_RELEASE = ['version-hides', 'version-imports-stranger'] as const
const MODULE_ACTS = [
  'module-import-process',
  'module-import-network',
  'module-import-persistence',
  'module-import-secrets',
] as const
/** Facts that keep an established module's difference from being lowered. */
const DOES_SOMETHING = [...CAPABILITY, 'added-unread', 'added-import', 'unparsable', 'oversized'] as const

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
    all: [[...OTHERS_CODE, 'cache-differs'], ACTS_ON_IMPORT, [...NAME_RULE, ...OUT_OF_SIGHT]],
    says: 'code was added that acts on import, and a name, a rewritten tag or a vanished repository disguises it',
  },
  {
    id: 'rewritten-and-armed',
    severity: 'critical',
    all: [LOOKALIKE, ['cache-differs'], ['tag-moved'], CAPABILITY],
    says: 'a look-alike’s tag was rewritten, and the code that is served can do more than what it imitates or shows',
  },
  {
    id: 'rewritten',
    severity: 'high',
    all: [LOOKALIKE, ['cache-differs'], ['tag-moved']],
    says: 'a look-alike’s tag was rewritten: what is compiled is not what its repository shows',
  },
  {
    id: 'armed',
    severity: 'high',
    all: [[...OTHERS_CODE, 'cache-differs'], ACTS_ON_IMPORT],
    says: 'code was added that acts on import',
  },
  {
    id: 'disguised',
    severity: 'high',
    all: [OTHERS_CODE, CAPABILITY, [...HIDDEN, ...NAME_RULE, ...OUT_OF_SIGHT]],
    says: 'code that can do more was added to another project’s, and the code, the name or the repository is disguised',
  },
  {
    id: 'hidden-difference',
    severity: 'high',
    all: [['cache-differs'], CAPABILITY, HIDDEN],
    says: 'the zip has code that the repository does not show, can do more and is hidden from readers',
  },
  {
    id: 'stranger',
    severity: 'high',
    all: [OTHERS_CODE, [...RARE_CAPABILITY, 'named-place'], ['small-change'], STRANGER],
    says: 'a stranger’s small change to another project’s code brings what honest changes rarely bring',
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
    id: 'downloads-and-runs',
    severity: 'high',
    all: [['module-import-process'], ['module-import-network']],
    says: 'it imitates nothing, and runs programs and uses the network as soon as it is imported',
  },
  {
    id: 'hides-what-it-does',
    severity: 'high',
    all: [['module-hidden-argument'], MODULE_ACTS],
    says: 'it imitates nothing, acts as soon as it is imported, and hides on what',
  },
  {
    id: 'steals-or-stays',
    severity: 'high',
    all: [
      ['module-import-persistence', 'module-import-secrets'],
      ['module-import-process', 'module-import-network'],
    ],
    says: 'it imitates nothing, and as soon as it is imported it reads secrets or settles down, and does more',
  },
  {
    id: 'acts-in-a-burst',
    severity: 'high',
    all: [['version-burst'], MODULE_ACTS],
    says: 'it imitates nothing, acts as soon as it is imported, and is published as no people release',
  },
  {
    id: 'begins-out-of-sight',
    severity: 'high',
    all: [['version-begins'], OUT_OF_SIGHT],
    says: 'a version begins to do more than the one before, and its repository does not show it',
  },
  {
    id: 'begins-after-return',
    severity: 'high',
    all: [['version-begins'], CHANGED_HANDS],
    says: 'its repository was gone or replaced, and a version begins to do more than the one before: the name may have a new owner',
  },
  {
    id: 'begins-to-hide',
    severity: 'high',
    all: [['version-begins'], ['version-hides']],
    says: 'a version begins to do more than the one before, and to hide on what',
  },
  {
    id: 'begins-with-a-stranger',
    severity: 'high',
    all: [['version-imports-stranger'], ['version-begins', 'version-hides']],
    says: 'a version begins to import a new owner’s module, and to do or to hide what the one before did not',
  },
  {
    id: 'reborn',
    severity: 'high',
    all: [['repository-reborn'], [...LOOKALIKE, 'honest-established']],
    says: 'the repository of a module that many use, or of a look-alike, has another history: the name may have a new owner',
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
    id: 'restored',
    severity: 'medium',
    all: [['tag-restored']],
    says: 'the tag named another commit for a while, whose files may never have been compared',
  },
  {
    id: 'reborn-unused',
    severity: 'medium',
    all: [['repository-reborn']],
    says: 'the repository has another history: the name may have a new owner',
  },
  {
    id: 'copy',
    severity: 'medium',
    all: [['near-copy'], ['small-change'], STRANGER],
    says: 'a stranger’s near-copy under its own path hardly differs from the original',
  },
  {
    id: 'copy-does-more',
    severity: 'medium',
    all: [
      ['near-copy'],
      [...CAPABILITY, ...NAME_RULE, ...OUT_OF_SIGHT, ...HIDDEN, 'added-unread', 'unparsable'],
    ],
    says: 'it is nearly a copy under its own path, and its code can do more, its name resembles, or it cannot be read',
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
  {
    id: 'name-and-begins',
    severity: 'medium',
    all: [NAME_RULE, ['version-begins']],
    says: 'the name resembles the target’s, and a version begins to do more than the one before',
  },
  {
    id: 'fork',
    severity: 'low',
    all: [['near-copy']],
    says: 'it is nearly a copy under its own path, as forks and successors are',
  },
  { id: 'name', severity: 'low', all: [NAME_RULE], says: 'the name resembles the target’s' },
  {
    id: 'unreachable',
    severity: 'low',
    all: [['commit-unreachable']],
    says: 'the commit is on no branch or tag of the repository: a rewritten branch, or a fork’s commit',
  },
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
    unless: [...VERDICT, ...DIFFERENCE, ...ACTS_ON_IMPORT, ...STOLEN_RELEASE],
    atMost: 'info',
    says: 'it was there before what it resembles',
  },
  {
    id: 'no-lookalike',
    when: ['honest-same-project', 'honest-case-variant', 'honest-older', 'honest-established'],
    unless: [...VERDICT, ...CHANGED_HANDS, ...ACTS_ON_IMPORT, 'past-import', ...HIDDEN, ...STOLEN_RELEASE],
    atMost: 'medium',
    says: 'it is no look-alike, and nothing that was added is hidden or acts on import',
  },
  {
    id: 'established',
    when: ['honest-established'],
    unless: [...VERDICT, ...CHANGED_HANDS, ...STOLEN_RELEASE, 'past-import', ...DOES_SOMETHING],
    atMost: 'low',
    says: 'it is established, and nothing that was added does anything',
  },
]
