import type { SignalId } from './table.ts'

/** Added code acts as soon as it is imported, or imports what the mirror refuses. */
export const ACTS_ON_IMPORT = [
  'import-process',
  'import-network',
  'import-writes',
  'imports-refused',
] as const satisfies SignalId[]

/** Capabilities that few honest changes to another project's module bring, reached on import or not. */
export const RARE_CAPABILITY = [
  'added-native',
  'added-interpreter',
  'added-global',
  'added-persistence',
  'import-secrets',
] as const satisfies SignalId[]

/** Every capability of added code. */
export const CAPABILITY = [
  ...RARE_CAPABILITY,
  'added-process',
  'added-network',
  'added-writes',
  'added-secrets',
  ...ACTS_ON_IMPORT,
] as const satisfies SignalId[]

/** Ways of keeping added code from being understood by those who read it. */
export const HIDDEN = ['hidden-argument', 'far-right', 'generated-looking'] as const satisfies SignalId[]

/** A name that leads people to the module. */
export const NAME_RULE = ['name-strong', 'name-medium'] as const satisfies SignalId[]

/** Facts about the repository that keep people from seeing what is served. */
export const OUT_OF_SIGHT = ['tag-moved', 'repository-missing'] as const satisfies SignalId[]

/** Publishers without a history, one or many. */
export const STRANGER = ['owner-new', 'campaign'] as const satisfies SignalId[]

/** Another project's content under a different path. */
export const OTHERS_CODE = ['near-copy', 'holds-original'] as const satisfies SignalId[]

/** A module that can be taken for another one. */
export const LOOKALIKE = [...OTHERS_CODE, ...NAME_RULE] as const

/** Groups that the severity table names, the larger ones first, each with the words that stand for it. */
export const NAMED_GROUPS: readonly { name: string; ids: readonly SignalId[] }[] = [
  { name: 'capability', ids: CAPABILITY },
  { name: 'rare capability', ids: RARE_CAPABILITY },
  { name: 'acts on import', ids: ACTS_ON_IMPORT },
  { name: 'look-alike', ids: LOOKALIKE },
  { name: 'another project’s code', ids: OTHERS_CODE },
  { name: 'name', ids: NAME_RULE },
  { name: 'hidden', ids: HIDDEN },
  { name: 'out of sight', ids: OUT_OF_SIGHT },
  { name: 'stranger', ids: STRANGER },
]

/** A look-alike's content is its original's. */
export const COPIED = ['near-copy', 'near-copy-keeps-path', 'holds-original'] as const satisfies SignalId[]
