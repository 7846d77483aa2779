import * as evidence from './evidence.ts'
import type { SignalRule } from './rule.ts'

/** Signals of verdicts, names and copied content. */
export const NAME_AND_COPY_RULES = [
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
] as const satisfies readonly SignalRule[]
