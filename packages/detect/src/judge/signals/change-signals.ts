import type { Signal } from '../../finding.ts'
import type { ChangeFacts } from './facts.ts'
import { MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

/** Signals about what looks at the repository saw change: tags version by version, and the repository itself. */
export function changeSignals(changes: readonly ChangeFacts[]): Signal[] {
  const versions = Map.groupBy(
    changes.filter(({ tag }) => tag !== null),
    ({ version }) => version ?? '',
  )
  const repository = changes.filter(({ tag }) => tag === null)
  const reborn = repository.filter(({ kind }) => kind === 'reborn')
  return [
    ...[...versions].map(([version, own]) => tagSignal(version, own)),
    ...(reborn.length === 0 ? [] : [signal('repository-reborn', null, evidenceOf(repository))]),
  ]
}

function tagSignal(version: string, changes: readonly ChangeFacts[]): Signal {
  const evidence = { ...evidenceOf(changes), tag: changes[0]?.tag ?? '' }
  return wasRestored(changes)
    ? signal('tag-restored', version, evidence)
    : signal('tag-changed', version, evidence)
}

/** Returns true where the tag names a commit again that it named before another one. */
function wasRestored(changes: readonly ChangeFacts[]): boolean {
  const moves = changes.filter(({ kind }) => kind === 'tag-moved')
  return moves.some(({ to }, at) => moves.slice(0, at).some(({ from }) => from === to))
}

function evidenceOf(changes: readonly ChangeFacts[]): { repository: string; changes: string[] } {
  return {
    repository: changes[0]?.repository ?? '',
    changes: changes.slice(-MAX_QUOTED).map(changeLine),
  }
}

function changeLine(change: ChangeFacts): string {
  return `${minute(change.firstSeenAt)}: ${changeText(change)}`
}

/** Returns a change in words; in brackets the last look that did not show it yet. */
export function changeText({ kind, from, to, lastSeenAt }: ChangeFacts): string {
  const before = lastSeenAt === null ? '' : ` (since ${minute(lastSeenAt)} at the earliest)`
  return `${WORDS[kind](short(from), short(to))}${before}`
}

const WORDS: Record<ChangeFacts['kind'], (from: string, to: string) => string> = {
  'tag-moved': (from, to) => `the tag names ${to} instead of ${from}`,
  'tag-vanished': (from) => `the tag is gone; it named ${from}`,
  'tag-returned': (_, to) => `the tag is back, and names ${to} as before`,
  gone: (_, to) => `the repository is gone: ${to}`,
  returned: () => 'the repository is back, with its history',
  reborn: (_, to) => `another repository is at ${to}: no branch or tag reaches the history of before`,
  moved: (from, to) => `the host redirects ${from} to ${to}`,
  'moved-back': (from, to) => `${to} answers itself again and no longer redirects to ${from}`,
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`
}

/** Commits are shortened to twelve digits; addresses stay. */
function short(value: string | null): string {
  return value === null ? 'nothing' : value.replace(/^([0-9a-f]{12})[0-9a-f]{28,52}$/, '$1')
}
