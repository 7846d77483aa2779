import { styleText } from 'node:util'
import { isCompiled } from '@mirrorwatch/detect/diff/tree-compare'
import type { TargetVerdict, TargetVerification } from '../verified.ts'
import { visible } from './print.ts'

type FileDifference = TargetVerification['files'][number]

/** Lines of diff to print for one version; `--json` has all that was kept. */
const MAX_DIFF_LINES = 60
const MAX_FILE_LINES = 20
/** Lines of diff to print for one file, so that others are shown as well. */
const MAX_FILE_DIFF_LINES = 25

const MARKS: Record<TargetVerdict, { mark: string; color: 'green' | 'red' | 'yellow' }> = {
  same: { mark: '✓', color: 'green' },
  'sum-disagrees': { mark: '✗', color: 'red' },
  'folder-differs': { mark: '✗', color: 'red' },
  differs: { mark: '✗', color: 'red' },
  'tag-moved': { mark: '✗', color: 'red' },
  'tag-missing': { mark: '✗', color: 'red' },
  'repository-missing': { mark: '✗', color: 'red' },
  unverifiable: { mark: '?', color: 'yellow' },
}

/** Formats the answer for one version: the verdict, the reason, then the files that differ. */
export function formatVerification(verification: TargetVerification): string {
  const { verdict, module, version, reason, files, notes } = verification
  const { mark, color } = MARKS[verdict]
  const lines = [
    `${paint(color, `${mark} ${verdict}`)}  ${visible(`${module} ${version}`.trimEnd())}`,
    `  ${visible(reason)}`,
  ]
  if (verdict !== 'same') lines.push(...facts(verification))
  lines.push(...inReadingOrder(files).slice(0, MAX_FILE_LINES).map(formatFile))
  if (files.length > MAX_FILE_LINES) lines.push(`  … and ${files.length - MAX_FILE_LINES} more files`)
  for (const note of notes) lines.push(`  note: ${visible(note)}`)
  lines.push(...formatDiffs(files, verification.folder === undefined ? REPOSITORY_SIDES : FOLDER_SIDES))
  return lines.join('\n')
}

const REPOSITORY_SIDES = '- what the repository shows, + what is compiled'
const FOLDER_SIDES = '- what the module has, + what the folder has'

function facts({
  repository,
  commit,
  expectedSum,
  repositorySum,
  folder,
  folderSum,
}: TargetVerification): string[] {
  const lines: string[] = []
  if (folder != null) lines.push(`  folder       ${visible(folder)}`)
  if (folderSum != null) lines.push(`  folder's sum ${folderSum}`)
  if (repository !== null) {
    lines.push(`  repository   ${visible(repository)}${commit === null ? '' : ` at ${commit.slice(0, 12)}`}`)
  }
  if (expectedSum !== null) lines.push(`  ${folder === undefined ? 'cached' : 'zip   '}       ${expectedSum}`)
  if (repositorySum !== null) lines.push(`  tag today    ${repositorySum}`)
  return lines
}

function formatFile({ path, change }: FileDifference): string {
  return `  ${change.padEnd(18)} ${visible(path)}`
}

function formatDiffs(files: readonly FileDifference[], sides: string): string[] {
  const lines: string[] = []
  for (const { diff, path } of inReadingOrder(files)) {
    if (diff === null) continue
    if (lines.length >= MAX_DIFF_LINES) {
      lines.push(`  … ${visible(path)} and more: see --json`)
      break
    }
    if (lines.length === 0) lines.push('', `  ${sides}`)
    const all = diff.split('\n')
    lines.push(...all.slice(0, MAX_FILE_DIFF_LINES).map((line) => `  ${paintDiff(line)}`))
    if (all.length > MAX_FILE_DIFF_LINES) lines.push('  … (more with --json)')
  }
  return lines
}

/** Sorts compiled files first, and among them those that only the zip has. */
function inReadingOrder(files: readonly FileDifference[]): FileDifference[] {
  const rank = ({ path, change }: FileDifference): number =>
    (isCompiled(path) ? 0 : 2) + (change === 'only-in-repository' ? 1 : 0)
  return files.toSorted((a, b) => rank(a) - rank(b))
}

function paintDiff(line: string): string {
  const safe = visible(line.replaceAll('\t', '    '))
  if (line.startsWith('+')) return paint('green', safe)
  if (line.startsWith('-')) return paint('red', safe)
  return safe
}

/** Colors text; styleText leaves it plain if stdout is no terminal or NO_COLOR is set. */
function paint(color: 'green' | 'red' | 'yellow', text: string): string {
  return styleText(color, text, { stream: process.stdout })
}

/** Advice for each verdict. */
const ADVICE: Record<Exclude<TargetVerdict, 'same'>, string> = {
  'sum-disagrees':
    'your build does not have the code that others get: do not run it, find out which proxy or cache served it, and clear it',
  'folder-differs':
    'read the difference, then restore the module: go mod vendor, or delete its folder in the module cache (go clean -modcache)',
  differs: 'read the difference; until it is explained, pin another version',
  'tag-moved':
    'read the difference; most moved tags are mistakes of maintainers, and a malicious one looks the same',
  'tag-missing': 'ask the maintainer; the code that you compile is no longer shown',
  'repository-missing': 'look for a fork or a successor; for a private module set GOPRIVATE',
  unverifiable: 'see the reasons; a later run may help if an upstream did not answer',
}

/** Counts the verdicts in one line, `182 same, 1 tag-moved`, and says what to do about each that is not `same`. */
export function formatSummary(counts: ReadonlyMap<TargetVerdict, number>): string {
  const verdicts = (Object.keys(MARKS) as TargetVerdict[]).filter((verdict) => counts.has(verdict))
  const summary = verdicts.map((verdict) => `${counts.get(verdict)} ${verdict}`).join(', ')
  const advice = verdicts.flatMap((verdict) =>
    verdict === 'same' ? [] : [`  ${verdict}: ${ADVICE[verdict]}`],
  )
  return [summary, ...advice].join('\n')
}

/** Modules to name of a group. */
const MAX_GROUP_NAMES = 10

/** Formats verifications with equal outcomes as one paragraph. */
export function formatGroup(group: readonly TargetVerification[]): string {
  const [first] = group
  if (first === undefined || group.length < 3) return group.map(formatVerification).join('\n')
  const { mark, color } = MARKS[first.verdict]
  const names = group.map(({ module, version }) => `    ${visible(module)} ${visible(version)}`)
  const rest =
    names.length > MAX_GROUP_NAMES ? [`    … and ${names.length - MAX_GROUP_NAMES} more: see --json`] : []
  return [
    `${paint(color, `${mark} ${first.verdict}`)}  ${group.length} versions`,
    `  ${visible(groupReason(first))}`,
    ...names.slice(0, MAX_GROUP_NAMES),
    ...rest,
  ].join('\n')
}

/** Returns what verifications of one group have in common: the verdict and the reason, without the names and addresses in it. */
export function groupKey(verification: TargetVerification): string {
  return `${verification.verdict} ${groupReason(verification)}`
}

function groupReason({ module, version, repository, reason }: TargetVerification): string {
  const names = [repository, `${module}@${version}`, module, version].filter((name) => name !== null)
  const general = names.reduce((text, name) => text.replaceAll(name, '…'), reason)
  return general.replaceAll(/https?:\/\/[^\s:,;]+/g, '…')
}
