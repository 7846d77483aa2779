/**
 * Every signal that a finding can hold. The documentation's table is generated from this one.
 *
 * Weight: `decides` makes a finding; `raises` makes one worse; `supports` helps a person and changes nothing;
 * `lowers` is an honest explanation.
 */
export type SignalWeight = 'decides' | 'raises' | 'supports' | 'lowers'
export type SignalCategory = 'verdict' | 'name' | 'copy' | 'cache' | 'code' | 'source' | 'honest'

export interface SignalRule {
  id: string
  category: SignalCategory
  weight: SignalWeight
  title: string
  /** What it means, and what it does not. */
  meaning: string
}

export const SIGNAL_RULES = [
  {
    id: 'mirror-blocked',
    category: 'verdict',
    weight: 'decides',
    title: 'The mirror refuses it',
    meaning: 'The Go Module Mirror answers 403 and says that it considers the module to be malicious.',
  },
  {
    id: 'known-malicious',
    category: 'verdict',
    weight: 'decides',
    title: 'Listed as malicious',
    meaning: 'An imported database of malicious packages has an entry for this module.',
  },
  {
    id: 'sum-disagrees',
    category: 'verdict',
    weight: 'decides',
    title: 'Zip and checksum database disagree',
    meaning: 'The zip served is not the one whose hash the checksum database signed for everybody.',
  },
  {
    id: 'name-strong',
    category: 'name',
    weight: 'decides',
    title: 'Name is easily taken for the target’s',
    meaning: 'A name rule of strength "strong" holds. By itself it says nothing about the code.',
  },
  {
    id: 'name-medium',
    category: 'name',
    weight: 'decides',
    title: 'Name resembles the target’s',
    meaning: 'A name rule of strength "medium" holds. By itself it says nothing about the code.',
  },
  {
    id: 'name-weak',
    category: 'name',
    weight: 'decides',
    title: 'Name slightly resembles the target’s',
    meaning: 'A name rule of strength "weak" holds. Most such pairs are honest.',
  },
  {
    id: 'name-candidate',
    category: 'name',
    weight: 'supports',
    title: 'Names were reason enough to compare contents',
    meaning: 'For instance the same repository name under another owner. Never a finding without content.',
  },
  {
    id: 'near-copy',
    category: 'copy',
    weight: 'decides',
    title: 'Nearly a copy, under its own path',
    meaning:
      'Nearly all source equals the original’s, and go.mod declares the copy’s own path, so that it can be imported.',
  },
  {
    id: 'near-copy-keeps-path',
    category: 'copy',
    weight: 'supports',
    title: 'Nearly a copy that keeps the original’s path',
    meaning: 'What a fork used through `replace` looks like. Nobody can import it by its own path.',
  },
  {
    id: 'holds-original',
    category: 'copy',
    weight: 'supports',
    title: 'Holds the original, among much else',
    meaning:
      'Nearly all of the original’s source stands in the same folders, and more than it beside it. Said only where the rest acts on import or cannot be read: else it is what an application looks like that has taken a library over.',
  },
  {
    id: 'campaign',
    category: 'copy',
    weight: 'supports',
    title: 'Part of a campaign',
    meaning:
      'Several owners published nearly the same content, or the same repository name, within a short time.',
  },
  {
    id: 'cache-differs',
    category: 'cache',
    weight: 'decides',
    title: 'The mirror’s zip is not what the repository shows',
    meaning: 'Files that can reach a build differ, and no known rule of Go or git explains it.',
  },
  {
    id: 'cache-differs-harmless',
    category: 'cache',
    weight: 'decides',
    title: 'The zip differs from the repository where it does not matter',
    meaning: 'Only line ends, documentation, tests or CI files differ: what an honest re-tag looks like.',
  },
  {
    id: 'tag-moved',
    category: 'cache',
    weight: 'raises',
    title: 'The tag was rewritten',
    meaning: 'The tag names another commit than when the mirror cached the version, and the content differs.',
  },
  {
    id: 'tag-missing',
    category: 'cache',
    weight: 'supports',
    title: 'The tag is gone',
    meaning: 'The repository no longer has the tag; the mirror still serves what it was.',
  },
  {
    id: 'repository-missing',
    category: 'cache',
    weight: 'raises',
    title: 'The repository has vanished',
    meaning:
      'Nobody can review what the mirror still serves. Deleted and private repositories look the same.',
  },
  {
    id: 'taken-down',
    category: 'cache',
    weight: 'supports',
    title: 'Missing from the default feed',
    meaning: 'The complete index lists the version, the default one does not: it has been taken down.',
  },
  {
    id: 'import-process',
    category: 'code',
    weight: 'raises',
    title: 'Added code runs a process on import',
    meaning:
      'Code beyond the original’s or the repository’s starts a program, or loads a plugin, as soon as the package is imported; or a module that it imports does (`through`).',
  },
  {
    id: 'import-network',
    category: 'code',
    weight: 'raises',
    title: 'Added code uses the network on import',
    meaning:
      'Code beyond the original’s or the repository’s opens a connection as soon as the package is imported; or a module that it imports does (`through`).',
  },
  {
    id: 'import-writes',
    category: 'code',
    weight: 'raises',
    title: 'Added code writes files on import',
    meaning:
      'Code beyond the original’s or the repository’s creates, changes or removes files as soon as the package is imported: a start-up script, a key, a scheduled job; or a module that it imports does (`through`).',
  },
  {
    id: 'imports-refused',
    category: 'code',
    weight: 'raises',
    title: 'Added code imports a module that the mirror refuses',
    meaning:
      'Code beyond the original’s or the repository’s imports it, and the mirror answers 403 for it: it considers that module to be malicious.',
  },
  {
    id: 'import-other',
    category: 'code',
    weight: 'supports',
    title: 'Added code does something else on import',
    meaning: 'Reading files, environment, system calls, unsafe: worth reading, common in honest code.',
  },
  {
    id: 'added-process',
    category: 'code',
    weight: 'supports',
    title: 'Added code can run a process',
    meaning: 'Only when called. Keeps an established module’s difference from being lowered.',
  },
  {
    id: 'added-network',
    category: 'code',
    weight: 'supports',
    title: 'Added code can use the network',
    meaning: 'Only when called. Keeps an established module’s difference from being lowered.',
  },
  {
    id: 'added-unseen',
    category: 'code',
    weight: 'supports',
    title: 'Added code that Go source does not show',
    meaning:
      'cgo, assembly, linkname, plugin: what it does is not seen by reading Go. Keeps a difference from being lowered.',
  },
  {
    id: 'added-unread',
    category: 'code',
    weight: 'supports',
    title: 'The difference was not read',
    meaning: 'The contents were not at hand, or a limit was reached. Keeps a difference from being lowered.',
  },
  {
    id: 'added-import',
    category: 'code',
    weight: 'supports',
    title: 'Added code imports another module',
    meaning:
      'The ten least used of such modules, those with 1,000 dependents apart, are read for what they do on import; what they import in turn is not. Keeps a difference from being lowered.',
  },
  {
    id: 'hidden-string',
    category: 'code',
    weight: 'supports',
    title: 'Added code hides a string',
    meaning: 'A command, address or path is put together from pieces instead of being written down.',
  },
  {
    id: 'far-right',
    category: 'code',
    weight: 'supports',
    title: 'Added code stands far to the right',
    meaning: 'The code starts beyond the width of any screen, where reviewers do not see it.',
  },
  {
    id: 'unparsable',
    category: 'code',
    weight: 'supports',
    title: 'Added Go code does not parse',
    meaning: 'It was not analysed in full. Honest code compiles. Keeps a difference from being lowered.',
  },
  {
    id: 'oversized',
    category: 'code',
    weight: 'raises',
    title: 'Added Go code is too large or too deep to read',
    meaning:
      'A file is beyond twice anything known in size or nesting: nobody writes it, and nobody reviews it.',
  },
  {
    id: 'module-import-process',
    category: 'code',
    weight: 'raises',
    title: 'The module runs a process on import',
    meaning: 'Seen in the module as a whole, with no original to subtract.',
  },
  {
    id: 'module-import-network',
    category: 'code',
    weight: 'raises',
    title: 'The module uses the network on import',
    meaning: 'Seen in the module as a whole, with no original to subtract.',
  },
  {
    id: 'mod-server',
    category: 'source',
    weight: 'supports',
    title: 'Served by the author’s own module server',
    meaning: '`go-import … mod`: the mirror took the zip from there, and no repository need have it.',
  },
  {
    id: 'declares-other-path',
    category: 'source',
    weight: 'supports',
    title: 'go.mod declares another module’s path',
    meaning: 'Usually a fork used through `replace`. It cannot be imported by its own path.',
  },
  {
    id: 'owner-new',
    category: 'source',
    weight: 'supports',
    title: 'New owner with few modules',
    meaning:
      'The feed first showed this owner shortly before, and with few modules. Every owner was new once.',
  },
  {
    id: 'honest-declares-target',
    category: 'honest',
    weight: 'lowers',
    title: 'Fork that declares the original’s path',
    meaning: 'go.mod names the target: importing it by this path fails.',
  },
  {
    id: 'honest-same-project',
    category: 'honest',
    weight: 'lowers',
    title: 'Same project',
    meaning: 'Both names lead to one repository: a rename, a redirect or a move.',
  },
  {
    id: 'honest-case-variant',
    category: 'honest',
    weight: 'lowers',
    title: 'Same path in other letter case',
    meaning: 'Code hosts that ignore case serve both names from one repository.',
  },
  {
    id: 'honest-older',
    category: 'honest',
    weight: 'lowers',
    title: 'Older than what it resembles',
    meaning: 'The feed knew this module before the target.',
  },
  {
    id: 'honest-established',
    category: 'honest',
    weight: 'lowers',
    title: 'Established module',
    meaning: 'Many modules depend on it. Never lowers code that was added and does something.',
  },
  {
    id: 'honest-allowed',
    category: 'honest',
    weight: 'lowers',
    title: 'On the allow list',
    meaning: 'Somebody decided so; the entry says who, when and why.',
  },
] as const satisfies readonly SignalRule[]

export type SignalId = (typeof SIGNAL_RULES)[number]['id']

/** Rule of a signal id, or undefined for an id of another release. */
export function signalRule(id: string): SignalRule | undefined {
  return SIGNAL_RULES.find((rule) => rule.id === id)
}
