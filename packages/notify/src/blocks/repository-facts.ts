import { type SignalOf, signalsOf } from '@mirrorwatch/detect/finding'
import { signalRule } from '@mirrorwatch/detect/judge/signals/table'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import type { Fact } from './signal.ts'
import { visibleLine } from './visible-text.ts'

/** Limit on the lines of one fact; the signal shows all. */
const MAX_LINES = 4

/** Returns what is known of a repository that does not show what it showed: the proof, what happened and when, what that means. */
export function repositoryFacts(signals: readonly StoredSignal[]): Fact[] {
  const moved = signalsOf(signals, 'tag-moved', 'cache-differs')
  const changed = signalsOf(signals, 'repository-reborn', 'tag-restored')
  const unreachable = signalsOf(signals, 'commit-unreachable')
  const rules = new Set([...changed, ...unreachable].map(({ rule }) => rule))
  return [
    fact(
      'proof',
      moved.flatMap(({ evidence }) => evidence.proof ?? []),
    ),
    fact(
      'changes',
      changed.flatMap(({ evidence }) => evidence.changes),
    ),
    fact('commit', unreachable.map(commitLine)),
    fact(
      'means',
      [...rules].map((rule) => signalRule(rule)?.meaning ?? ''),
    ),
  ].filter(({ lines }) => lines.length > 0)
}

function fact(label: string, texts: readonly string[]): Fact {
  return { label, lines: [...new Set(texts)].slice(0, MAX_LINES).map(visibleLine) }
}

function commitLine({ version, evidence: { repository, commit } }: SignalOf<'commit-unreachable'>): string {
  const id = commit ?? 'the commit'
  // GitHub's page of a commit says that it belongs to no branch.
  const isOnGitHub = repository?.startsWith('https://github.com/') === true
  return `${id} of ${version}${isOnGitHub ? `: look at ${repository}/commit/${id}` : ''}`
}
