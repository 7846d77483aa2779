import * as evidence from './evidence.ts'
import type { SignalRule } from './rule.ts'

/** Signals of differences between zip and repository, and of events of repositories. */
export const REPOSITORY_RULES = [
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
      'One look showed that the tag named another commit, a later one that it names the first one again. The files of the commit in between may never have been compared; whoever fetched the tag then, without the mirror, got these.',
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
    id: 'repository-returned',
    evidence: evidence.changes,
    category: 'source',
    weight: 'supports',
    title: 'The repository was gone and came back',
    meaning:
      'It has the history of before. Its owner may have restored it, or a stranger registered the name that had become free and pushed a copy of the old history: git cannot tell them apart.',
  },
  {
    id: 'taken-down',
    evidence: evidence.nothing,
    category: 'cache',
    weight: 'supports',
    title: 'Missing from the default feed',
    meaning: 'The complete index lists the version, the default one does not: it has been taken down.',
  },
] as const satisfies readonly SignalRule[]
