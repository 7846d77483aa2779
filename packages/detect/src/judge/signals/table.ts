import type * as z from 'zod'
import * as evidence from './evidence.ts'

/**
 * What a signal does to a finding, the weightiest first: `decides` makes one; `raises` makes one worse; `supports` helps a
 * person and changes nothing; `lowers` is an honest explanation.
 */
const SIGNAL_WEIGHTS = ['decides', 'raises', 'supports', 'lowers'] as const
type SignalWeight = (typeof SIGNAL_WEIGHTS)[number]
type SignalCategory = 'verdict' | 'name' | 'copy' | 'cache' | 'code' | 'source' | 'honest'

export interface SignalRule {
  id: string
  /** Parses the evidence when it comes back from the store. */
  evidence: z.ZodObject
  category: SignalCategory
  weight: SignalWeight
  title: string
  /** Explains what the signal means, and what it does not. */
  meaning: string
}

/** Every signal that a finding can hold: one table, from which docs/severity.md is generated. */
export const SIGNAL_RULES = [
  {
    id: 'mirror-blocked',
    evidence: evidence.mirrorWords,
    category: 'verdict',
    weight: 'decides',
    title: 'The mirror refuses it',
    meaning: 'The Go Module Mirror answers 403 and says that it considers the module to be malicious.',
  },
  {
    id: 'known-malicious',
    evidence: evidence.maliciousEntry,
    category: 'verdict',
    weight: 'decides',
    title: 'Listed as malicious',
    meaning: 'An imported database of malicious packages has an entry for this module.',
  },
  {
    id: 'sum-disagrees',
    evidence: evidence.sums,
    category: 'verdict',
    weight: 'decides',
    title: 'Zip and checksum database disagree',
    meaning:
      'The hash of the zip that the mirror serves differs from the one that the checksum database signed.',
  },
  {
    id: 'name-strong',
    evidence: evidence.nameRule,
    category: 'name',
    weight: 'decides',
    title: 'Name is easily taken for the target’s',
    meaning: 'A name rule of strength "strong" matches. The name alone says nothing about the code.',
  },
  {
    id: 'name-medium',
    evidence: evidence.nameRule,
    category: 'name',
    weight: 'decides',
    title: 'Name resembles the target’s',
    meaning: 'A name rule of strength "medium" matches. The name alone says nothing about the code.',
  },
  {
    id: 'name-weak',
    evidence: evidence.nameRule,
    category: 'name',
    weight: 'decides',
    title: 'Name slightly resembles the target’s',
    meaning: 'A name rule of strength "weak" holds. Most such pairs are honest.',
  },
  {
    id: 'name-candidate',
    evidence: evidence.nameRule,
    category: 'name',
    weight: 'supports',
    title: 'Names were reason enough to compare contents',
    meaning: 'For instance the same repository name under another owner. Never a finding without content.',
  },
  {
    id: 'near-copy',
    evidence: evidence.copy,
    category: 'copy',
    weight: 'decides',
    title: 'Nearly a copy, under its own path',
    meaning:
      'Nearly all source equals the original’s, and go.mod declares the copy’s own path, so that it can be imported.',
  },
  {
    id: 'near-copy-keeps-path',
    evidence: evidence.copy,
    category: 'copy',
    weight: 'supports',
    title: 'Nearly a copy that keeps the original’s path',
    meaning: 'A fork used through `replace` looks like this. It cannot be imported by its own path.',
  },
  {
    id: 'holds-original',
    evidence: evidence.copy,
    category: 'copy',
    weight: 'supports',
    title: 'Holds the original, among much else',
    meaning:
      'Nearly all of the original’s source is in the same folders, among more code than it has itself. Reported only if the rest acts on import or cannot be read: an application that vendored a library looks the same otherwise.',
  },
  {
    id: 'small-change',
    evidence: evidence.smallChange,
    category: 'copy',
    weight: 'raises',
    title: 'Very small change to another project’s code',
    meaning: 'At most five source files differ from the original. Forks that live on differ in more.',
  },
  {
    id: 'campaign',
    evidence: evidence.campaign,
    category: 'copy',
    weight: 'raises',
    title: 'Part of a campaign',
    meaning:
      'Several owners published nearly the same content, or the same repository name, within a short time.',
  },
  {
    id: 'cache-differs',
    evidence: evidence.difference,
    category: 'cache',
    weight: 'decides',
    title: 'The mirror’s zip is not what the repository shows',
    meaning: 'Files that can reach a build differ, and no known rule of Go or git explains it.',
  },
  {
    id: 'cache-differs-harmless',
    evidence: evidence.difference,
    category: 'cache',
    weight: 'decides',
    title: 'The zip differs from the repository in harmless files',
    meaning:
      'Only line ends, documentation, tests or CI files differ: what an honest re-tag looks like. Files that are embedded, and those that editors and agents run when a folder is opened, are not among them.',
  },
  {
    id: 'tag-moved',
    evidence: evidence.movedTag,
    category: 'cache',
    weight: 'raises',
    title: 'The tag was rewritten',
    meaning: 'The tag names another commit than when the mirror cached the version, and the content differs.',
  },
  {
    id: 'past-difference',
    evidence: evidence.pastDifference,
    category: 'cache',
    weight: 'decides',
    title: 'The zip differed from the repository before',
    meaning:
      'An earlier inspection showed a difference that can reach a build, and the latest one does not: the tag was put back, or there is nothing left to compare with.',
  },
  {
    id: 'past-import',
    evidence: evidence.pastImport,
    category: 'cache',
    weight: 'raises',
    title: 'The code that differed before acts on import',
    meaning: 'The mirror still serves it. A repository that shows it again does not make it harmless.',
  },
  {
    id: 'tag-missing',
    evidence: evidence.missing,
    category: 'cache',
    weight: 'supports',
    title: 'The tag is gone',
    meaning: 'The repository no longer has the tag; the mirror still serves what it was.',
  },
  {
    id: 'repository-missing',
    evidence: evidence.missing,
    category: 'cache',
    weight: 'raises',
    title: 'The repository has vanished',
    meaning:
      'No one can review what the mirror still serves. Deleted and private repositories look the same.',
  },
  {
    id: 'tag-restored',
    evidence: evidence.changes,
    category: 'cache',
    weight: 'decides',
    title: 'The tag was rewritten and put back',
    meaning:
      'Between two looks at the repository the tag named another commit, and later the first one again. What it named in between may never have been seen; whoever fetched it then, without the mirror, got that.',
  },
  {
    id: 'tag-changed',
    evidence: evidence.changes,
    category: 'cache',
    weight: 'supports',
    title: 'The tag changed since the first look',
    meaning:
      'It was moved, deleted or put back. What follows for the content, the inspection says. The times are those of our looks, not of the change.',
  },
  {
    id: 'commit-unreachable',
    evidence: evidence.unreachable,
    category: 'cache',
    weight: 'decides',
    title: 'No branch or tag reaches the commit',
    meaning:
      'The pseudo-version names a commit that the repository’s address serves and none of its branches and tags contains: the branch was deleted or rewritten, or the commit was made in a fork whose objects the host keeps together (an imposter commit).',
  },
  {
    id: 'repository-reborn',
    evidence: evidence.changes,
    category: 'source',
    weight: 'decides',
    title: 'The repository has another history',
    meaning:
      'None of its tags is as it was, and no branch or tag reaches what its HEAD was: it was created again, perhaps by a stranger who registered the name, or its whole history was rewritten. The mirror still serves the versions of before.',
  },
  {
    id: 'taken-down',
    evidence: evidence.nothing,
    category: 'cache',
    weight: 'supports',
    title: 'Missing from the default feed',
    meaning: 'The complete index lists the version, the default one does not: it has been taken down.',
  },
  {
    id: 'import-process',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code runs a process on import',
    meaning:
      'Code beyond the original’s or the repository’s starts a program, or loads a plugin, as soon as the package is imported or its command is run (`main`); or a module that it imports does (`through`).',
  },
  {
    id: 'import-network',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code uses the network on import',
    meaning:
      'Code beyond the original’s or the repository’s opens a connection as soon as the package is imported; or a module that it imports does (`through`).',
  },
  {
    id: 'import-writes',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code writes files on import',
    meaning:
      'Code beyond the original’s or the repository’s creates, changes or removes files as soon as the package is imported: a start-up script, a key, a scheduled job; or a module that it imports does (`through`).',
  },
  {
    id: 'imports-refused',
    evidence: evidence.refusedImports,
    category: 'code',
    weight: 'raises',
    title: 'Added code imports a module that the mirror refuses',
    meaning:
      'Code beyond the original’s or the repository’s imports it, and the mirror answers 403 for it: it considers that module to be malicious.',
  },
  {
    id: 'import-secrets',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code reads secrets on import',
    meaning:
      'The whole environment, keys, tokens, browser data or the clipboard, as soon as the package is imported.',
  },
  {
    id: 'added-process',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can run a process',
    meaning:
      'Not known to run on import: a caller has to run it, or it is reached in a way that was not followed.',
  },
  {
    id: 'added-network',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can use the network',
    meaning: 'Not known to run on import.',
  },
  {
    id: 'added-writes',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can write files',
    meaning: 'Not known to run on import. Creates, changes or removes files.',
  },
  {
    id: 'added-persistence',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code changes what starts automatically',
    meaning:
      'Start-up scripts, scheduled jobs, services, the registry, login keys, trusted certificates, git hooks or the Go tools.',
  },
  {
    id: 'added-native',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added native code',
    meaning:
      'cgo, assembly, object files, linkname, plugins, numbered system calls, Windows libraries, executable memory: reading Go does not show what it does.',
  },
  {
    id: 'added-interpreter',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code runs an interpreter',
    meaning:
      'For shell scripts, JavaScript, Lua, WebAssembly or Go: what runs is data that can come from anywhere.',
  },
  {
    id: 'added-global',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code replaces what other code relies on',
    meaning:
      '`http.DefaultTransport`, `rand.Reader`, the resolver, roots of trust, or variables of the environment such as proxies and `LD_PRELOAD`.',
  },
  {
    id: 'added-secrets',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code can read secrets',
    meaning:
      'Not known to run on import. Keys, tokens, browser data, the clipboard or the whole environment.',
  },
  {
    id: 'added-unread',
    evidence: evidence.unread,
    category: 'code',
    weight: 'supports',
    title: 'The difference was not read',
    meaning: 'The contents were unavailable, or a limit was reached. Keeps a difference from being lowered.',
  },
  {
    id: 'added-import',
    evidence: evidence.addedImports,
    category: 'code',
    weight: 'supports',
    title: 'Added code imports another module',
    meaning:
      'The ten least used of such modules, and of those that they import in turn, are read for what they do on import; those with 1,000 dependents are not. Keeps a difference from being lowered.',
  },
  {
    id: 'requirement-changed',
    evidence: evidence.requirements,
    category: 'code',
    weight: 'supports',
    title: 'A requirement was added or changed',
    meaning:
      'go.mod requires a module that the code imports in another version. The least used of such modules are read for what they do on import, as those of added imports are.',
  },
  {
    id: 'named-place',
    evidence: evidence.places,
    category: 'code',
    weight: 'raises',
    title: 'Added code names a place on the network',
    meaning:
      'A constant address that it connects to, or that code which runs on import names. Honest forks name addresses in variables and documentation.',
  },
  {
    id: 'hidden-argument',
    evidence: evidence.hiddenStrings,
    category: 'code',
    weight: 'raises',
    title: 'Added code hides what it runs, opens or connects to',
    meaning:
      'A string that is put together from pieces, or decoded, is handed to a capability or made on import. Long texts that are joined, as templates are, do not count.',
  },
  {
    id: 'hidden-string',
    evidence: evidence.hiddenStrings,
    category: 'code',
    weight: 'supports',
    title: 'Added code hides a string',
    meaning: 'A command, address or path is put together from pieces instead of being written down.',
  },
  {
    id: 'generated-looking',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code stands in a file that says it is generated',
    meaning:
      'Reviewers skip such files. Generators do not write code that runs programs, writes files or is native.',
  },
  {
    id: 'far-right',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'Added code stands far to the right',
    meaning: 'The code starts beyond the width of any screen, where reviewers do not see it.',
  },
  {
    id: 'unparsable',
    evidence: evidence.unparsedFiles,
    category: 'code',
    weight: 'supports',
    title: 'Added Go code does not parse',
    meaning: 'It was not analysed in full. Honest code compiles. Keeps a difference from being lowered.',
  },
  {
    id: 'oversized',
    evidence: evidence.unparsedFiles,
    category: 'code',
    weight: 'raises',
    title: 'Added Go code is too large or too deep to read',
    meaning:
      'A file is more than twice as large or as deeply nested as any known one: no person writes or reviews it.',
  },
  {
    id: 'module-import-process',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'The module runs a process on import',
    meaning: 'Seen in the module as a whole, with no original to subtract.',
  },
  {
    id: 'module-import-network',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'The module uses the network on import',
    meaning: 'Seen in the module as a whole, with no original to subtract.',
  },
  {
    id: 'module-import-persistence',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'On import, the module changes what starts automatically',
    meaning: 'Seen in the module as a whole, with no original to subtract.',
  },
  {
    id: 'module-import-secrets',
    evidence: evidence.uses,
    category: 'code',
    weight: 'raises',
    title: 'The module reads secrets on import',
    meaning: 'Keys, browser data, the clipboard or the whole environment. One variable alone does not count.',
  },
  {
    id: 'module-hidden-argument',
    evidence: evidence.hiddenStrings,
    category: 'code',
    weight: 'raises',
    title: 'The module hides what it runs, opens or connects to on import',
    meaning: 'Seen in the module as a whole, with no original to subtract; in its commands too.',
  },
  {
    id: 'version-begins',
    evidence: evidence.begun,
    category: 'code',
    weight: 'raises',
    title: 'The version begins to do what the one before could not',
    meaning:
      'A capability appears that few releases begin to have. Known of versions whose whole code was read, such as a look-alike’s.',
  },
  {
    id: 'unusual-files',
    evidence: evidence.unusualFiles,
    category: 'source',
    weight: 'supports',
    title: 'Files that hide something or act by themselves',
    meaning:
      'A file on which an editor or an agent acts when the folder is opened, whose content is of another kind than its name says, or that is packed and does not say so.',
  },
  {
    id: 'mod-server',
    evidence: evidence.nothing,
    category: 'source',
    weight: 'supports',
    title: 'Served by the author’s own module server',
    meaning: '`go-import … mod`: the mirror took the zip from there, and no repository need have it.',
  },
  {
    id: 'declares-other-path',
    evidence: evidence.declaredPath,
    category: 'source',
    weight: 'supports',
    title: 'go.mod declares another module’s path',
    meaning: 'Usually a fork used through `replace`. It cannot be imported by its own path.',
  },
  {
    id: 'owner-new',
    evidence: evidence.owner,
    category: 'source',
    weight: 'raises',
    title: 'New owner with few modules',
    meaning:
      'The feed first showed this owner shortly before, and with few modules. Every owner was new once.',
  },
  {
    id: 'honest-declares-target',
    evidence: evidence.declaredPath,
    category: 'honest',
    weight: 'lowers',
    title: 'Fork that declares the original’s path',
    meaning: 'go.mod names the target: importing it by this path fails.',
  },
  {
    id: 'honest-same-project',
    evidence: evidence.sameProject,
    category: 'honest',
    weight: 'lowers',
    title: 'Same project',
    meaning: 'Both names lead to one repository: a rename, a redirect or a move.',
  },
  {
    id: 'honest-case-variant',
    evidence: evidence.caseVariant,
    category: 'honest',
    weight: 'lowers',
    title: 'Same path in other letter case',
    meaning: 'Code hosts that ignore case serve both names from one repository.',
  },
  {
    id: 'honest-older',
    evidence: evidence.ages,
    category: 'honest',
    weight: 'lowers',
    title: 'Older than what it resembles',
    meaning: 'The feed knew this module before the target.',
  },
  {
    id: 'honest-established',
    evidence: evidence.dependents,
    category: 'honest',
    weight: 'lowers',
    title: 'Established module',
    meaning: 'Many modules depend on it. Never lowers code that was added and does something.',
  },
  {
    id: 'honest-allowed',
    evidence: evidence.allowEntry,
    category: 'honest',
    weight: 'lowers',
    title: 'On the allow list',
    meaning: 'A person allowed it; the entry says who, when and why.',
  },
] as const satisfies readonly SignalRule[]

export type SignalId = (typeof SIGNAL_RULES)[number]['id']

const RULES: ReadonlyMap<string, SignalRule> = new Map(SIGNAL_RULES.map((rule) => [rule.id, rule]))

/** Returns the rule of a signal id; undefined for an id of another release. */
export function signalRule(id: string): SignalRule | undefined {
  return RULES.get(id)
}

/** Orders signal ids by weight, what decides first; an id of another release counts as support. */
export function compareWeight(a: string, b: string): number {
  return weightRank(a) - weightRank(b)
}

function weightRank(id: string): number {
  return SIGNAL_WEIGHTS.indexOf(signalRule(id)?.weight ?? 'supports')
}
