import { ACTS_ON_IMPORT, COPIED } from '@mirrorwatch/detect/judge/signals/groups'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { codeLines, type Evidence, listOf, textOf } from './finding-evidence.ts'
import { visible } from './output/print.ts'

/** Places of code shown at a glance; all of them stand with their signals. */
const MOST_CODE = 3

/**
 * What an analyst wants to know first, a labelled line each: what is copied and how much of it, what the repository does not
 * show, where the added code acts and what it comes to, who else does the same.
 */
export function glanceOf(signals: readonly StoredSignal[]): string[] {
  const of = (...rules: string[]): StoredSignal[] => signals.filter(({ rule }) => rules.includes(rule))
  return [
    ...of(...COPIED)
      .slice(0, 1)
      .flatMap(copyLines),
    ...of('cache-differs', 'cache-differs-harmless').slice(0, 1).flatMap(cacheLines),
    ...actLines(of(...ACTS_ON_IMPORT, 'module-import-process', 'module-import-network')),
    ...of('campaign').flatMap(campaignLines),
    ...of('known-malicious').flatMap(({ evidence }) => labelled('listed', [listing(evidence)])),
  ]
}

function copyLines({ version, evidence }: StoredSignal): string[] {
  const percent = Math.floor(Number(evidence['inPlace'] ?? evidence['similarity']) * 100)
  const counts = [
    `${textOf(evidence, 'equal')} files equal`,
    `${textOf(evidence, 'equalButPath')} but for the path`,
    `${textOf(evidence, 'changed')} changed`,
    `${textOf(evidence, 'added')} added`,
    `${textOf(evidence, 'removed')} removed`,
  ]
  const files = listOf(evidence, 'files').filter((file) =>
    ['changed', 'added'].includes(textOf(file, 'relation')),
  )
  return labelled('copies', [
    `${textOf(evidence, 'original')} ${textOf(evidence, 'originalVersion')}: ${version ?? ''} has ${percent} % of its code`,
    counts.join(', '),
    ...(files.length === 0
      ? []
      : [files.map((file) => `${textOf(file, 'path')} ${textOf(file, 'relation')}`).join(', ')]),
  ])
}

function cacheLines({ version, evidence }: StoredSignal): string[] {
  const files = listOf(evidence, 'quoted').map((file) => `${textOf(file, 'path')} ${textOf(file, 'change')}`)
  return labelled('differs', [
    `${version ?? ''} as served, from ${textOf(evidence, 'repository')} at ${textOf(evidence, 'commit').slice(0, 12)}`,
    files.join(', '),
  ])
}

function actLines(signals: readonly StoredSignal[]): string[] {
  const code = signals.flatMap(({ evidence }) => listOf(evidence, 'lines'))
  return labelled('acts', code.slice(0, MOST_CODE).flatMap(codeLines))
}

function campaignLines({ evidence }: StoredSignal): string[] {
  const others = Array.isArray(evidence['others'])
    ? evidence['others'].map((path) => visible(String(path)))
    : []
  return labelled('others', [
    `${textOf(evidence, 'owners')} owners published ${textOf(evidence, 'modules')} of these (${textOf(evidence, 'id')})`,
    ...others,
  ])
}

function listing(evidence: Evidence): string {
  return `${textOf(evidence, 'id')} in ${textOf(evidence, 'source')}: ${textOf(evidence, 'summary')}`
}

function labelled(label: string, lines: readonly string[]): string[] {
  const filled = lines.filter((line) => line !== '')
  return filled.map((line, at) => `  ${(at === 0 ? label : '').padEnd(8)}  ${line}`)
}
