import type { Signal } from '../../finding.ts'
import type { ChangeFacts } from './facts.ts'
import { MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'
import { minute } from './times.ts'

/** Signals about what looks at the repository saw change: tags version by version, and the repository itself. */
export function changeSignals(changes: readonly ChangeFacts[]): Signal[] {
  const versions = Map.groupBy(
    changes.filter(({ tag }) => tag !== null),
    ({ version }) => version ?? '',
  )
  const repository = changes.filter(({ tag }) => tag === null)
  return [...[...versions].map(([version, own]) => tagSignal(version, own)), ...repositorySignals(repository)]
}

function repositorySignals(changes: readonly ChangeFacts[]): Signal[] {
  const kinds = new Set(changes.map(({ kind }) => kind))
  if (kinds.has('reborn')) return [signal('repository-reborn', null, evidenceOf(changes))]
  return kinds.has('returned') ? [signal('repository-returned', null, evidenceOf(changes))] : []
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

/** Returns a change in words, and in brackets when the look before still showed the former state. */
export function changeText({ kind, tag, from, to, lastSeenAt }: Omit<ChangeFacts, 'version'>): string {
  const { what, before } = WORDS[kind](short(from), short(to), tag ?? '')
  return lastSeenAt === null ? what : `${what} (${before} on ${minute(lastSeenAt)})`
}

type Words = (from: string, to: string, tag: string) => { what: string; before: string }

const WORDS: Record<ChangeFacts['kind'], Words> = {
  'tag-moved': (from, to, tag) => ({
    what: `tag ${tag} moved from ${from} to ${to}`,
    before: `still ${from}`,
  }),
  'tag-vanished': (from, _, tag) => ({
    what: `tag ${tag} vanished; it named ${from}`,
    before: 'still there',
  }),
  'tag-returned': (_, to, tag) => ({
    what: `tag ${tag} came back and names ${to} as before`,
    before: 'still missing',
  }),
  gone: (_, to) => ({ what: `the repository is gone: ${to}`, before: 'still there' }),
  returned: () => ({ what: 'the repository came back with its history', before: 'still gone' }),
  reborn: (_, to) => ({
    what: `another repository answers at ${to}: it has no branch or tag that reaches the history of before`,
    before: 'not yet there',
  }),
  moved: (from, to) => ({ what: `the host redirects ${from} to ${to}`, before: 'not yet' }),
  'moved-back': (from, to) => ({
    what: `${to} answers itself and no longer redirects to ${from}`,
    before: 'not yet',
  }),
}

/** Commits are shortened to twelve digits; addresses stay. */
function short(value: string | null): string {
  return value === null ? 'nothing' : value.replace(/^([0-9a-f]{12})[0-9a-f]{28,52}$/, '$1')
}
